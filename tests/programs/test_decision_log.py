from __future__ import annotations

from cluster_kit.content.models import Scope
from cluster_kit.crosswalk.decisions import NewDecision
from cluster_kit.crosswalk.grouping import decision_key
from cluster_kit.crosswalk.places import Placement
from cluster_kit.programs.decision_log import CLUSTER, EXERCISE, SUB_CLUSTER, DecisionLog
from cluster_kit.roster.people import new_person
from cluster_kit.store import NewResponse, Store

FARM, FINANCE = Placement("agriculture", "agribusiness"), Placement("financial_services", "accounting")
ANA = new_person("2026", "OH", "Ana")


def typed(id_: str, author: str, prompt: str, value: str) -> NewResponse:
    return NewResponse(
        id=id_, series="2026", session=3, exercise=EXERCISE, prompt=prompt, row="01.0101", jurisdiction="OH",
        scope=Scope.TEAM, author=author, value=value,
    )  # fmt: skip


def test_a_decision_is_kept_as_the_teams_answer_with_its_note(store: Store) -> None:
    log = DecisionLog(store, ["2026"], "OH")
    assert log.keep([NewDecision("01.0101", FARM, "As we fund it.")], ANA) == 1
    (found,) = log.read()["01.0101"]
    assert (found.place, found.note, found.author, found.series) == (FARM, "As we fund it.", "Ana", "2026")
    current = store.current("2026", "OH", session=3, exercise=EXERCISE)
    assert {(r.prompt, r.row, r.scope, r.value) for r in current} >= {
        ("decisions.cluster", "01.0101", Scope.TEAM, "agriculture"),
        ("decisions.sub_cluster", "01.0101", Scope.TEAM, "agribusiness"),
        ("decisions.note", "01.0101", Scope.TEAM, "As we fund it."),
    }


def test_the_same_decision_again_is_not_written_twice(store: Store) -> None:
    log = DecisionLog(store, ["2026"], "OH")
    log.keep([NewDecision("01.0101", FARM)], ANA)
    before = store.latest_seq("2026", "OH")
    assert log.keep([NewDecision("01.0101", FARM)], ANA) == 0
    assert store.latest_seq("2026", "OH") == before


def test_a_new_decision_replaces_the_old_one_and_history_stays(store: Store) -> None:
    log = DecisionLog(store, ["2026"], "OH")
    log.keep([NewDecision("01.0101", FARM)], ANA)
    log.keep([NewDecision("01.0101", FINANCE)], new_person("2026", "OH", "Ben"))
    assert [(d.place, d.author) for d in log.read()["01.0101"]] == [(FINANCE, "Ben")]
    assert len(store.history("2026", "OH", session=3, exercise=EXERCISE, prompt=CLUSTER)) == 2


def test_a_decision_holds_in_the_next_series_until_it_is_taken_back_there(store: Store) -> None:
    DecisionLog(store, ["2026"], "OH").keep([NewDecision("01.0101", FARM)], ANA)
    next_year = DecisionLog(store, ["2026", "2027"], "OH")
    assert next_year.read()["01.0101"][0].place == FARM
    assert next_year.keep([NewDecision("01.0101", Placement(""))], new_person("2027", "OH", "Ana")) == 1
    assert next_year.read()["01.0101"] == ()
    assert DecisionLog(store, ["2026"], "OH").read()["01.0101"][0].place == FARM


def test_two_answers_typed_at_once_stay_side_by_side_until_one_settles_them(store: Store) -> None:
    store.append([typed("a1", "ana", CLUSTER, "agriculture"), typed("a2", "ana", SUB_CLUSTER, "agribusiness")])
    store.append([typed("b1", "ben", CLUSTER, "financial_services"), typed("b2", "ben", SUB_CLUSTER, "accounting")])
    log = DecisionLog(store, ["2026"], "OH")
    assert {decision.place for decision in log.read()["01.0101"]} == {FARM, FINANCE}
    log.keep([NewDecision("01.0101", FARM)], ANA)
    assert [decision.place for decision in log.read()["01.0101"]] == [FARM]


def test_no_state_sees_anothers_decisions(store: Store) -> None:
    DecisionLog(store, ["2026"], "OH").keep([NewDecision("01.0101", FARM)], ANA)
    assert DecisionLog(store, ["2026"], "GU").read() == {}


def test_a_key_is_the_same_for_titles_that_say_the_same() -> None:
    assert decision_key("01.0101", "Introduction to Farm Business II") == decision_key("01.0101", "Farm Business")
    assert decision_key("", "農業") != decision_key("", "看護")
    long = decision_key("01.0101", "word " * 60)
    assert len(long) <= 64
    assert long != decision_key("01.0101", "word " * 61)
