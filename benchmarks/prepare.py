"""What a measured bot needs: a database with the demo directory and a trained model; run as a process of its own."""

from sqlalchemy import update

from bot import bootstrap, settings
from models import Station

ROOM = 1_000_000
"""Demands that a station takes at once: the last conversation of a run must find what the first one found."""


def main() -> None:
    found = settings.load()
    bootstrap.prepare(found, say=print)
    with bootstrap.open_database(found).begin() as session:
        session.execute(update(Station).values(capacity=ROOM))


if __name__ == "__main__":
    main()
