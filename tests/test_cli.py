"""The command line: exit codes, one sentence for what a person can mend, the contract's JSON."""

import json
import subprocess
import sys
from pathlib import Path

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


def test_a_file_that_is_not_there_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch, "restore", "/nowhere/backup.tar.gz") == 1
    assert capsys.readouterr().err.endswith("文件打不开：/nowhere/backup.tar.gz\n")


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
    assert _run(monkeypatch, "evaluate", "routing", str(tmp_path / "none.jsonl")) == 1
    assert "文件打不开" in capsys.readouterr().err
    assert _run(monkeypatch, "evaluate", "fields", str(file), "--today", "tomorrow") in (1, 2)
