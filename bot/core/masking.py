"""How names and telephone numbers are shown to those who may not see them whole."""

import re

_SHAPES = (
    re.compile(r"^(1\d{2})\d{4}(\d{4})$"),  # mobile
    re.compile(r"^(0(?:10|2\d|[3-9]\d{2}))\d{3,4}(\d{4})$"),  # landline with area code
    re.compile(r"^([48]00)\d{4}(\d{3})$"),
)
_FORMS_OF_ADDRESS = ("经理", "先生", "女士", "老师", "师傅", "大爷", "大姐", "总", "工", "主任", "厂长", "哥", "姐")


def mask_phone(phone: str | None) -> str | None:
    """13800000000 → 138****0000, 02880000000 → 028****0000; other numbers keep their last two digits."""
    if not phone:
        return None
    for shape in _SHAPES:
        if found := shape.match(phone):
            return f"{found[1]}****{found[2]}"
    return "*" * max(len(phone) - 2, 3) + phone[-2:]


def mask_name(name: str | None) -> str | None:
    """Keeps the family name and a form of address: 张三 → 张*, 张经理 → 张经理, 张建国经理 → 张**经理."""
    if not name:
        return None
    form = next((one for one in _FORMS_OF_ADDRESS if name.endswith(one) and len(name) > len(one)), "")
    if form:
        return name[0] + "*" * (len(name) - len(form) - 1) + form
    return name[0] + "*" * max(len(name) - 1, 1)
