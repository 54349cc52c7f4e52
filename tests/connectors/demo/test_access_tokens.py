"""The two kinds of access token on the fake side."""

import pytest

from connectors.demo.access_tokens import (
    DAILY_QUOTA,
    EXPIRED,
    INVALID,
    MALFORMED,
    MISSING,
    TOO_OFTEN,
    AccessTokens,
    TokenRefusedError,
)
from tests.conftest import Clock


def test_the_stable_token_stays_the_same_while_it_is_valid(clock: Clock) -> None:
    tokens = AccessTokens(clock)
    first, _ = tokens.stable(force=False)
    clock.advance(minutes=10)
    assert tokens.stable(force=False) == (first, 6600)


def test_the_stable_token_is_renewed_in_its_last_five_minutes(clock: Clock) -> None:
    tokens = AccessTokens(clock)
    first, _ = tokens.stable(force=False)
    clock.advance(seconds=6900)
    second, lifetime = tokens.stable(force=False)
    assert second != first
    assert lifetime == 7200
    assert (tokens.check(first), tokens.check(second)) == (0, 0)
    clock.advance(minutes=5)
    assert (tokens.check(first), tokens.check(second)) == (EXPIRED, 0)


def test_a_forced_token_kills_the_former_at_once(clock: Clock) -> None:
    tokens = AccessTokens(clock)
    first, _ = tokens.stable(force=False)
    second, _ = tokens.stable(force=True)
    assert (tokens.check(first), tokens.check(second)) == (INVALID, 0)


def test_forcing_is_limited_to_every_30_seconds_and_20_a_day(clock: Clock) -> None:
    tokens = AccessTokens(clock)
    tokens.stable(force=True)
    with pytest.raises(TokenRefusedError, match=str(TOO_OFTEN)):
        tokens.stable(force=True)
    for _ in range(19):
        clock.advance(seconds=30)
        tokens.stable(force=True)
    clock.advance(seconds=30)
    with pytest.raises(TokenRefusedError, match=str(DAILY_QUOTA)):
        tokens.stable(force=True)


def test_a_plain_token_replaces_the_former_within_five_minutes(clock: Clock) -> None:
    tokens = AccessTokens(clock)
    stable, _ = tokens.stable(force=False)
    first, _ = tokens.plain()
    tokens.plain()
    assert tokens.check(first) == 0
    clock.advance(minutes=5)
    assert tokens.check(first) == EXPIRED
    assert tokens.check(stable) == 0


def test_the_plain_tokens_of_a_day_run_out(clock: Clock) -> None:
    tokens = AccessTokens(clock)
    for _ in range(2000):
        tokens.plain()
    with pytest.raises(TokenRefusedError, match=str(DAILY_QUOTA)):
        tokens.plain()
    clock.advance(days=1)
    assert tokens.plain()


def test_what_is_no_token_is_told_apart(clock: Clock) -> None:
    tokens = AccessTokens(clock)
    assert tokens.check(None) == MISSING
    assert tokens.check("short") == MALFORMED
    assert tokens.check("x" * 128) == INVALID
    value, _ = tokens.stable(force=False)
    tokens.invalidate()
    assert tokens.check(value) == INVALID
