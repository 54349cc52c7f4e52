"""One access token for all tasks and processes."""

import asyncio
import multiprocessing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.services.wechat_token import WeChatTokenStore
from connectors.demo.faults import Fault, FaultKind
from connectors.wechat.api import WeChatApi
from connectors.wechat.errors import ApiError, UnreachableError
from models import Cipher, Database
from tests.conftest import Clock
from tests.fakes.wechat import ACCOUNT, OPENID, RunningFake, client


async def test_sixteen_tasks_fetch_once(api: WeChatApi, fake: RunningFake) -> None:
    tokens = await asyncio.gather(*(api.tokens.current() for _ in range(16)))
    assert len({token.token for token in tokens}) == 1
    assert fake.calls("stable_token") == 1


async def test_sixteen_tasks_replace_a_refused_token_once(api: WeChatApi, fake: RunningFake) -> None:
    fake.wechat.authorised = False
    await api.tokens.current()
    fake.wechat.tokens.invalidate()
    results = await asyncio.gather(
        *(api.send_text(OPENID, str(number)) for number in range(16)), return_exceptions=True
    )
    assert {getattr(result, "errcode", None) for result in results} == {48001}
    assert fake.calls("stable_token") == 2


async def test_holders_of_several_processes_share_one_fetch(
    fake: RunningFake, sqlite_database: Database, clock: Clock
) -> None:
    clients = [client(fake, sqlite_database, clock) for _ in range(4)]
    tokens = await asyncio.gather(*(one.tokens.current() for one in clients for _ in range(4)))
    assert len({token.token for token in tokens}) == 1
    assert fake.calls("stable_token") == 1
    for one in clients:
        await one.close()


async def test_two_processes_fetch_once(fake: RunningFake, sqlite_database: Database, tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    url = f"sqlite:///{tmp_path}/zhuli.db"
    processes = [context.Process(target=_fetch_in_process, args=(url, fake.url, answers)) for _ in range(2)]
    for process in processes:
        process.start()
    tokens = {await asyncio.to_thread(answers.get, True, 60) for _ in processes}
    for process in processes:
        await asyncio.to_thread(process.join)
    assert len(tokens) == 1
    assert fake.calls("stable_token") == 1


def _fetch_in_process(database_url: str, api_url: str, answers: "multiprocessing.Queue[str]") -> None:
    asyncio.run(_fetch(database_url, api_url, answers))


async def _fetch(database_url: str, api_url: str, answers: "multiprocessing.Queue[str]") -> None:
    def clock() -> datetime:
        return datetime.now(UTC)

    database = Database(database_url, Cipher(["test-data-key-1"]))
    store = WeChatTokenStore(database, clock, ACCOUNT.app_id)
    async with WeChatApi(api_url, ACCOUNT.app_id, ACCOUNT.app_secret, store, clock) as api:
        tokens = await asyncio.gather(*(api.tokens.current() for _ in range(16)))
    answers.put(",".join({token.token for token in tokens}))
    database.close()


async def test_the_token_is_renewed_five_minutes_early(api: WeChatApi, fake: RunningFake, clock: Clock) -> None:
    first = await api.tokens.current()
    clock.advance(seconds=7200 - 301)
    assert await api.tokens.current() == first
    clock.advance(seconds=1)
    second = await api.tokens.current()
    assert second.token != first.token
    assert second.version > first.version


async def test_the_old_token_serves_while_the_renewal_fails(api: WeChatApi, fake: RunningFake, clock: Clock) -> None:
    first = await api.tokens.current()
    clock.advance(seconds=7200 - 120)
    fake.wechat.faults.add(Fault(FaultKind.HTML_502, "stable_token"))
    assert await api.tokens.current() == first
    assert await api.tokens.current() == first
    assert len(fake.wechat.faults.played) == 1
    clock.advance(seconds=31)
    assert (await api.tokens.current()).token != first.token


async def test_without_any_token_a_failed_fetch_is_raised_and_tried_again(api: WeChatApi, fake: RunningFake) -> None:
    fake.wechat.faults.add(Fault(FaultKind.HTML_502, "stable_token"))
    with pytest.raises(UnreachableError):
        await api.tokens.current()
    assert (await api.tokens.current()).token


async def test_a_late_refusal_does_not_drop_the_next_token(
    fake: RunningFake, sqlite_database: Database, clock: Clock
) -> None:
    async with client(fake, sqlite_database, clock) as one, client(fake, sqlite_database, clock) as other:
        old = await one.tokens.current()
        fake.wechat.tokens.invalidate()
        await other.tokens.current()
        await other.tokens.refused(old)
        new = await other.tokens.current()
        await one.tokens.refused(old)
        assert await one.tokens.current() == new
    assert fake.calls("stable_token") == 2


async def test_a_lease_of_a_dead_process_runs_out(
    api: WeChatApi, fake: RunningFake, sqlite_database: Database, clock: Clock
) -> None:
    store = WeChatTokenStore(sqlite_database, clock, ACCOUNT.app_id)
    assert store.lease("dead process", timedelta(seconds=20)) == 0
    assert store.lease("another", timedelta(seconds=20)) is None
    clock.advance(seconds=20)
    assert (await api.tokens.current()).token
    assert not store.compare_and_store("dead process", 0, "late", clock() + timedelta(hours=2))


def test_the_token_is_encrypted_at_rest(sqlite_database: Database, clock: Clock) -> None:
    store = WeChatTokenStore(sqlite_database, clock, ACCOUNT.app_id)
    store.lease("me", timedelta(seconds=20))
    assert store.compare_and_store("me", 0, "plain-access-token", clock() + timedelta(hours=2))
    with sqlite_database.engine.connect() as connection:
        raw = connection.exec_driver_sql("SELECT token FROM wechat_token").scalar_one()
    assert "plain-access-token" not in str(raw)
    kept = store.get()
    assert kept is not None
    assert kept.token == "plain-access-token"
    assert "plain-access-token" not in repr(kept)


async def test_a_token_under_a_lost_key_is_fetched_anew(
    fake: RunningFake, sqlite_database: Database, clock: Clock
) -> None:
    async with client(fake, sqlite_database, clock) as api:
        await api.tokens.current()
    sqlite_database.cipher = Cipher(["another-data-key"])
    async with client(fake, sqlite_database, clock) as api:
        assert (await api.tokens.current()).version == 2


def test_the_store_works_on_postgresql(postgresql_database: Database, clock: Clock) -> None:
    store = WeChatTokenStore(postgresql_database, clock, ACCOUNT.app_id)
    assert store.get() is None
    assert store.lease("me", timedelta(seconds=20)) == 0
    assert store.lease("you", timedelta(seconds=20)) is None
    assert store.compare_and_store("me", 0, "t", clock() + timedelta(hours=2))
    store.drop(0)
    assert store.get() is not None
    store.drop(1)
    assert store.get() is None


async def test_the_error_names_no_more_than_the_code(api: WeChatApi, fake: RunningFake) -> None:
    fake.wechat.faults.add(Fault(FaultKind.ERRCODE, "stable_token", errcode=40243))
    with pytest.raises(ApiError, match="40243, the AppSecret is frozen"):
        await api.tokens.current()
