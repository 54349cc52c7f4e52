"""How names and telephone numbers are shown to those who may not see them whole."""

import re

_MOBILE = re.compile(r"^1\d{10}$")


def mask_phone(phone: str | None) -> str | None:
    """13800000000 → 138****0000; other numbers keep their last two digits."""
    if not phone:
        return None
    if _MOBILE.match(phone):
        return f"{phone[:3]}****{phone[-4:]}"
    return "*" * max(len(phone) - 2, 3) + phone[-2:]


def mask_name(name: str | None) -> str | None:
    """Keeps the family name: 张三 → 张*; a form of address (张经理) stays."""
    if not name:
        return None
    if name.endswith(("经理", "先生", "女士", "老师", "总", "工", "主任")):
        return name
    return name[0] + "*" * max(len(name) - 1, 1)
