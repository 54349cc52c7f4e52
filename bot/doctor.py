"""`zhuli doctor`: what works, what does not, and what to do about it."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.settings import Settings
from models import Cipher, Database, Station, migrations
from models.repositories.privacy import any_contact


@dataclass(frozen=True)
class Finding:
    """One check: fine, or what to do."""

    name: str
    fine: bool
    advice: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """Every check, in the order in which things depend on each other."""
    database = Database(settings.database_url, Cipher(settings.data_keys))
    yield _check("数据库连得上", database.ping, "检查 ZHULI_DATABASE_URL 和数据库服务")
    yield _check("数据库结构最新", lambda: _demand(migrations.is_current(database.engine)), "运行 zhuli db upgrade")
    yield _check("名录里有服务站", lambda: _demand(_has_stations(database)), "运行 zhuli stations import 名录文件")
    yield _check("联系方式能解密", lambda: _decrypts(database), "把旧密钥加在 ZHULI_DATA_KEY 后面")
    yield _check("对话模型已训练", lambda: _demand(any(settings.models_dir.glob("*.tar.gz"))), "运行 zhuli train")
    yield _check(
        "运行目录可写", lambda: _demand(os.access(settings.var_dir, os.W_OK)), f"检查 {settings.var_dir} 的权限"
    )
    account = bool(settings.wechat_app_id) and not settings.demo
    yield Finding("公众号已配置", account or bool(settings.demo), "设置 ZHULI_WECHAT_APP_ID 等")


def _check(name: str, attempt: Callable[[], object], advice: str) -> Finding:
    try:
        attempt()
    except Exception as error:
        return Finding(name, False, f"{advice}（{type(error).__name__}）")
    return Finding(name, True)


def _demand(true: bool) -> None:
    if not true:
        raise LookupError


def _has_stations(database: Database) -> bool:
    with database.read() as session:
        return session.query(Station.id).first() is not None


def _decrypts(database: Database) -> None:
    with database.read() as session:
        any_contact(session)
