"""Wordings that tell what a message does, whatever it is about."""

import re

CORRECTION = re.compile(
    r"改成|改为|改到|改一?下|更正|纠正|换成|换为|修改|(?<!没)(?<!没有)(?:说|写|填|打|报|弄|输|发|记|留)错|"
    r"(?<!没)(?<!没有)错了|不对|有误|搞错|(?:少|多)(?:写|打|说|填|输)了|不是[^,。;]{1,16}[,，]?\s*(?:而?是|应该)|"
    r"应该是|应为|重新?(?:填|写|说|报)|往[前后](?:挪|推|延)|推迟到|延到|延长到|提前到|给我改|换掉|"
    r"(?:从|原来|以前|之前|不对)[^。;]{0,12}搬|调整[为到成]|调[到成为]|(?:刚才|刚刚|之前|前面|上面)(?:那个|说的|"
    r"填的|写的|报的)[^,。;]{0,8}(?:不|错|改|换)|"
    r"(?:还是|那就)改|[填写记报留]成[^,。;]{1,12}(?:了|实际|其实|应该)|(?:刚才|刚刚|之前|前面|上面|刚)[^,。;]{0,8}"
    r"(?:旧|老)(?:号|的|电话|地址)"
)
_QUESTION = re.compile(
    r"[?？]\s*$|(?:吗|么|咋|怎么|哪|谁|啥|什么|多久|多少|几天|能不能|可不可以|会不会|有没有|是不是|够不够|"
    r"行不行|没得|了没)(?:呢|啊|哦|嘛)?\s*$"
)
_REQUEST = re.compile(r"(?:想|要|需要|帮|请|麻烦|找|求)[^,。;]{0,8}(?:对接|登记|申报|提交|报个?|专家|团队|需求)")


def is_question(plain: str) -> bool:
    """True for a normalised text that asks something."""
    return bool(_QUESTION.search(plain))


def is_request(plain: str) -> bool:
    """True for a normalised text that asks to be put in touch or registered."""
    return bool(_REQUEST.search(plain))
