"""Who works on a row: a name for this process, and whether another one is still alive."""

import os
import secrets
import socket
from functools import cache


@cache
def _birth() -> str:
    """Tells this process from an earlier one with the same number."""
    return secrets.token_hex(3)


def name() -> str:
    """A new name within this process: host, number, birth, and what tells two users in one process apart."""
    return f"{_host()}:{os.getpid()}:{_birth()}:{secrets.token_hex(3)}"


def is_dead(owner: str) -> bool:
    """True when `owner` was a process of this machine that has ended; others may be alive."""
    host, number, birth, _ = [*owner.split(":"), "", "", ""][:4]
    if host != _host() or not number.isdigit():
        return False
    if int(number) == os.getpid():
        return birth != _birth()
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _host() -> str:
    return socket.gethostname().replace(":", "")[:12]
