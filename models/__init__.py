"""Tables, sessions and repositories."""

from sqlalchemy.orm import Session

from models.base import Base
from models.conversations import Conversation, InboxMessage, Message, ReplayGuard
from models.crypto import Cipher, UndecryptableError
from models.demands import ActionToken, Attachment, CaseEvent, Demand, DemandNumber, StationHold
from models.directory import Liaison, Society, Station
from models.imports import DirectoryImport, ReplacedStation
from models.outbox import Notice
from models.parties import Consent, Contact, Enterprise
from models.prepared import Connected
from models.session import Database, DatabaseError, Transaction, UnavailableError
from models.staff import ApiToken, AuditEntry, LoginSession, User
from models.talent import Talent
from models.wechat import WeChatToken

__all__ = [
    "ActionToken",
    "ApiToken",
    "Attachment",
    "AuditEntry",
    "Base",
    "CaseEvent",
    "Cipher",
    "Connected",
    "Consent",
    "Contact",
    "Conversation",
    "Database",
    "DatabaseError",
    "Demand",
    "DemandNumber",
    "DirectoryImport",
    "Enterprise",
    "InboxMessage",
    "Liaison",
    "LoginSession",
    "Message",
    "Notice",
    "ReplacedStation",
    "ReplayGuard",
    "Session",
    "Society",
    "Station",
    "StationHold",
    "Talent",
    "Transaction",
    "UnavailableError",
    "UndecryptableError",
    "User",
    "WeChatToken",
]
