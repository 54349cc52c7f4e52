"""What the connectors and the rest of the house agree on: delivering a notice, keeping the access token."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol


@dataclass(frozen=True)
class Outgoing:
    """One notice on its way to one recipient."""

    id: int
    kind: str
    recipient: str
    """WeChat: the sender_id (`app_id:openid`); liaison channels: the liaison's id as text."""
    text: str = field(repr=False)
    data: dict[str, Any] = field(repr=False)
    """For the channel: choices, template fields, what an earlier attempt asked to remember."""
    dedupe_key: str


@dataclass(frozen=True)
class Delivered:
    """The recipient has it, as far as the channel can tell. `remember` is merged into the notice's data."""

    remember: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Retry:
    """Not delivered yet; try again after `after` (None: the worker's own back-off).

    `remember` must be merged into the notice's data before the next attempt, so that parts already sent
    are not sent again.
    """

    code: str
    after: timedelta | None = None
    remember: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Held:
    """Cannot be pushed now (WeChat's window or quota); to be told at the person's next message.

    When a part went out already, `remember["rest"]` is the text that is still untold.
    """

    code: str
    remember: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Dead:
    """Will never be delivered: the recipient is gone, the account may not, the message is refused."""

    code: str


Outcome = Delivered | Retry | Held | Dead
"""`code` is a number or a short word for logs and the notice's last_error; never text of the message."""


class Deliverer(Protocol):
    """Delivers over one channel. Does not raise for what a channel does wrong: that is an Outcome."""

    async def deliver(self, outgoing: Outgoing) -> Outcome: ...


class StoredToken(Protocol):
    """An access token with its expiry (UTC) and a version that grows with every change."""

    @property
    def token(self) -> str: ...

    @property
    def expires_at(self) -> datetime: ...

    @property
    def version(self) -> int: ...


class TokenStore(Protocol):
    """The access token of one account, shared by all processes. Methods block; call them in a thread."""

    def get(self) -> StoredToken | None:
        """The token that is stored, expired or not; None when there is none or it was dropped."""
        ...

    def drop(self, version: int) -> None:
        """Forget the token after WeChat refused it, unless a newer version has replaced it."""
        ...

    def lease(self, owner: str, duration: timedelta) -> int | None:
        """Let `owner` alone fetch the next token for `duration`.

        The version to replace; None when another has the lease.
        """
        ...

    def compare_and_store(self, owner: str, version: int, token: str, expires_at: datetime) -> bool:
        """Store the fetched token and end the lease; False when version or lease is no longer ours."""
        ...

    def release(self, owner: str) -> None:
        """End the lease without a token, after a failed fetch."""
        ...
