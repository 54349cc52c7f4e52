"""Mistakes on the command line, as one Chinese sentence that says what to do."""

import re
import sys
from pathlib import Path
from typing import Any

import typer

HELP = "运行 {path} --help 看用法。"
_EXTRA = re.compile(r"\((.*)\)")
_QUOTED = re.compile(r"'([^']*)'")


def sentence(error: Any) -> str | None:
    """What typer says in English; what a command of ours said is Chinese already. None: it is no usage error."""
    if not hasattr(error, "format_message"):
        return None
    context = getattr(error, "ctx", None)
    advice = HELP.format(path=context.command_path if context else "zhuli")
    message = str(error.format_message())
    names = [str(one) for one in _QUOTED.findall(message)]
    kind = type(error).__name__
    if kind == "NoSuchOption":
        return f"没有 {error.option_name} 这个选项：{advice}"
    if kind == "MissingParameter":
        return f"缺少 {names[0] if names else '参数'}：{advice}"
    if kind == "BadParameter" and _is_chinese(str(error.message)):
        return str(error.message)
    if "No such command" in message:
        return f"没有 {names[0]} 这个命令：{advice}"
    if "unexpected extra" in message:
        extra = _EXTRA.search(message[message.index("unexpected extra") + 10 :].replace("argument(s)", ""))
        return f"多了 {extra[1] if extra else '参数'}：{advice}"
    if "requires an argument" in message:
        return f"{names[0] if names else '选项'} 后面要写一个值：{advice}"
    return f"{names[-1] if names else '参数'} 的写法不对：{advice}"


def _is_chinese(text: str) -> bool:
    return bool(re.search(r"[\u4e00-\u9fff]", text))


def existing(file: Path) -> Path:
    """A file to be read."""
    if not file.is_file():
        raise typer.BadParameter(f"没有这个文件：{file}。请检查路径。")
    return file


def writable(file: Path) -> Path:
    """A file to be written."""
    if file.is_dir() or not file.parent.is_dir():
        raise typer.BadParameter(f"不能写到 {file}：请先建好文件夹，并写明文件名。")
    return file


def ending(file: Path, *endings: str) -> Path:
    """A file whose ending says its format."""
    if file.suffix.lower() not in endings:
        raise typer.BadParameter(f"文件名要以 {'、'.join(endings)} 结尾，不能是 {file.name}。")
    return file


def confirmed(question: str) -> bool:
    """The answer of a person; without one at hand (end of input) it is no."""
    typer.echo(f"{question}输入 y 继续，其他不做任何改动：", nl=False)
    return sys.stdin.readline().strip().lower() in ("y", "yes", "是")


def one_of(name: str, value: str, allowed: list[str]) -> str:
    """A word from a list."""
    if value not in allowed:
        raise typer.BadParameter(f"{name} 只能是 {'、'.join(allowed)}，不能是 {value}。")
    return value
