"""Who uses the console and what they may see and do (product design, "Who uses it")."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    ADMIN = "admin"
    CITY = "city"
    DISTRICT = "district"
    SOCIETY = "society"
    LIAISON = "liaison"
    AUDITOR = "auditor"


class Right(StrEnum):
    DEMANDS = "demands"
    """See demands, within the scope of the role."""
    CHECK = "check"
    """Form check: close or reject with a reason."""
    ROUTE = "route"
    """Assign, re-route, resend notices, preview."""
    HANDLE = "handle"
    """Take, return, refer, report and close demands of the stations in the scope of the role."""
    CONTACTS = "contacts"
    """Open contacts, each time with a reason."""
    CONVERSATIONS = "conversations"
    STATIONS = "stations"
    DIRECTORY = "directory"
    """Import and export the directory."""
    TALENT = "talent"
    """Change experts and results; a society only its own."""
    STATS = "stats"
    USERS = "users"
    EXPORT = "export"
    AUDIT = "audit"


_READ = frozenset({Right.DEMANDS, Right.STATIONS, Right.STATS})
RIGHTS: dict[Role, frozenset[Right]] = {
    Role.ADMIN: frozenset(Right),
    Role.CITY: frozenset(Right) - {Right.USERS, Right.AUDIT},
    Role.DISTRICT: _READ | {Right.CHECK},
    Role.SOCIETY: _READ | {Right.CONTACTS, Right.HANDLE, Right.TALENT},
    Role.LIAISON: _READ | {Right.CONTACTS, Right.HANDLE},
    Role.AUDITOR: frozenset({Right.AUDIT}),
}
SCOPED = frozenset({Role.DISTRICT, Role.SOCIETY, Role.LIAISON})
"""Roles that see only their own district, society or station."""
NEEDS_SHARE_CONSENT = frozenset({Role.SOCIETY, Role.LIAISON})
"""Roles that see a contact only once the enterprise has agreed to share it with the station."""


@dataclass(frozen=True)
class Viewer:
    """The signed-in person of one request."""

    id: int
    username: str
    name: str
    role: Role
    scope: str | None = None
    """District, society name or station_id, by role."""
    must_change_password: bool = False

    def may(self, right: Right) -> bool:
        return right in RIGHTS[self.role]

    @property
    def needs_share_consent(self) -> bool:
        return self.role in NEEDS_SHARE_CONSENT
