"""Failures of a command as one sentence that says what to do."""

from pydantic import ValidationError

from bot.backup import BackupError
from bot.commands import usage
from bot.evaluation.sets import SetError
from bot.services.route_lines import StationsFileError
from bot.services.station_files import FileError
from bot.services.users import UserError
from bot.settings import SettingsError
from models import UnavailableError, UndecryptableError

USERS = {
    "exists": "已经有这个账号。",
    "unknown": "没有这个账号。",
    "username": "账号名只能用小写字母、数字、点、横线，3–60 个字符。",
    "scope_needed": "这个角色要用 --scope 写明区（市）县、学会或服务站编号。",
    "scope_unwanted": "这个角色不用 --scope。",
    "last_admin": "这是最后一个管理员，不能停用。",
}


def sentence(error: Exception) -> str | None:
    """None for what is a fault of ours and deserves its trace."""
    if isinstance(error, SettingsError | BackupError | SetError | StationsFileError | FileError):
        return str(error)
    if isinstance(error, UserError):
        return USERS.get(error.code, "账号的写法不对，请检查。")
    said = usage.sentence(error)
    if said is not None:
        return said
    if isinstance(error, ValidationError):
        names = "、".join(f"ZHULI_{str(one['loc'][0]).upper()}" for one in error.errors() if one["loc"])
        return f"设置的写法不对：{names}。请对照 .env.example 检查。"
    if isinstance(error, UnavailableError):
        return "数据库连不上，或结构不是最新的：请检查 ZHULI_DATABASE_URL，并运行 zhuli db upgrade。"
    if isinstance(error, UndecryptableError):
        return "数据库里的联系方式是用另一个密钥加密的：请把原来的密钥加在 ZHULI_DATA_KEY 后面，用逗号隔开。"
    if isinstance(error, FileNotFoundError | PermissionError | IsADirectoryError):
        return f"文件打不开：{error.filename}"
    return None
