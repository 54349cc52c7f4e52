"""The command line: exit codes, one sentence for what a person can mend, the contract's JSON."""

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from bot import cli
from tests.e2e.house import ROOT

COMPLETE = {
    "ZHULI_SECRET_KEY": "k" * 32,
    "ZHULI_DATA_KEY": "d" * 32,
    "ZHULI_WECHAT_APP_ID": "wx0000000000000001",
    "ZHULI_WECHAT_APP_SECRET": "s" * 32,
    "ZHULI_WECHAT_TOKEN": "a-token-of-ours",
    "ZHULI_WECHAT_AES_KEY": "A" * 43,
}


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHULI_VAR_DIR", str(tmp_path / "var"))


def _run(monkeypatch: pytest.MonkeyPatch, *args: str) -> int:
    monkeypatch.setattr("sys.argv", ["zhuli", *args])
    return cli.main()


@pytest.mark.parametrize("command", ["up", "bot", "console", "worker"])
def test_a_missing_secret_outside_demo_mode_refuses_the_start_by_name(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in COMPLETE.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("ZHULI_DATA_KEY", "")
    assert _run(monkeypatch, command) == 2
    assert "ZHULI_DATA_KEY" in capsys.readouterr().err


def test_an_unknown_command_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch, "nonsense") == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_stations_file_with_mistakes_lists_them_by_row_and_imports_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        {"station_id": "S1", "name": "示例·一站", "district": "郫都区"},
        {"station_id": "", "name": "示例·二站"},
        {"station_id": "S3", "name": "示例·三站", "district": "月球区", "capacity": "很多"},
    ]
    file = tmp_path / "stations.jsonl"
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows))
    assert _run(monkeypatch, "stations", "import", str(file)) == 1
    said = capsys.readouterr().out
    assert "2" in said
    assert "月球区" in said
    assert "没有导入" in said
    assert _run(monkeypatch, "stations", "export", str(tmp_path / "out.jsonl")) == 0
    assert (tmp_path / "out.jsonl").read_text() == ""


def _import(monkeypatch: pytest.MonkeyPatch, file: Path, *rows: dict[str, Any]) -> None:
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows))
    assert _run(monkeypatch, "stations", "import", str(file)) == 0


def test_the_last_import_is_undone_after_a_yes_and_not_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first, file, out = {"station_id": "S1", "name": "示例·一站"}, tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    assert _run(monkeypatch, "stations", "undo") == 1
    assert "没有可以撤销的导入" in capsys.readouterr().out
    _import(monkeypatch, file, first)
    assert _run(monkeypatch, "stations", "export", str(out)) == 0
    before = out.read_text()
    _import(monkeypatch, file, first | {"capacity": 3}, {"station_id": "S2", "name": "示例·二站"})
    monkeypatch.setattr("sys.stdin", StringIO(""))
    assert _run(monkeypatch, "stations", "undo") == 1
    said = capsys.readouterr().out
    assert "恢复 S1 示例·一站：在办上限\n移除 S2 示例·二站\n" in said
    assert "没有撤销" in said
    monkeypatch.setattr("sys.stdin", StringIO("y\n"))
    assert _run(monkeypatch, "stations", "undo") == 0
    assert "已撤销：1 个站恢复原样，1 个新站移除。" in capsys.readouterr().out
    assert _run(monkeypatch, "stations", "export", str(out)) == 0
    assert out.read_text() == before


def test_the_doctor_says_what_to_do_and_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch, "doctor") == 1
    assert "zhuli db upgrade" in capsys.readouterr().out


def test_a_new_account_gets_a_password_and_a_token_and_can_be_disabled(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch, "db", "upgrade") == 0
    assert _run(monkeypatch, "users", "add", "sample", "--role", "city") == 0
    assert _run(monkeypatch, "users", "token", "sample") == 0
    password, token = capsys.readouterr().out.split()
    assert len(password) >= 12
    assert len(token) >= 24
    assert _run(monkeypatch, "users", "add", "sample") == 1
    assert "已经有这个账号" in capsys.readouterr().err


def test_the_makefile_offers_what_the_readme_promises() -> None:
    targets = (ROOT / "Makefile").read_text()
    for target in ("run", "test", "check", "bench", "deep", "train", "help"):
        assert f"\n{target}:" in targets


def test_numpy_is_not_loaded_before_its_threads_are_limited() -> None:
    program = (
        "import os, sys; from bot import cli; sys.argv = ['zhuli', '--help']; cli.main();"
        "print('numpy' in sys.modules, os.environ['OPENBLAS_NUM_THREADS'])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False 1"


def test_a_set_with_mistakes_is_told_by_row_before_anything_is_trained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "set.jsonl"
    file.write_text('{"text":"你好","intent":"greet"}\n{"text":"你好"}\n', "utf-8")
    assert _run(monkeypatch, "evaluate", "messages", str(file)) == 1
    said = capsys.readouterr()
    assert "第 2 行：缺 intent" in said.err
    assert said.out == ""


def _commands() -> list[list[str]]:
    """Every command of the product, as it is typed; `rasa` hands its options on."""
    groups: list[tuple[list[str], Any]] = [([], part) for part in cli.PARTS] + [
        ([name], group) for name, group in cli.GROUPS.items()
    ]
    found = [
        [*before, command.name or getattr(command.callback, "__name__", "")]
        for before, group in groups
        for command in group.registered_commands
    ]
    return [command for command in found if command != ["rasa"]]


@pytest.mark.parametrize("command", _commands(), ids=" ".join)
def test_every_command_tells_a_wrong_option_in_one_chinese_sentence(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch, *command, "--nonsense") == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == f"没有 --nonsense 这个选项：运行 zhuli {' '.join(command)} --help 看用法。\n"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["nonsense"], "没有 nonsense 这个命令"),
        (["stations", "nonsense"], "没有 nonsense 这个命令：运行 zhuli stations --help"),
        (["users", "add"], "缺少 username"),
        (["users", "add", "sample", "--role", "nope"], "--role 只能是 admin、city"),
        (["users", "add", "sample", "--role"], "--role 后面要写一个值"),
        (["parse", "好", "多余"], "多了 多余"),
        (["parse", "好", "--today", "2026-13-01"], "日期要写成 YYYY-MM-DD"),
        (["demands", "export", "x.pdf"], ".jsonl、.csv、.xlsx"),
        (["demands", "export", "no-such-folder/x.csv"], "请先建好文件夹"),
        (["stations", "export", "no-such-folder/x.csv"], "请先建好文件夹"),
        (["stations", "export", "x.pdf"], ".xlsx、.csv、.jsonl"),
        (["stations", "import", "no-such-folder/x.csv"], "没有这个文件：no-such-folder/x.csv"),
        (["route", "--stations", "no-such-folder/x.csv"], "没有这个文件"),
        (["backup", "no-such-folder/x.tar.gz"], "请先建好文件夹"),
        (["restore", "no-such-folder/x.tar.gz"], "没有这个文件"),
        (["evaluate", "messages", "no-such-folder/x.jsonl"], "没有这个文件"),
        (["evaluate", "routing", "README.md", "--stations", "no-such-folder/x.csv"], "没有这个文件"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_wrong_argument_is_told_in_one_chinese_sentence(
    command: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch, *command) == 2
    heard = capsys.readouterr()
    assert said in heard.err
    assert heard.err.count("\n") == 1
    assert heard.out == ""
