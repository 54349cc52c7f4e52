"""The terminal simulator with piped lines against a webhook and a demo on real sockets."""

import asyncio
import io
import os
import sys
from pathlib import Path

import httpx

from connectors.demo import terminal
from connectors.demo.lines import lines_of
from connectors.demo.pusher import Timing
from tests.connectors.demo.test_simulator import bench
from tests.fakes.servers import serve
from tests.fakes.webhook import Webhook, echo, never
from tests.fakes.wechat import ACCOUNT

PATIENT = Timing(deadline=60.0, apart=0.0)
IMPATIENT = Timing(deadline=0.2, apart=0.0)


async def chat(
    webhook_url: str, script: str, events_url: str | None = None, timing: Timing = PATIENT
) -> tuple[int, str]:
    out = io.StringIO()
    code = await asyncio.to_thread(
        terminal.run,
        webhook_url,
        ACCOUNT.app_id,
        ACCOUNT.token,
        ACCOUNT.aes_key,
        ACCOUNT.original_id,
        events_url,
        lines=io.StringIO(script),
        out=out,
        timing=timing,
        patience=60.0,
    )
    return code, out.getvalue()


async def test_each_line_is_answered_before_the_next() -> None:
    hook = Webhook(ACCOUNT, echo)
    async with serve(hook.app) as url:
        code, printed = await chat(f"{url}/webhook", "您好\n\n涂布厚度不均匀\n")
    assert (code, printed) == (0, "助　您说：您好\n助　您说：涂布厚度不均匀\n")
    assert len({message["FromUserName"] for message in hook.messages}) == 1


async def test_commands_send_other_kinds_and_the_rest_goes_to_the_bot() -> None:
    hook = Webhook(ACCOUNT, echo)
    async with serve(hook.app) as url:
        await chat(f"{url}/webhook", "/关注\n/语音\n/restart\n/退出\n不再发送\n")
    kinds = [message.get("Content", message["MsgType"]) for message in hook.messages]
    assert kinds == ["event", "voice", "/restart"]


async def test_an_account_that_is_out_of_service_is_said() -> None:
    async with serve(Webhook(ACCOUNT, never).app) as url:
        code, printed = await chat(f"{url}/webhook", "您好\n", timing=IMPATIENT)
    assert code == 1
    assert printed.splitlines()[-1] == "　　该公众号暂时无法提供服务，请稍后再试"


async def test_a_late_answer_comes_from_the_demo(tmp_path: Path) -> None:
    async with bench(tmp_path, echo) as made, httpx.AsyncClient(trust_env=False) as http:

        async def later(message: dict[str, str]) -> bytes:
            token, _ = made.demo.wechat.tokens.stable(force=False)
            content = {"content": f"想好了：{message['Content']}"}
            body = {"touser": message["FromUserName"], "msgtype": "text", "text": content}
            url = f"{made.url}/wechat-api/cgi-bin/message/custom/send"
            answer = await http.post(url, params={"access_token": token}, json=body)
            assert answer.json()["errcode"] == 0
            return b"success"

        async with serve(Webhook(ACCOUNT, later).app) as url:
            code, printed = await chat(f"{url}/webhook", "第一句\n第二句\n", made.url)
    assert (code, printed) == (0, "助　想好了：第一句\n助　想好了：第二句\n")


async def test_without_a_demo_there_it_goes_on(tmp_path: Path) -> None:
    async with serve(Webhook(ACCOUNT, echo).app) as url:
        code, printed = await chat(f"{url}/webhook", "您好\n", f"{url}/nothing-here")
    assert (code, printed) == (0, "助　您说：您好\n")


async def test_lines_come_from_a_pipe_as_they_are_written() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, encoding="utf-8") as stream:
        lines = lines_of(stream)
        os.write(writing, "您好\r\n第二".encode() + "行".encode()[:1])
        assert await anext(lines) == "您好"
        os.write(writing, "行".encode()[1:] + b"\n\nlast")
        assert [await anext(lines), await anext(lines)] == ["第二行", ""]
        os.close(writing)
        assert [line async for line in lines] == ["last"]


async def test_lines_come_from_a_file(tmp_path: Path) -> None:
    script = tmp_path / "script.txt"
    script.write_text("一\n二", "utf-8")
    with script.open(encoding="utf-8") as stream:
        assert [line async for line in lines_of(stream)] == ["一", "二"]


async def test_the_program_reads_its_standard_input_and_ends(tmp_path: Path) -> None:
    program = "import sys; from connectors.demo import terminal; sys.exit(terminal.run(*sys.argv[1:6]))"
    hook = Webhook(ACCOUNT, echo)
    async with serve(hook.app) as url:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            program,
            f"{url}/webhook",
            ACCOUNT.app_id,
            ACCOUNT.token,
            ACCOUNT.aes_key,
            ACCOUNT.original_id,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONUTF8": "1"},
        )
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("您好\n".encode())
        assert (await process.stdout.readline()).decode() == "助　您说：您好\n"
        process.stdin.write("/退出\n".encode())
        assert await process.wait() == 0
