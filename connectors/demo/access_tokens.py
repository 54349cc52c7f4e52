"""WeChat's two ways to an access token, with their limits, on the fake side."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

LIFETIME = timedelta(seconds=7200)
OVERLAP = timedelta(minutes=5)
FORCED_PAUSE = timedelta(seconds=30)
FORCED_DAILY = 20
PLAIN_DAILY = 2000

INVALID = 40001
MALFORMED = 40014
EXPIRED = 42001
MISSING = 41001
DAILY_QUOTA = 45009
TOO_OFTEN = 45011

_FORMAT = re.compile(r"[\w-]{40,512}")


@dataclass
class _Issued:
    value: str
    expires_at: datetime


class TokenRefusedError(Exception):
    """A token is not given; `errcode` says why."""

    def __init__(self, errcode: int) -> None:
        super().__init__(str(errcode))
        self.errcode = errcode


class AccessTokens:
    """Tokens of one account; plain and stable ones do not disturb each other."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._stable: _Issued | None = None
        self._plain: _Issued | None = None
        self._former: list[_Issued] = []
        self._known: set[str] = set()
        self._forced: list[datetime] = []
        self._plain_calls: list[datetime] = []
        self.issued = 0
        """How many different tokens were given."""

    def plain(self) -> tuple[str, int]:
        """cgi-bin/token: always a new one; the former works five more minutes."""
        self._plain_calls = self._today(self._plain_calls)
        if len(self._plain_calls) >= PLAIN_DAILY:
            raise TokenRefusedError(DAILY_QUOTA)
        self._plain_calls.append(self._clock())
        self._retire(self._plain, OVERLAP)
        self._plain = self._issue()
        return self._plain.value, int(LIFETIME.total_seconds())

    def stable(self, *, force: bool) -> tuple[str, int]:
        """cgi-bin/stable_token: the same while valid; renewed five minutes early; `force` kills the former."""
        now = self._clock()
        if force:
            self._count_forced()
            self._retire(self._stable, timedelta(0))
            self._stable = self._issue()
        elif self._stable is None or self._stable.expires_at - now <= OVERLAP:
            self._retire(self._stable, OVERLAP)
            self._stable = self._issue()
        return self._stable.value, int((self._stable.expires_at - now).total_seconds())

    def check(self, value: str | None) -> int:
        """0, or the errcode of a call with this token."""
        if not value:
            return MISSING
        now = self._clock()
        for issued in (self._stable, self._plain, *self._former):
            if issued is not None and secrets.compare_digest(issued.value.encode(), value.encode()):
                return 0 if issued.expires_at > now else EXPIRED
        if value in self._known:
            return INVALID
        return INVALID if _FORMAT.fullmatch(value) else MALFORMED

    def invalidate(self) -> None:
        """As when somebody else forced a new token: the current ones are refused from now on."""
        self._stable = self._plain = None
        self._former.clear()

    def _issue(self) -> _Issued:
        self.issued += 1
        issued = _Issued(secrets.token_urlsafe(96), self._clock() + LIFETIME)
        self._known.add(issued.value)
        return issued

    def _retire(self, issued: _Issued | None, grace: timedelta) -> None:
        if issued is None:
            return
        issued.expires_at = min(issued.expires_at, self._clock() + grace)
        if grace:
            self._former.append(issued)

    def _count_forced(self) -> None:
        now = self._clock()
        self._forced = self._today(self._forced)
        if len(self._forced) >= FORCED_DAILY:
            raise TokenRefusedError(DAILY_QUOTA)
        if self._forced and now - self._forced[-1] < FORCED_PAUSE:
            raise TokenRefusedError(TOO_OFTEN)
        self._forced.append(now)

    def _today(self, moments: list[datetime]) -> list[datetime]:
        return [moment for moment in moments if self._clock() - moment < timedelta(days=1)]
