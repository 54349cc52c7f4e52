"""The WeChat id that a person offers: its own letters and digits, or the telephone number it is said to equal."""

import re

_WORD = r"(?:微信|薇信|威信|v信|vx|wx|weixin|wechat)"
_NAMED = re.compile(
    rf"(?P<offer>加个?|我的?|联系|留个?)?\s*{_WORD}\s*(?P<label>(?:id|账号|号码?|名)?\s*(?:就?是|为|叫|[:：])?)\s*"
    r"(?P<id>[a-z][a-z0-9_-]{5,19})(?![a-z0-9_@.-])",
    re.IGNORECASE,
)
_SAME = re.compile(
    rf"{_WORD}[^,。;]{{0,6}}(?:同(?:号|步|电话|手机)|(?:就是|也是|跟|和|与)?(?:这个|手机|电话)号?(?:一样|同号)?|一样的?号)|"
    rf"(?:手机|电话|号码)[^,。;\d]{{0,4}}(?:就是|也是|同|和|加){_WORD}"
)
_IS_NO_ID = re.compile(
    r"(?:android|iphone|harmony|applet|miniprogram|mini|officia\w*|wechat\w*|weixin\w*)$", re.IGNORECASE
)


def wechat_ids(text: str, phone: tuple[str, int, int] | None) -> list[tuple[str | None, int, int]]:
    """At most one id with its place in the normalised text; None as id: as written there. `phone`: the number found."""
    for match in _NAMED.finditer(text):
        told = bool(match["offer"] or match["label"].strip())
        if not _IS_NO_ID.fullmatch(match["id"]) and (told or re.search(r"[\d_-]", match["id"])):
            return [(None, match.start("id"), match.end("id"))]
    same = _SAME.search(text) if phone else None
    return [phone] if same and phone else []
