"""`zhuli users`: accounts of the console."""

from typing import Annotated

import typer

from bot.commands.opening import opened
from bot.commands.usage import one_of
from bot.core.roles import Role

users = typer.Typer(help="工作台账号。", no_args_is_help=True)


@users.command("add")
def users_add(
    username: str,
    role: Annotated[str, typer.Option(help="admin、city、district、society、liaison、auditor")] = "city",
    name: Annotated[str | None, typer.Option(help="显示的姓名")] = None,
    scope: Annotated[str | None, typer.Option(help="区（市）县、学会或服务站编号，按角色")] = None,
) -> None:
    """新建账号，密码只显示一次。"""
    from bot import bootstrap
    from bot.services import audit

    one_of("--role", role, [one.value for one in Role])
    settings = opened()
    typer.echo(bootstrap.services(settings).users.create(audit.SYSTEM, username, name or username, Role(role), scope))


@users.command("token")
def users_token(username: str, label: Annotated[str, typer.Option(help="用途")] = "cli") -> None:
    """发一个接口令牌，只显示一次。"""
    from bot import bootstrap

    settings = opened()
    typer.echo(bootstrap.services(settings).users.add_token(username, label))


@users.command("disable")
def users_disable(username: str) -> None:
    """停用账号，登录和令牌立即失效。"""
    from bot import bootstrap
    from bot.services import audit

    settings = opened()
    bootstrap.services(settings).users.disable(audit.SYSTEM, username)
