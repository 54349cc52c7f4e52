"""What a set is judged against when no directory is named, and what its answers hold."""

from datetime import date
from pathlib import Path

from bot.commands.evaluate import SAMPLE_STATIONS
from bot.core.routing import RouteQuery
from bot.core.societies import named_stations, profiles
from bot.services.judged_route import directory_for, judged_route
from bot.services.route_lines import as_json, file_route

TODAY = date(2026, 11, 22)
LEAK = RouteQuery("液压缸换了密封圈还是渗油，压力保不住", "液压缸渗油")


def test_a_set_of_society_codes_is_judged_against_the_names_of_the_national_societies() -> None:
    societies = directory_for(frozenset({"B-01", "D-27W"}), None, SAMPLE_STATIONS)
    assert {one.station_id for one in societies} == profiles().keys()
    assert not any(one.services or one.keywords or one.disciplines for one in societies)
    assert {one.society["code"] for one in societies} == profiles().keys()


def test_a_set_that_names_a_station_is_judged_against_the_sample_and_a_given_file_comes_first(tmp_path: Path) -> None:
    assert "S01" in {one.station_id for one in directory_for(frozenset({"B-01", "S01"}), None, SAMPLE_STATIONS)}
    own = tmp_path / "own.jsonl"
    own.write_text('{"station_id": "X1", "name": "示例·泵阀服务站"}\n', "utf-8")
    assert [one.station_id for one in directory_for(frozenset({"B-01"}), own, SAMPLE_STATIONS)] == ["X1"]


def test_an_answer_is_the_line_of_zhuli_route_with_all_fields_where_they_are_asked_for(tmp_path: Path) -> None:
    own = tmp_path / "own.jsonl"
    own.write_text('{"station_id": "X1", "name": "示例·泵阀服务站"}\n', "utf-8")
    line = as_json(file_route(own, None, lambda: TODAY)(LEAK))
    stations = directory_for(frozenset(), own, SAMPLE_STATIONS)
    assert judged_route(stations, tmp_path, lambda: TODAY, fields=False)(LEAK) == line
    answer = judged_route(stations, tmp_path, lambda: TODAY, fields=True)(LEAK)
    assert {key: answer[key] for key in line} == line
    codes = [one["code"] for one in answer["fields"]]
    assert codes[0] == answer["field"]["code"]
    assert {"10", "20", "40", "80"} <= set(codes)
    assert len(codes) == len(set(codes))


def test_the_national_societies_as_a_directory_find_one_by_its_trade(tmp_path: Path) -> None:
    route = judged_route(named_stations(), tmp_path, lambda: TODAY, fields=False)
    assert "B-01" in [one["station_id"] for one in route(LEAK)["stations"]]
