"""What is wanted of the talks, and what of it was missed."""

from tests.dialogue.simulated.report import Figures

COMPLETED = 0.97
ONE_BY_ONE = 8
AT_ONCE = 3
"""User messages, medians."""
WRONG = 0.02


def missed(found: Figures) -> list[str]:
    """One line a target that was missed."""
    checks = {
        f"completed {found.completed:.3f} < {COMPLETED}": found.completed < COMPLETED,
        f"one by one {found.one_by_one} > {ONE_BY_ONE} messages": found.one_by_one > ONE_BY_ONE,
        f"at once {found.at_once} > {AT_ONCE} messages": found.at_once > AT_ONCE,
        f"wrong values {found.wrong:.3f} > {WRONG}": found.wrong > WRONG,
        f"{found.repeated} sentences twice in a row": found.repeated > 0,
        f"{found.dead_ends} dead ends": found.dead_ends > 0,
        f"{found.exceptions} exceptions": found.exceptions > 0,
    }
    return [line for line, is_missed in checks.items() if is_missed]
