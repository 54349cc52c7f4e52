"""Districts, enterprises and people."""

from datetime import date

import pytest

from bot.nlu.values import extract

TODAY = date(2026, 11, 22)


def read(text: str, field: str, context: str | None = None) -> object:
    return next((span.value for span in extract(text, TODAY, context) if span.field == field), None)


@pytest.mark.parametrize(
    ("text", "district"),
    [
        ("我们在郫都区做锂电池的", "郫都区"),
        ("郫县这边", "郫都区"),
        ("厂在犀浦", "郫都区"),
        ("双流的厂", "双流区"),
        ("高新南区那边", "高新区"),
        ("在华阳", "天府新区"),
        ("我們在龍泉驛", "龙泉驿区"),
        ("位于三道堰镇", "郫都区"),
        ("从双流搬到温江了", "温江区"),
        ("原来在青羊，现在搬到新都了", "新都区"),
        ("在德阳广汉，不在成都", "德阳市"),
        ("绵阳高新区", "绵阳市"),
        ("坐标犀浦", "郫都区"),
        ("公司注册在武侯，实际在双流生产", "双流区"),
        ("德阳的，能不能帮", "德阳市"),
        ("我们在贵州遵义", "遵义市"),
        ("客户在温江，我们在郫都", "郫都区"),
        ("总部在北京，工厂在龙泉", "龙泉驿区"),
        ("青羊和双流都有厂，主要在双流", "双流区"),
    ],
)
def test_districts_by_name_street_zone_and_move(text: str, district: str) -> None:
    assert read(text, "district") == district


@pytest.mark.parametrize(
    ("text", "district"),
    [("中和", "高新区"), ("在东升那边", "双流区"), ("高新", "高新区"), ("寿安", None), ("四川", None)],
)
def test_a_town_without_its_ending_answers_when_only_one_district_has_it(text: str, district: str | None) -> None:
    assert read(text, "district", "district") == district


@pytest.mark.parametrize(
    "text",
    [
        "双流体喷嘴老堵",
        "大面积脱落",
        "成都明天下雨吗",
        "去北京的高铁几点",
        "想跟重庆大学的团队合作",
        "合作开发也行",
        "友爱互助",
        "金牛座的",
        "做双流道换热器",
        "你们在天府软件园吗",
        "人家双流的都办好了",
        "武侯区科协在哪",
        "高新区有服务站没",
        "温江到双流咋走",
        "产品卖到北京上海",
    ],
)
def test_words_that_only_look_like_places(text: str) -> None:
    assert read(text, "district") is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("成都示例科技有限公司", "成都示例科技有限公司"),
        ("我们公司叫成都示例机械制造有限责任公司哈", "成都示例机械制造有限责任公司"),
        ("我是示例微电子（成都）有限公司的小王", "示例微电子（成都）有限公司"),
        ("工商登记名：崇州市示例家具制造厂", "崇州市示例家具制造厂"),
        ("帮郫都区示例种植专业合作社问一下", "郫都区示例种植专业合作社"),
        ("公司名写错了，应该是成都示例智能有限公司", "成都示例智能有限公司"),
        ("老陈五金店", "老陈五金店"),
        ("我司（成都示例航空零部件有限公司）刀具磨损快", "成都示例航空零部件有限公司"),
        ("单位：成都示例学校", "成都示例学校"),
        ("我单位成都市示例研究院，想申请建站", "成都市示例研究院"),
        ("成都示例建材 有限公司", "成都示例建材有限公司"),
    ],
)
def test_enterprises_named_in_a_text(text: str, name: str) -> None:
    assert read(text, "enterprise_name") == name


@pytest.mark.parametrize(
    "text",
    [
        "跟示例技术有限公司合作过",
        "客户是示例集团股份有限公司，要求很严",
        "设备是示例机床股份公司的",
        "我公司与示例大学有合作",
        "我们和成都示例物流有限公司是合作伙伴",
        "给示例汽车股份有限公司供货",
        "竞争对手浙江示例股份有限公司已经做出来了",
        "国内只有上海示例股份有限公司能做",
        "我们公司在郫都",
        "你们公司是干啥的",
        "一家汽配厂",
        "双流的厂",
        "想找个有限公司合作",
        "请贵公司帮忙",
    ],
)
def test_words_for_any_enterprise_are_no_name(text: str) -> None:
    assert read(text, "enterprise_name") is None


@pytest.mark.parametrize(
    ("text", "name"), [("京东方", "京东方"), ("成都极米", "成都极米"), ("在通威集团上班", "通威集团")]
)
def test_short_names_count_when_the_name_is_asked(text: str, name: str) -> None:
    assert read(text, "enterprise_name", "enterprise_name") == name


@pytest.mark.parametrize("text", ["你好", "不知道", "个体户，没有公司", "为什么要问这个", "我们公司在郫都", "12345"])
def test_answers_that_are_no_name(text: str) -> None:
    assert read(text, "enterprise_name", "enterprise_name") is None


def test_a_region_in_the_name_alone_does_not_answer_for_the_district() -> None:
    assert read("青羊区老陈家具厂", "district") is None
    assert read("青羊区老陈家具厂，木料烘干开裂，预算五万", "district") == "青羊区"


@pytest.mark.parametrize(
    ("text", "context", "name"),
    [
        ("我姓王", None, "王"),
        ("免贵姓欧阳", None, "欧阳"),
        ("联系人：李四，13800000000", None, "李四"),
        ("找小刘 13800000000", None, "小刘"),
        ("我是王工", None, "王工"),
        ("王先生", "contact_name", "王先生"),
        ("张伟", "contact_name", "张伟"),
        ("王", "contact_name", "王"),
        ("叫我李老师就行", "contact_name", "李老师"),
        ("我姓雷叫雷鸣", "contact_name", "雷鸣"),
        ("你叫我高姐嘛", "contact_name", "高姐"),
        ("成都示例科技有限公司李华，13800000000", None, "李华"),
        ("免贵姓邓，邓丽", "contact_name", "邓丽"),
        ("喊我姓吴嘛", "contact_name", "吴"),
        ("姓廖谢谢", "contact_name", "廖"),
        ("唐小燕", "contact_name", "唐小燕"),
        ("小燕", "contact_name", "小燕"),
        ("对接人 技术部 赵六", None, "赵六"),
        ("成都示例科技有限公司 张伟 13800000000", None, "张伟"),
        ("老板姓钱，叫他钱总", None, "钱总"),
    ],
)
def test_people(text: str, context: str | None, name: str) -> None:
    assert read(text, "contact_name", context) == name


@pytest.mark.parametrize("text", ["我同事姓王", "合作过两年的老师", "王老师你好", "找专家", "找人工", "同意", "好的"])
def test_others_are_not_the_contact(text: str) -> None:
    assert read(text, "contact_name", "contact_name") is None
