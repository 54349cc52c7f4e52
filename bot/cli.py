"""`zhuli`: the command line; the commands themselves are in bot/commands."""

import sys

import typer

from bot.commands import database, evaluate, processes, records, stations, talent, understanding, users
from bot.settings import SettingsError

app = typer.Typer(
    name="zhuli",
    help="助力通：企业技术需求对接。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
PARTS = (processes.app, understanding.app, database.app)
for part in PARTS:
    app.add_typer(part)
GROUPS = {
    "evaluate": evaluate.evaluate,
    "stations": stations.stations,
    "experts": talent.experts,
    "results": talent.results,
    "users": users.users,
    "db": database.db,
    "demands": records.demands,
    "privacy": records.privacy,
    "retention": records.retention,
}
for name, group in GROUPS.items():
    app.add_typer(group, name=name)


def main() -> int:
    """Runs the command line; what a person can mend is one sentence, not a trace."""
    from bot.runtime import quiet

    quiet.environment()  # before anything imports numpy, whose thread pool is made then
    try:
        result = app(standalone_mode=False, prog_name="zhuli")
    except typer.Abort:
        return 130
    except Exception as error:
        from bot.failures import sentence

        said = sentence(error)
        if said is None:
            raise
        typer.echo(said, err=True)
        return 2 if isinstance(error, SettingsError) else getattr(error, "exit_code", 1)
    return result if isinstance(result, int) else 0


if __name__ == "__main__":
    sys.exit(main())
