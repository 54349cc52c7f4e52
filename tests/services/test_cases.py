"""Cases on SQLite and on PostgreSQL: who may do what, what it leaves on the record, who is told."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from bot.core.case import State
from bot.core.limits import Limits
from bot.services.cases import Actor, AlreadyHandled, CaseError, NotAllowed, Undelivered
from models import AuditEntry, Consent, Database, Notice
from tests.conftest import Clock
from tests.fakes.town import NUMBER, PHONE, SENDER, STAFF, Town


@pytest.fixture
def town(database: Database, clock: Clock) -> Town:
    found = Town(database, clock)
    for station in "abcd":
        found.open_station(station)
    return found


def version(town: Town) -> int:
    return town.demand().version


def test_a_new_demand_goes_to_the_best_station_and_its_liaison_is_told(town: Town) -> None:
    opened = town.submit(share_with="a")
    demand = town.demand()
    assert (opened.station, opened.due_date) == ("示例a站", date(2026, 11, 24))
    assert demand.state == State.AWAITING_PICKUP
    assert demand.liaison is not None
    assert demand.liaison.name == "a主"
    assert town.kinds() == ["submitted", "accepted", "routed"]
    [notice] = town.notices()
    assert notice.channel == "telegram"
    assert [button["title"] for button in notice.data["buttons"]] == ["签收", "退回", "转派"]
    assert "https://zhuli.example.org/l/" in notice.text


def test_what_liaisons_are_sent_never_holds_the_contact(town: Town) -> None:
    town.submit(share_with="a")
    [notice] = town.notices()
    assert PHONE not in notice.text
    assert "张三丰" not in notice.text
    assert "成都示例科技有限公司" in notice.text


def test_an_unsure_routing_waits_for_staff(town: Town) -> None:
    town.decision = "review"
    opened = town.submit()
    assert opened.station is None
    assert town.demand().state == State.ACCEPTED
    assert town.demand().station_pk is None
    assert town.kinds()[-1] == "queued"
    assert town.notices() == []


def test_what_looks_secret_waits_for_staff_with_the_reason(town: Town) -> None:
    opened = town.submit(problem="某涉密型号的涂布厚度总是不均匀，良品率低")
    assert (opened.station, town.demand().state) == (None, State.FORM_CHECK)
    assert town.events()[-1].reason == "疑似涉密，涉密不受理"
    assert opened.due_date == date(2026, 11, 23)
    town.cases.assign_by_staff(NUMBER, "a", STAFF, "核实不涉密", version(town))
    assert town.demand().state == State.AWAITING_PICKUP


def test_many_demands_of_one_person_on_one_day_are_looked_at(town: Town) -> None:
    given = [town.submit(number=f"CD-20261120-{number:04}").station is not None for number in range(1, 8)]
    assert given == [True] * 5 + [False] * 2


def test_a_full_station_is_passed_over(database: Database, clock: Clock) -> None:
    town = Town(database, clock)
    town.open_station("full", capacity=0)
    town.open_station("free")
    assert town.submit().station == "示例free站"


def test_an_absent_primary_is_stood_in_for(town: Town) -> None:
    town.away("a")
    town.submit()
    demand = town.demand()
    assert demand.liaison is not None
    assert demand.liaison.name == "a备"


def test_taking_is_told_to_the_enterprise_with_the_next_limit(town: Town) -> None:
    town.submit(share_with="a")
    town.cases.take(NUMBER, town.actor("a"), version(town))
    assert town.demand().state == State.TAKEN
    [told] = town.notices("wechat")
    assert told.recipient == SENDER
    assert "已签收" in told.text
    assert "11 月 25 日" in told.text


def test_a_station_without_the_contact_lets_the_enterprise_be_asked_once(town: Town) -> None:
    town.submit(share_with=None)
    town.cases.take(NUMBER, town.actor("a"), version(town))
    asked = town.notices("wechat", "ask_share")
    assert [choice["title"] for choice in asked[0].data["choices"]] == ["同意", "不同意"]
    assert asked[0].data["choices"][0]["payload"].startswith('/share_consent{"demand_no": "CD-20261120-0001"')
    town.cases.contacted(NUMBER, town.actor("a"), version(town))
    assert len(town.notices("wechat", "ask_share")) == 1


def test_pressing_twice_does_it_once(town: Town) -> None:
    town.submit()
    seen = version(town)
    for _ in range(3):
        town.cases.take(NUMBER, town.actor("a"), seen)
    assert town.kinds().count("taken") == 1
    assert len(town.notices("wechat", "taken")) == 1


def test_returning_twice_moves_it_once(town: Town) -> None:
    town.submit()
    seen = version(town)
    town.cases.return_(NUMBER, town.actor("a"), seen, "no_capacity")
    town.cases.return_(NUMBER, town.actor("a"), seen, "no_capacity")
    assert town.kinds().count("returned") == 1
    station = town.demand().station
    assert station is not None
    assert station.station_id == "b"


def test_the_second_of_two_people_is_told_who_was_first(town: Town) -> None:
    town.submit()
    seen = version(town)
    town.cases.take(NUMBER, town.actor("a"), seen)
    with pytest.raises(AlreadyHandled, match="a主") as caught:
        town.cases.return_(NUMBER, STAFF, seen, "other")
    assert caught.value.state is State.TAKEN


def test_of_two_at_the_same_moment_one_wins(town: Town) -> None:
    town.submit()
    town.away("a")
    seen, barrier = version(town), threading.Barrier(2)
    people = [town.actor("a"), town.actor("a", "backup")]

    def press(actor: Actor) -> str:
        barrier.wait(timeout=60)
        try:
            town.cases.take(NUMBER, actor, seen)
        except AlreadyHandled as late:
            return late.by
        return "won"

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(press, people))
    winner = people[answers.index("won")]
    assert sorted(answers) == sorted(["won", winner.name])
    assert town.kinds().count("taken") == 1


@pytest.mark.parametrize("deed", ["take", "contacted", "close", "return_", "refer", "note"])
def test_others_may_not_touch_it(town: Town, deed: str) -> None:
    town.submit()
    if deed != "take":
        town.cases.take(NUMBER, town.actor("a"), version(town))
    rest = {"close": ("agreed",), "return_": ("other",), "refer": ("b", "更合适"), "note": ("看过",)}.get(deed, ())
    for stranger in (town.actor("b"), town.actor("a", "backup")):
        with pytest.raises(NotAllowed):
            getattr(town.cases, deed)(NUMBER, stranger, version(town), *rest)


def test_the_backup_may_act_while_the_primary_is_away(town: Town) -> None:
    town.submit()
    town.away("a")
    town.cases.take(NUMBER, town.actor("a", "backup"), version(town))
    demand = town.demand()
    assert demand.liaison is not None
    assert demand.liaison.name == "a备"


def test_a_return_goes_to_the_next_station_with_its_reason_and_a_new_consent_is_asked(town: Town) -> None:
    town.submit(share_with="a")
    town.cases.return_(NUMBER, town.actor("a"), version(town), "not_our_field")
    demand = town.demand()
    assert demand.station is not None
    assert (demand.station.station_id, demand.state, demand.returns) == ("b", State.AWAITING_PICKUP, 1)
    assert town.asked[-1].exclude == {"a"}
    returned = next(event for event in town.events() if event.kind == "returned")
    assert (returned.station_id, returned.reason) == ("a", "不属于本站领域")
    told, asked = town.notices("wechat")
    assert "示例b站" in told.text
    assert "不属于本站领域" in told.text
    assert asked.kind == "ask_share"
    assert "示例b站" in asked.text
    assert town.notices("telegram", "liaison_assigned")[-1].recipient == str(town.liaison("b").id)


def test_a_question_about_a_station_that_lost_the_demand_is_not_asked_any_more(town: Town, database: Database) -> None:
    town.submit(share_with="a")
    town.cases.return_(NUMBER, town.actor("a"), version(town), "no_capacity")
    with database.begin() as session:
        session.query(Notice).filter_by(kind="ask_share").one().state = "held"
    town.cases.return_(NUMBER, town.actor("b"), version(town), "no_capacity")
    assert [(one.state, "示例c站" in one.text) for one in town.notices("wechat", "ask_share")] == [
        ("cancelled", False),
        ("pending", True),
    ]


def test_the_waiting_notice_of_the_station_that_returned_is_cancelled(town: Town) -> None:
    town.submit()
    town.cases.return_(NUMBER, town.actor("a"), version(town), "no_capacity")
    assert [notice.state for notice in town.notices("telegram")] == ["cancelled", "pending"]


def test_after_the_third_return_staff_decide(town: Town) -> None:
    town.submit()
    for station in "abc":
        town.cases.return_(NUMBER, town.actor(station), version(town), "other", "做不了")
    demand = town.demand()
    assert (demand.state, demand.station_pk, demand.returns) == (State.ACCEPTED, None, 3)
    assert town.kinds()[-1] == "queued"
    assert len(town.asked) == 2
    assert "工作人员" in town.notices("wechat")[-1].text


def test_a_typed_reason_stands_on_the_record(town: Town) -> None:
    town.submit()
    town.cases.return_(NUMBER, town.actor("a"), version(town), "other", "设备在检修")
    assert next(event.reason for event in town.events() if event.kind == "returned") == "设备在检修"


def test_a_return_needs_a_known_reason(town: Town) -> None:
    town.submit()
    with pytest.raises(CaseError):
        town.cases.return_(NUMBER, town.actor("a"), version(town), "bored")


def test_referring_to_a_colleague_keeps_the_station_and_the_limit(town: Town) -> None:
    town.submit()
    due = town.demand().due_at
    town.cases.refer(NUMBER, town.actor("a"), version(town), town.liaison("a", "backup").id, "更熟悉")
    demand = town.demand()
    assert demand.liaison is not None
    assert (demand.liaison.name, demand.state, demand.due_at) == ("a备", State.AWAITING_PICKUP, due)
    assert town.notices("wechat") == []
    town.cases.take(NUMBER, town.actor("a", "backup"), version(town))


def test_referring_to_another_station_tells_the_enterprise(town: Town) -> None:
    town.submit(share_with="a")
    town.cases.refer(NUMBER, town.actor("a"), version(town), "c", "更合适")
    demand = town.demand()
    assert demand.station is not None
    assert (demand.station.station_id, demand.returns) == ("c", 0)
    assert [notice.kind for notice in town.notices("wechat")] == ["referred", "ask_share"]


def test_referring_to_oneself_or_to_strangers_is_refused(town: Town) -> None:
    town.submit()
    for to in (town.liaison("a").id, town.liaison("b").id, "nowhere", "a"):
        with pytest.raises(CaseError):
            town.cases.refer(NUMBER, town.actor("a"), version(town), to, "试试")
    assert town.demand().state == State.AWAITING_PICKUP


def test_closing_tells_the_outcome_and_asks_for_a_score(town: Town) -> None:
    town.submit(share_with="a")
    town.cases.take(NUMBER, town.actor("a"), version(town))
    town.cases.contacted(NUMBER, town.actor("a"), version(town), "电话谈过")
    town.cases.close(NUMBER, town.actor("a"), version(town), "agreed", "签了技术服务协议")
    demand = town.demand()
    assert (demand.state, demand.outcome, demand.due_at) == (State.CLOSED, "已达成：签了技术服务协议", None)
    assert [event.state_to for event in town.events()][-2:] == ["agreed", "closed"]
    closed = town.notices("wechat", "closed")[0]
    assert "已达成" in closed.text
    assert len(closed.data["choices"]) == 5
    assert closed.data["choices"][4]["payload"] == '/rate{"demand_no": "CD-20261120-0001", "score": 5}'


def test_what_takes_long_stays_with_the_station(town: Town) -> None:
    town.submit(share_with="a")
    town.cases.take(NUMBER, town.actor("a"), version(town))
    town.cases.close(NUMBER, town.actor("a"), version(town), "long_term", "列入课题")
    assert town.demand().state == State.LONG_TERM
    assert town.notices("wechat", "closed") == []
    town.cases.close(NUMBER, town.actor("a"), version(town), "unresolved")
    assert town.demand().state == State.CLOSED


def test_nothing_is_closed_before_it_is_taken(town: Town) -> None:
    town.submit()
    with pytest.raises(CaseError):
        town.cases.close(NUMBER, town.actor("a"), version(town), "agreed")


def test_notes_leave_what_others_saw_valid(town: Town) -> None:
    town.submit()
    seen = version(town)
    town.cases.note(NUMBER, town.actor("a"), seen, "约了下周")
    town.cases.note(NUMBER, town.actor("a"), seen, "约了下周")
    assert town.kinds().count("note") == 1
    town.cases.take(NUMBER, town.actor("a"), seen)
    assert town.demand().state == State.TAKEN


def test_an_answer_to_the_share_question_leaves_the_buttons_valid(town: Town) -> None:
    town.submit()
    seen = version(town)
    assert town.cases.record_share_consent(NUMBER, SENDER, "a", True) == "示例a站"
    town.cases.take(NUMBER, town.actor("a"), seen)
    assert town.demand().state == State.TAKEN


def test_consents_are_for_one_station_of_ones_own_demand(town: Town, database: Database) -> None:
    town.submit()
    assert town.cases.record_share_consent(NUMBER, SENDER, "b", True) is None
    assert town.cases.record_share_consent(NUMBER, "wx0000:other", "a", True) is None
    assert town.cases.record_share_consent("CD-20261120-9999", SENDER, "a", True) is None
    for _ in range(2):
        assert town.cases.record_share_consent(NUMBER, SENDER, "a", True) == "示例a站"
    with database.read() as session:
        [consent] = session.query(Consent).all()
        assert (consent.given, consent.station_id) == (True, "a")
        [entry] = session.query(AuditEntry).filter_by(action="contact_shared").all()
        assert entry.actor_id is None


def test_consent_after_taking_is_told_to_the_liaison(town: Town) -> None:
    town.submit()
    town.cases.take(NUMBER, town.actor("a"), version(town))
    town.cases.record_share_consent(NUMBER, SENDER, "a", True)
    assert town.notices("telegram", "liaison_shared")


def test_the_history_holds_no_account_of_the_person(town: Town) -> None:
    town.submit()
    town.cases.withdraw(NUMBER, Actor("enterprise", SENDER, "企业"))
    assert all(SENDER not in (event.actor_id or "") for event in town.events())


def test_withdrawing_tells_the_liaison_and_ends_it(town: Town) -> None:
    town.submit()
    person = Actor("enterprise", SENDER, "企业")
    town.cases.withdraw(NUMBER, person, "自己解决了")
    town.cases.withdraw(NUMBER, person, "自己解决了")
    assert town.demand().state == State.WITHDRAWN
    assert town.kinds().count("withdrawn") == 1
    assert [notice.state for notice in town.notices("telegram")] == ["cancelled", "pending"]
    with pytest.raises(CaseError):
        town.cases.take(NUMBER, town.actor("a"), version(town))


def test_staff_assign_from_the_queue(town: Town) -> None:
    town.decision = "review"
    town.submit()
    town.cases.assign_by_staff(NUMBER, "c", STAFF, "专业对口", version(town))
    demand = town.demand()
    assert demand.station is not None
    assert demand.station.station_id == "c"
    assert [notice.kind for notice in town.notices("wechat")] == ["assigned", "ask_share"]


def test_staff_take_a_demand_from_one_station_to_another(town: Town) -> None:
    town.submit()
    town.cases.assign_by_staff(NUMBER, "b", STAFF, "就近", version(town))
    assert [(notice.kind, notice.state) for notice in town.notices("telegram")] == [
        ("liaison_assigned", "cancelled"),
        ("liaison_assigned", "pending"),
        ("liaison_gone", "pending"),
    ]
    with pytest.raises(CaseError):
        town.cases.assign_by_staff(NUMBER, "nowhere", STAFF, "", version(town))


def test_only_staff_assign_and_reject(town: Town) -> None:
    town.submit()
    with pytest.raises(NotAllowed):
        town.cases.assign_by_staff(NUMBER, "b", town.actor("a"), "", version(town))
    with pytest.raises(NotAllowed):
        town.cases.reject(NUMBER, town.actor("a"), version(town), "涉密")


def test_a_rejection_names_its_reason_to_the_enterprise(town: Town) -> None:
    town.decision = "review"
    town.submit()
    town.cases.reject(NUMBER, STAFF, version(town), "涉密不受理")
    assert town.demand().state == State.REJECTED
    assert "涉密不受理" in town.notices("wechat", "rejected")[0].text


def test_status_is_told_to_its_owner_only(town: Town) -> None:
    town.submit()
    [row] = town.cases.status_for(SENDER, None)
    assert (row.demand_no, row.state_label, row.station, row.due) == (
        NUMBER,
        "待签收",
        "示例a站",
        date(2026, 11, 24),
    )
    assert row.last_event == "routed"
    assert town.cases.status_for("wx0000:other", NUMBER) == []


def test_a_score_belongs_to_a_closed_demand(town: Town) -> None:
    town.submit()
    assert town.cases.rate(SENDER, 5, "", None) is None
    town.cases.take(NUMBER, town.actor("a"), version(town))
    town.cases.close(NUMBER, town.actor("a"), version(town), "agreed")
    assert town.cases.rate(SENDER, 4, "挺快", None) == NUMBER
    assert town.demand().score == 4
    assert town.cases.rate("wx0000:other", 1, "", NUMBER) is None


def test_who_was_erased_is_not_written_to(town: Town, database: Database) -> None:
    town.submit()
    with database.begin() as session:
        session.get_one(type(town.demand()), town.demand().id).sender_id = None
    town.cases.take(NUMBER, town.actor("a"), version(town))
    assert town.notices("wechat") == []


def test_a_liaison_who_cannot_be_reached_is_replaced_by_the_next(town: Town, database: Database) -> None:
    town.submit()
    for role, left in (("primary", "a备"), ("backup", "a备")):
        with database.begin() as session:
            notice = session.query(Notice).filter_by(recipient=str(town.liaison("a", role).id)).one()
            notice.state = "dead"
            session.flush()
            lost = Undelivered("telegram", notice.recipient, notice.kind, "blocked", NUMBER)
            town.cases.undeliverable_in(session, lost)
        demand = town.demand()
        assert demand.liaison is not None
        assert demand.liaison.name == left
    assert town.kinds()[-2:] == ["undelivered", "escalated"]


def test_limits_are_settings(database: Database, clock: Clock) -> None:
    town = Town(database, clock, limits=Limits(pickup=5, returns=1))
    town.open_station("a")
    town.open_station("b")
    assert town.submit().due_date == date(2026, 11, 27)
    town.cases.return_(NUMBER, town.actor("a"), version(town), "other")
    assert town.demand().state == State.ACCEPTED
