"""WeChat's customer-service quotas as the fake keeps them."""

from connectors.demo.windows import NO_WINDOW, OK, USED_UP, Windows
from tests.conftest import Clock

USER = "oUser"


def test_nothing_may_be_sent_before_the_user_does_something(clock: Clock) -> None:
    windows = Windows(clock)
    assert windows.take(USER) == NO_WINDOW
    assert (windows.allowance(USER).left, windows.allowance(USER).until) == (0, None)


def test_five_messages_follow_a_users_message(clock: Clock) -> None:
    windows = Windows(clock)
    windows.opened_by_message(USER)
    assert [windows.take(USER) for _ in range(6)] == [OK] * 5 + [USED_UP]


def test_another_message_makes_the_quota_whole(clock: Clock) -> None:
    windows = Windows(clock)
    windows.opened_by_message(USER)
    for _ in range(5):
        windows.take(USER)
    windows.opened_by_message(USER)
    assert windows.allowance(USER).left == 5


def test_the_window_of_a_message_closes_after_48_hours(clock: Clock) -> None:
    windows = Windows(clock)
    windows.opened_by_message(USER)
    clock.advance(hours=48, seconds=-1)
    assert windows.take(USER) == OK
    clock.advance(seconds=1)
    assert windows.take(USER) == NO_WINDOW


def test_three_messages_within_a_minute_follow_an_event(clock: Clock) -> None:
    windows = Windows(clock)
    windows.opened_by_event(USER)
    assert [windows.take(USER) for _ in range(4)] == [OK] * 3 + [USED_UP]
    clock.advance(minutes=1)
    assert windows.take(USER) == NO_WINDOW


def test_users_have_windows_of_their_own(clock: Clock) -> None:
    windows = Windows(clock)
    windows.opened_by_message(USER)
    assert windows.take("oOther") == NO_WINDOW


def test_typing_needs_something_in_the_last_30_seconds(clock: Clock) -> None:
    windows = Windows(clock)
    windows.opened_by_message(USER)
    clock.advance(seconds=30)
    assert windows.in_touch(USER)
    clock.advance(seconds=1)
    assert not windows.in_touch(USER)
