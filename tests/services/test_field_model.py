"""Which field a demand belongs to."""

import pytest

from bot.core.routing import RouteQuery
from bot.nlu.encoder import Encoder, HashedCharacters
from bot.services.background import background
from bot.services.fields import fields_of
from bot.services.proposals import Proposals
from bot.services.routing import default_encoders
from bot.services.society_bank import SocietyBank
from bot.services.vectors import Encoders


@pytest.fixture(scope="module")
def proposals() -> Proposals:
    return Proposals()


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("想给仓库做个扫码出入库的小程序", "电子信息"),
        ("电池涂布面密度波动大", "新能源与节能"),
        ("镁合金轮毂坯料成分偏析", "新材料"),
        ("废水里的氨氮一直降不下去", "资源与环境"),
        ("冲床送料机构卡料，想做自动上下料", "先进制造与自动化"),
        ("枇杷果皮长锈斑，一到雨季就烂", "现代农业与食品"),
        ("卤鸭子放三天就变味", "现代农业与食品"),
        ("老楼外墙渗水，涂料一块块掉", "建筑与城市"),
        ("医院想做术后康复训练设备", "医疗卫生"),
        ("植保无人机飞着飞着自己往下掉，飞控要重新调", "航空航天"),
        ("申请专利被驳回，想请人把关", "高技术服务"),
    ],
)
def test_lay_words_find_their_field(proposals: Proposals, text: str, field: str) -> None:
    assert field in [guess.name for guess, _ in proposals.fields(text)[:2]]


def test_a_lay_word_names_the_field_among_words_of_others(proposals: Proposals) -> None:
    said = "我们做锂电池的，涂布厚度总是不均匀，想找专家看看。现在厚度偏差5微米，想做到2微米"
    assert proposals.field(said).name == "新能源与节能"


def test_what_is_watched_counts_beside_the_watching(proposals: Proposals) -> None:
    found = proposals.fields("龙门吊的视频监控和力矩数据想远程传回来")
    assert "80" in [guess.code for guess, _ in found[:2]]


@pytest.mark.parametrize("text", ["", "。", "😀😀😀👍", "电池", "?" * 10_000])
def test_nothing_to_judge_by_is_no_proposal(proposals: Proposals, text: str) -> None:
    assert proposals.field(text).name == "其他"


@pytest.mark.parametrize("text", ["锂电池极片掉粉，" * 1250, "\U00020bb7\u200b锂电池😀鼓包\x00了"])
def test_long_and_odd_texts_are_proposed_for_all_the_same(proposals: Proposals, text: str) -> None:
    assert proposals.field(text).name == "新能源与节能"


def test_the_likeliest_national_field_comes_first_and_shares_sum_to_one() -> None:
    encoders = default_encoders()
    query = RouteQuery("齿轮箱漏油还异响")
    (row,) = encoders.rows([query.text], "query")
    found = fields_of(encoders, query, row, SocietyBank(encoders).measure(row), background(encoders))
    assert sum(share for _, share in found) == pytest.approx(1)
    totals: dict[str, float] = {}
    for guess, share in found:
        totals[guess.code] = totals.get(guess.code, 0) + share
    assert found[0][0].code == max(totals, key=lambda code: totals[code]) == "80"


def test_the_forms_fields_are_proposed_each_once(proposals: Proposals) -> None:
    found = proposals.fields("老楼外墙渗水，涂料一块块掉")
    names = [guess.name for guess, _ in found]
    assert len(names) == len(set(names))
    assert [share for _, share in found] == sorted((share for _, share in found), reverse=True)


def test_a_clear_demand_is_surer_than_a_vague_one(proposals: Proposals) -> None:
    assert proposals.fields("数控机床主轴轴承磨损异响")[0][1] > proposals.fields("想提升一下产品质量")[0][1]


def test_without_the_sentence_encoders_the_field_comes_from_characters() -> None:
    plain = Encoders(Encoder(HashedCharacters()), Encoder(HashedCharacters()))
    query = RouteQuery("工业废水和污水处理不达标")
    (row,) = plain.rows([query.text], "query")
    found = fields_of(plain, query, row, SocietyBank(plain).measure(row), background(plain))
    assert found[0][0].name == "资源与环境"
