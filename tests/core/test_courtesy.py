"""What is asked out of courtesy says nothing of the matter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.courtesy import matter
from bot.core.routing import RouteQuery


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("涂布厚度总是不均匀，想找专家看看", "涂布厚度总是不均匀"),
        ("焊缝老是裂想请专家来厂里帮忙解决一下", "焊缝老是裂"),
        ("你好，请问一下，废水COD超标", "废水COD超标"),
        ("您好，泡菜长白花，你们能不能帮忙找个老师", "泡菜长白花"),
        ("有没得懂行的老师来地头看看嘛，猕猴桃溃疡病", "猕猴桃溃疡病"),
        ("变形大，想找专家。控制在0.05以内", "变形大，控制在0.05以内"),
        ("求助！注塑件缩水", "注塑件缩水"),
        ("急！急！鱼塘翻塘了。谢谢", "鱼塘翻塘了"),
        ("减速箱异响，齿面磨得快，想请专家看看原因", "减速箱异响，齿面磨得快"),
    ],
)
def test_greetings_and_asking_for_an_expert_go(text: str, left: str) -> None:
    assert matter(text) == left
    assert RouteQuery(text).whole == left


@pytest.mark.parametrize(
    "text",
    [
        "想找专家",
        "我们公司想找专家合作，不知道怎么弄",
        "想找金属学会的专家看看淬火裂纹",
        "请专家给职工上一堂安全培训课",
        "厂里缺个懂行的师傅带徒弟",
        "老师傅退休了，没人会调机床",
        "想请老师傅来修机床",
        "涂布不匀，专家都说不清楚",
        "谢谢",
        "",
    ],
)
def test_what_belongs_to_the_matter_stays(text: str) -> None:
    assert matter(text) == text


@pytest.mark.parametrize("length", [380, 398, 400, 5_000])
def test_a_long_text_is_read_like_a_short_one(length: int) -> None:
    story = ("设备多年未修。" * length)[:length]
    told = f"{story}请专家给职工上一堂安全培训课"
    assert matter(told) == told
    assert matter(f"{told}，想找专家看看") == told


@given(st.text(alphabet="想请找专家老师来看看，。 厂里焊缝裂你好急a1", max_size=600))
def test_nothing_is_added_and_something_is_left(text: str) -> None:
    found = matter(text)
    assert len(found) <= len(text)
    assert bool(found) == bool(text)
