"""What WeChat accepts as a menu (developers.weixin.qq.com, api_createcustommenu)."""

from collections.abc import Mapping
from typing import Any

OK = 0
BUTTON_COUNT = 40016
BUTTON_TYPE = 40017
NAME_SIZE = 40018
KEY_SIZE = 40019
URL_SIZE = 40020
SUB_COUNT = 40023
SUB_NAME_SIZE = 40025

_WITH_KEY = frozenset(
    {
        "click",
        "scancode_push",
        "scancode_waitmsg",
        "pic_sysphoto",
        "pic_photo_or_album",
        "pic_weixin",
        "location_select",
    }
)
_OTHER = frozenset({"view", "miniprogram", "media_id", "article_id", "article_view_limited"})


def check(menu: Mapping[str, Any]) -> int:
    """OK or the errcode: 1–3 buttons of at most 16 bytes, 1–5 below one of at most 60 bytes."""
    buttons = menu.get("button")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        return BUTTON_COUNT
    for button in buttons:
        if code := _check_button(button, 16, NAME_SIZE):
            return code
        below = button.get("sub_button") or []
        if len(below) > 5:
            return SUB_COUNT
        for sub in below:
            if code := _check_button(sub, 60, SUB_NAME_SIZE):
                return code
    return OK


def _check_button(button: Mapping[str, Any], name_limit: int, name_code: int) -> int:
    name = str(button.get("name", ""))
    if not name or len(name.encode()) > name_limit:
        return name_code
    if button.get("sub_button"):
        return OK
    kind = button.get("type")
    if kind not in _WITH_KEY | _OTHER:
        return BUTTON_TYPE
    if kind in _WITH_KEY and not 1 <= len(str(button.get("key", "")).encode()) <= 128:
        return KEY_SIZE
    if kind == "view" and not 1 <= len(str(button.get("url", "")).encode()) <= 1024:
        return URL_SIZE
    return OK
