"""Which item of the summary a message wants to change: 改6, 6和7都不对, 8错了, 名称不好听. No state."""

import re
import unicodedata
from dataclasses import dataclass

EDITABLE = (
    "title",
    "indicators",
    "field",
    "category",
    "enterprise_name",
    "budget",
    "deadline",
    "contact_name",
    "phone",
)
"""Items of the summary in the order of their numbers, from 1."""
_LABELLED = {
    "title": "需求名称 名称 标题",
    "indicators": "目标 指标",
    "field": "技术领域 领域",
    "category": "需求类型 类型",
    "enterprise_name": "企业 企业名 企业名称 公司 公司名 公司名称 单位",
    "district": "所在地 地址 区县",
    "budget": "预算",
    "deadline": "期限 时间 日期",
    "contact_name": "联系人 称呼 名字 姓名",
    "phone": "联系电话 电话 手机 手机号 号码",
}
_KEY_OF = {label: key for key, labels in _LABELLED.items() for label in labels.split()}
_LABELS = "|".join(sorted(_KEY_OF, key=len, reverse=True))
_DIGITS = {char: number for number, char in enumerate("一二三四五六七八九", 1)}
_NUMBER = r"[1-9１-９一二三四五六七八九]"
_CALLED_WRONG = r"改成|改为|改一?下|改哈|要改|错了?|不对|有误"
_ONE = re.compile(
    rf"^\s*(?:(?:把|改|修改|更正|第)\s*第?\s*({_NUMBER})(?![下点些会哈百千万十\d])|"
    rf"({_NUMBER})(?=\s*(?:项|条|个|号)?\s*(?:{_CALLED_WRONG})))\s*(?:项|条|个|号)?(?:{_CALLED_WRONG}|改)?[了吧哈。!！]*"
)
_SEVERAL = re.compile(
    rf"^(?:改|第|把)?\s*第?(?P<items>{_NUMBER}(?:\s*(?:项|条)?\s*(?:[和跟与及、,，/]|还有)\s*第?{_NUMBER})+)\s*(?:项|条|个)?"
    r"(?:两个|几个|这几项)?(?:都|要|也)*(?:不对|错了?|有误|要?改一?下?|改哈|重新?填)?[了吧哈。!！]*$"
)
_NAMED = re.compile(
    rf"^(?:这个|那个)?(?P<label>{_LABELS}).{{0,3}}?(?:不对|错了?|有误|要改|改一?下|改哈|修改|不好听?|不合适)[了吧哈。!！]*$"
)
_CHANGE = re.compile(
    rf"^(?:我?(?:想|要)|给我|帮我|麻烦|请)*(?:改|修改|换|更正|调整)(?:一?下|一个|哈|个)?(?P<label>{_LABELS})[了吧哈嘛。!！]*$"
)
_ALONE = re.compile(r"^\s*(?:改|第)\s*[1-9１-９]\s*(?:项|条|个)?\s*$")


@dataclass(frozen=True)
class ItemEdit:
    """The items to change, and what is said of the only one behind its number."""

    keys: list[str]
    rest: str = ""


def item_edit(text: str) -> ItemEdit | None:
    """What `text`, said at the summary, wants to change; None when it names no item."""
    said = text.strip()
    several = _SEVERAL.match(said)
    if several:
        keys = [_key(one) for one in re.findall(_NUMBER, several["items"])]
        return ItemEdit(list(dict.fromkeys(keys)))
    one = _ONE.match(said)
    if one:
        return ItemEdit([_key(one[1] or one[2])], said[one.end() :].strip(" ：:，,。."))
    named = _NAMED.match(said) or _CHANGE.match(said)
    return ItemEdit([_KEY_OF[named["label"]]]) if named else None


def is_item_alone(text: str) -> bool:
    """True for a bare 改2 or 第2项, which means nothing while no list of items is on offer."""
    return bool(_ALONE.match(text))


def _key(written: str) -> str:
    return EDITABLE[(_DIGITS.get(written) or int(unicodedata.normalize("NFKC", written))) - 1]
