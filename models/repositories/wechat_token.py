"""The row of an account's access token."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, defer

from models.wechat import WeChatToken


def find(session: Session, app_id: str) -> WeChatToken | None:
    return session.get(WeChatToken, app_id)


def locked(session: Session, app_id: str) -> WeChatToken:
    """The account's row, made when missing, locked until the transaction ends.

    The token itself is not read, so that one under a lost key can be replaced.
    """
    row = _for_update(session, app_id)
    if row is not None:
        return row
    try:
        with session.begin_nested():
            session.add(WeChatToken(app_id=app_id))
    except IntegrityError:
        pass  # another process made it in between
    row = _for_update(session, app_id)
    if row is None:
        raise LookupError("the row of the access token vanished")
    return row


def leased_by_other(row: WeChatToken, owner: str, now: datetime) -> bool:
    """Whether somebody else is fetching the next token."""
    return row.lease_owner not in (None, owner) and row.lease_until is not None and row.lease_until > now


def _for_update(session: Session, app_id: str) -> WeChatToken | None:
    statement = select(WeChatToken).where(WeChatToken.app_id == app_id).options(defer(WeChatToken.token))
    return session.scalar(statement.with_for_update())
