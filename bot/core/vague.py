"""A need so general that nobody could be found for it, which one second question helps (product design)."""

import re

_ENOUGH = 2
"""Characters that are left of a text that says something of its own."""
_FILLER = (
    r"我们?|咱们?|你们|公司|单位|企业|工厂|厂子?|车间|这边|那边|这个|那个|一个|一台|一批|一下|一些|有些|有点|几个|好多|"
    r"想要?|需要|希望|要|请|找|求|帮忙?|麻烦|看看|解决|处理|改进|提高|提升|改善|优化|搞定|弄好|咨询|了解|对接|合作|支持|指导|"
    r"老师|专家|团队|教授|高校|学会|人|个|些|件|台|套|"
    r"老是|总是|经常|一直|最近|现在|目前|有时候?|突然|都|很|太|特别|比较|非常|也|还|就|再|又|才|"
    r"的|了|吧|嘛|哈|呢|啊|哦|噻|哟|是|在|和|跟|与|及|给|把|被|对|到|得|有|没有?|不"
)
_GENERAL = (
    r"设备|机器|机子|产品|东西|质量|品质|工艺|流程|生产线?|产线|效率|产量|产能|成本|系统|技术|研发|创新|转型|升级|改造|管理|"
    r"数字化|智能化|信息化|自动化|节能|环保|污染|排放|问题|毛病|故障|缺陷|难题|困难|瓶颈|项目|方案|事情?|需求|情况|"
    r"出|坏|差|低|高|慢|贵|稳定?|好用|行|够|达标|合格率?|过关|上不去|下不来|跟不上|[降提升]?[上下]来|降|涨"
)
_WORDLESS = re.compile(rf"{_FILLER}|{_GENERAL}|[\W_]+")


def is_vague(problem: str) -> bool:
    """True when nothing but general words is left: 设备老出问题, 想提高产品质量."""
    return len(_WORDLESS.sub("", problem)) < _ENOUGH
