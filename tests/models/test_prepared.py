"""Prepared statements: the same values, rows and errors as SQLAlchemy's own execution, on both databases."""

from typing import Any, cast

import pytest
from sqlalchemy import Table, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from models import Conversation, Database, InboxMessage, Message
from models.prepared import Prepared
from models.repositories import conversations, inbox
from tests.conftest import NOON

INBOX = cast(Table, InboxMessage.__table__)
MESSAGE = cast(Table, Message.__table__)
PUSH: dict[str, Any] = {
    "unique_key": "k1",
    "sender_id": "wx:o1",
    "kind": "text",
    "payload": {"text": "预算30到50万", "n": [1, None, True]},
    "state": "received",
    "attempts": 1,
    "apologised": False,
    "push": False,
    "claimed_by": None,
    "claimed_until": None,
    "received_at": NOON,
}


def test_values_of_every_kind_come_back_as_from_sqlalchemy(database: Database) -> None:
    ranking, entities = [{"name": "inform", "confidence": 0.97}], [{"entity": "phone", "value": "13800000000"}]
    with database.write() as at:
        number = conversations.ensure(at, "wx:o1", NOON)
        told = {"conversation_id": number, "at": NOON, "author": "user", "text": "您好", "original": "王示例"}
        rows = [told | {"confidence": 0.5, "ranking": ranking, "entities": entities, "snapshot": True}, told]
        conversations.add_messages(at, rows)
    columns = [column for column in MESSAGE.c if column.name != "id"]
    statement = select(*columns).order_by(MESSAGE.c.id)
    with database.read() as session:
        plain = [tuple(row) for row in session.connection().execute(statement)]
        mine = [tuple(row) for row in Prepared(statement).all(session)]
        assert session.query(Message).first().entities == entities  # type: ignore[union-attr]
    assert mine == plain
    assert (mine[0][-1], mine[1][-1]) == (True, False)


def test_encrypted_values_are_not_in_the_database_in_clear(database: Database) -> None:
    with database.write() as at:
        number = inbox.insert(at, **PUSH)
        stored = at.connection().exec_driver_sql("SELECT payload FROM inbox").scalar_one()
        assert number is not None
        assert inbox.by_id(at, number).payload == PUSH["payload"]
    assert "预算" not in stored
    assert "text" not in stored


def test_a_known_key_gives_no_row(database: Database) -> None:
    with database.write() as at:
        assert inbox.insert(at, **PUSH) is not None
        assert inbox.insert(at, **PUSH) is None


def test_errors_are_sqlalchemys_and_quote_no_values(database: Database) -> None:
    names = (*PUSH,)
    double = Prepared(insert(INBOX).values({name: bindparam(name, type_=INBOX.c[name].type) for name in names}))
    with pytest.raises(IntegrityError) as raised, database.write() as at:
        double.run(at, **PUSH)
        double.run(at, **PUSH)
    assert "wx:o1" not in str(raised.value).split("DETAIL")[0]
    with database.look() as at:
        assert Prepared(select(INBOX.c.id)).first(at) is None


def test_a_table_that_is_missing_is_told_as_sqlalchemy_does(tmp_path: Any) -> None:
    from models import Cipher

    empty = Database(f"sqlite:///{tmp_path}/empty.db", Cipher(["k"]))
    with pytest.raises(OperationalError), empty.look() as at:
        conversations.revision(at, "wx:o1")
    empty.close()


def test_values_and_parameters_mix(database: Database) -> None:
    done = Prepared(
        update(INBOX).where(INBOX.c.id == bindparam("row_id"), INBOX.c.push.is_(False)).values(state="done")
    )
    with database.write() as at:
        numbers = [inbox.insert(at, **PUSH | {"unique_key": key}) for key in ("a", "b", "c")]
        done.run_each(at, [{"row_id": one} for one in numbers[:2]])
        done.run_each(at, [])
        states = [row.state for row in Prepared(select(INBOX.c.state).order_by(INBOX.c.id)).all(at)]
    assert states == ["done", "done", "received"]


def test_a_missing_value_is_an_error(database: Database) -> None:
    with pytest.raises(KeyError), database.write() as at:
        Prepared(delete(INBOX).where(INBOX.c.id == bindparam("row_id"))).run(at)


def test_columns_with_defaults_must_be_named(database: Database) -> None:
    with database.look() as at, pytest.raises(ValueError, match="defaults"):
        Prepared(insert(cast(Table, Conversation.__table__)).values(sender_id=bindparam("sender_id"))).run(at)


def test_objects_and_statements_share_a_transaction(database: Database) -> None:
    with database.write() as at:
        conversations.ensure(at, "wx:o1", NOON)
        at.session.query(Conversation).one().handoff = "requested"
    with pytest.raises(LookupError), database.write() as at:
        at.session.query(Conversation).one().handoff = "active"
        at.session.flush()
        raise LookupError
    with database.look() as at:
        assert conversations.standing(at, "wx:o1").handoff == "requested"
