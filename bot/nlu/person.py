"""The contact's name or form of address: 姓王, 王先生, 小刘, 联系人王强."""

import re

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
    "温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利"
)
_DOUBLE = "欧阳|上官|司马|诸葛|司徒|东方|独孤|南宫|夏侯|皇甫|尉迟|公孙|慕容|令狐|宇文|长孙|端木"
_SURNAME = rf"(?:{_DOUBLE}|[{SURNAMES}])"
_GIVEN = r"(?:[\u4e00-\u9fff](?<![嘛哈吧呢啊哦呀哟噻的了]))"
_TITLE = (
    r"(?:先生|女士|小姐|老师|老板|总工|总|经理|主任|厂长|主管|师傅|工程师|"
    r"工(?![厂业作程人])|博士|教授|部长|所长|院长|董事长|董|科长|站长|助理|书记|队长|同志|"
    r"大姐|姐|哥)"
)
_ADDRESSED = re.compile(
    rf"(?<![\u4e00-\u9fff])?({_SURNAME}[\u4e00-\u9fff]?{_TITLE}|(?:小|老|"
    rf"阿){_SURNAME}(?![\u4e00-\u9fff]{{2,}}(?:厂|店|社|公司)))"
)
_PARTICLE = r"(?:嘛|哈|哦|啊|呢|喔|噻|吧|哟|嘞|谢谢|就行|就好)"
_SURNAMED = re.compile(
    rf"(?:我|本人|联系人|老板|负责人|免贵|"
    rf"敝|鄙人)?(?:免贵)?姓\s*({_SURNAME})(?:名?叫?(?!{_PARTICLE})([\u4e00-\u9fff]{{1,2}}?){_PARTICLE}?(?=[,，。\s\d]|$))?"
)
_CALLED = re.compile(
    rf"(?:联系人|联络人|对接人|经办人|负责人|姓名|名字|称呼)(?:是|为|叫|"
    rf"[:：\s])*(?:[\u4e00-\u9fff]{{2,4}}(?:部|处|科|室|中心|车间)的?\s*)?({_SURNAME}[\u4e00-\u9fff]{{1,2}}?{_TITLE}?|[小老]{_SURNAME})(?=[,，。;；\s\d(（]|电|手|的|$)"
    rf"|(?:我叫|我是|本人|叫我|喊我|找)\s*({_SURNAME}{_GIVEN}{{1,2}}|[小老阿]{_SURNAME}|"
    rf"{_SURNAME}{_TITLE})(?=[,，。;；\s\d!！]|就行|就好|就可以|嘛|哈|$)"
)
_LEAD = re.compile(
    r"^(?:我们?|我叫|我是|叫我|喊我|叫|是|联系人|姓名|名字|称呼|找|你?就?(?:叫|喊)我|那?就|嗯|免贵|姓|:|,|\s)+"
)
_TRAIL = re.compile(r"(?:吧|就行|就好|就可以|即可|嘛|哈|哦|啊|呢|喔|噻|谢谢|[,。.!~\s])+$")
_BEFORE_PHONE = re.compile(
    rf"(?:^|[\s,，。;；:：、()]|公司|合作社|厂)({_SURNAME}[\u4e00-\u9fff]{{1,2}})[\s,，:：(]*(?:电话|手机|tel)?[\s:：]*$"
)
_OF_OTHERS = re.compile(r"(?:同事|朋友|客户|领导|专家|他|她)(?:也|都)?$")
_LOOKS_ADDRESSED = re.compile(
    r"老师|小时|小区|小于|小麦|小米|小路|小车|小计|小满|小龙|小鱼|小寒|小程|小家|小包|小白|老化|老旧"
)
_NOT_PERSON = re.compile(r"专家|人工|客服|工作人员|领导|你们|老师你好|师傅你好|他们|真人|高校|教授团队")
_COMMON = re.compile(
    r"可以|好的|同意|谢谢|没有|不用|不是|不对|行吧|你好|您好|确认|继续|跳过|取消|提交|人工|匿名|保密|不说|不填|"
    r"随便|要得|对头|算了|明白|知道|好嘛|好吧|何必|高兴|方便|成都|平时|都行|明天|时间|安排|应该|包括|关于|于是|"
    r"任何|全部|相关|公司|支持|容易|温度|成本|金额|石油|白天|单位|项目|管理|解决|万一|方案|文件|严重|牛逼|宁可|"
    r"连续|计划|国家|计算|左右|向您|向你|和您|海报|都可|那个|那就|那好|云云|来了|来吧|明确"
)


_WHOLE_NAME = re.compile(rf"(?<![\u4e00-\u9fff])(?:{_SURNAME})$")
"""唐 before 小燕: a whole name, not somebody called 小燕."""


def people(text: str, asked: bool, phone_at: int | None = None) -> list[tuple[str, int, int, bool]]:
    """Names of the contact with their places in the normalised text; the flag as in `companies`.

    `phone_at` is where the telephone number starts: a name right before it is the contact's.
    """
    for pattern in (_CALLED, _SURNAMED):
        match = pattern.search(text)
        if match:
            group = next(place for place in range(1, (match.lastindex or 1) + 1) if match[place])
            parts = [part for part in match.groups() if part]
            name = parts[-1] if parts[-1].startswith(parts[0]) else "".join(parts)
            if _OF_OTHERS.search(text[max(0, match.start() - 6) : match.start()]):
                continue
            if not _COMMON.fullmatch(name) and not _is_greeting(text, match.end()):
                return [_fuller(text, name, match.start(group), match.end())]
    for match in _ADDRESSED.finditer(text):
        if _LOOKS_ADDRESSED.match(match[1]) or _NOT_PERSON.search(text):
            continue
        whole = _WHOLE_NAME.search(text[: match.start()]) if match[1][0] in "小老阿" else None
        if whole and _stands_alone(text, match, asked):
            return [(whole[0] + match[1], whole.start(), match.end(1), False)]
        if _stands_alone(text, match, asked):
            return [(match[1], match.start(1), match.end(1), False)]
    named = _BEFORE_PHONE.search(text[max(0, phone_at - 20) : phone_at]) if phone_at else None
    if named and phone_at and not _COMMON.fullmatch(named[1]):
        start = max(0, phone_at - 20) + named.start(1)
        return [(named[1], start, start + len(named[1]), False)]
    bare = _bare(text) if asked else None
    return [bare] if bare else []


def _fuller(text: str, name: str, start: int, end: int) -> tuple[str, int, int, bool]:
    """免贵姓邓,邓丽 and 姓钱,叫钱总: the fuller form that follows."""
    if len(name) > 1 and name not in _DOUBLE:
        return name, start, end, False
    title = rf"{_TITLE}|[\u4e00-\u9fff]{{1,2}}"
    after = re.match(
        rf"[,，。\s]*(?:你?们?(?:叫|喊)(?:我|他|她)?|就叫)?({name}(?:{title}))(?=[,，。\s\d就即吧哈]|$)", text[end:]
    )
    if after is None or _COMMON.fullmatch(after[1]):
        return name, start, end, False
    return after[1], end + after.start(1), end + after.end(1), False


def _is_greeting(text: str, end: int) -> bool:
    return bool(re.match(r"\s*(?:你好|您好|在吗|请问)", text[end:]))


def _stands_alone(text: str, match: re.Match[str], asked: bool) -> bool:
    """王老师你好 greets somebody else; 的小王 and 我是王工 are the writer."""
    if _is_greeting(text, match.end()):
        return False
    before, after = text[: match.start()], text[match.end() :]
    if asked and len(text) <= 12:
        return True
    return bool(
        re.search(r"(?:我是|我叫|叫我|喊我|的|我们|咱们|联系|联系人|找|[:：])\s*$", before)
        and re.match(r"\s*(?:[,，。;；\s\d!！:：(]|$|电|手|就行)", after)
    )


def _bare(text: str) -> tuple[str, int, int, bool] | None:
    start = len(text) - len(text.lstrip())
    lead = _LEAD.match(text[start:])
    start += lead.end() if lead else 0
    tail = _TRAIL.search(text[start:])
    end = start + tail.start() if tail else len(text)
    name = re.split(r"[\s,，。;；:：]", text[start:end])[0]
    if _COMMON.fullmatch(name) or _NOT_PERSON.search(name):
        return None
    if re.fullmatch(
        rf"{_SURNAME}|{_SURNAME}[\u4e00-\u9fff]{{1,2}}|[小老阿]{_SURNAME}|[\u4e00-\u9fff]{{1,2}}{_TITLE}|[a-z]{{2,15}}",
        name,
    ):
        return name, start, start + len(name), True
    return None
