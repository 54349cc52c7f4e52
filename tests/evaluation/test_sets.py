"""Sets are read strictly; what is wrong in them is told by row."""

from pathlib import Path

import pytest

from bot.evaluation import sets


def _file(tmp_path: Path, *lines: str) -> Path:
    file = tmp_path / "set.jsonl"
    file.write_text("\n".join(lines), "utf-8")
    return file


def test_rows_of_each_kind(tmp_path: Path) -> None:
    assert sets.read(_file(tmp_path, '{"text":"好","intent":"affirm","context":"consent"}', ""), sets.message) == [
        sets.MessageRow("好", "affirm", "consent", None)
    ]
    assert sets.read(_file(tmp_path, '{"text":"好","field":null,"value":null}'), sets.field) == [
        sets.FieldRow("好", None, None, None)
    ]
    assert sets.read(
        _file(tmp_path, '{"description":"漏水","societies_ok":["B-1"],"hightech_l1":"20"}'), sets.demand
    ) == [sets.DemandRow("漏水", None, None, None, frozenset({"B-1"}), frozenset({"20"}))]
    assert sets.read(_file(tmp_path, '\ufeff{"text":"漏水","stations_ok":"S1"}'), sets.demand)[0].right == {"S1"}


@pytest.mark.parametrize(
    ("line", "row", "said"),
    [
        ("not json", sets.message, "不是 JSON"),
        ("[1]", sets.message, "不是 JSON 对象"),
        ('{"text":"好"}', sets.message, "缺 intent"),
        ('{"text":5,"intent":"affirm"}', sets.message, "缺 text"),
        ('{"text":"好","intent":"affirm","fields":[]}', sets.message, "fields"),
        ('{"text":"好","intent":"affirm","context":1}', sets.message, "context"),
        ('{"text":"好","field":"phone"}', sets.field, "缺 value"),
        ('{"text":"好","field":null,"value":"1"}', sets.field, "field"),
        ('{"text":"好"}', sets.demand, "stations_ok"),
        ('{"text":"好","stations_ok":[]}', sets.demand, "不能空"),
        ('{"text":"好","stations_ok":[1]}', sets.demand, "编号"),
        ("[" * 100_000, sets.message, "第 2 行"),
    ],
)
def test_a_mistake_is_told_with_its_row(tmp_path: Path, line: str, row: object, said: str) -> None:
    fine = '{"text":"好","intent":"affirm","field":null,"value":null,"stations_ok":["S1"]}'
    with pytest.raises(sets.SetError, match=said) as told:
        sets.read(_file(tmp_path, fine, line), row)  # type: ignore[arg-type]
    assert "第 2 行" in str(told.value)


def test_many_mistakes_are_counted(tmp_path: Path) -> None:
    with pytest.raises(sets.SetError, match="共 30 处"):
        sets.read(_file(tmp_path, *["{}"] * 30), sets.message)


def test_an_empty_file_and_one_that_is_no_text_are_told(tmp_path: Path) -> None:
    with pytest.raises(sets.SetError, match="一行也没有"):
        sets.read(_file(tmp_path, "", " "), sets.message)
    (tmp_path / "set.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(sets.SetError, match="UTF-8"):
        sets.read(tmp_path / "set.jsonl", sets.message)
