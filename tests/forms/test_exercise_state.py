"""Effects of a live session on a form: locks, and revealed ratings."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from pathlib import Path
from typing import Any

import pytest

from cluster_kit.exercises.answer_cache import Update
from cluster_kit.exercises.context import FormContext
from cluster_kit.forms.exercise_state import LOCKED, NO_MEETING, NOT_SHOWN, TOO_FEW
from cluster_kit.forms.handler import FormHandler
from cluster_kit.sessions import SessionLog
from cluster_kit.sessions.facilitation import Lock, Reveal
from cluster_kit.store import Person, Presence, Store
from cluster_kit.store.models import utc_now
from tests.forms.samples import make_context, make_live
from tests.forms.stepping import RecordedPage, check_reply, make_service

Json = dict[str, Any]
FACILITATOR = Person(id="fay", series="sample", jurisdiction="", name="Fay Facilitator")
ITEM = "shared_vision"


@pytest.fixture
def live_ana(ana: FormContext) -> FormContext:
    return make_live(ana)


@pytest.fixture
def live_ben(ben: FormContext) -> FormContext:
    return make_live(ben)


def rate(context: FormContext, value: Any, row: str = ITEM, column: str = "rating") -> list[Json]:
    answer = {"id": uuid.uuid4().hex, "prompt": f"ratings.{column}", "row": row}
    return FormHandler(context, "rate").receive(
        {"type": "save", "message": "m1", "responses": [{**answer, "value": value, "base": []}]}
    )


def state_of(context: FormContext, exercise: str = "rate") -> Json:
    state = check_reply(FormHandler(context, exercise).open())["answers"]["exercise_state"]
    assert isinstance(state, dict)
    return state


def changes_of(handler: FormHandler) -> list[Json]:
    """What the page receives after a change of the session."""
    return handler.catch_up(Update(), session_changed=True)


def reveal(context: FormContext, message: str = "show-it") -> Json:
    (reply,) = FormHandler(context, "rate").receive({"type": "reveal", "message": message})
    return check_reply(reply)


def everything_sent(context: FormContext) -> str:
    """Everything that a page may receive: definition, opening, changes after a reconnection, and live changes."""
    handler = FormHandler(context, "rate")
    new = Update(tuple(context.store.since(0, context.series, context.jurisdiction)))
    sent = [handler.open(), *handler.receive({"type": "hello", "have": {"seq": 0}})]
    sent += handler.catch_up(new, session_changed=True)
    sent += handler.catch_up(Update(whole=True), session_changed=True)
    return json.dumps([handler.definition.schema, *(check_reply(message) for message in sent)])


def test_before_the_reveal_nothing_of_a_teammate_is_sent_but_that_they_have_rated(
    live_ana: FormContext, live_ben: FormContext
) -> None:
    rate(live_ana, 2)
    rate(live_ben, 4)
    rate(live_ben, "A secret reason", column="note")
    sent = everything_sent(live_ana)
    assert "A secret reason" not in sent
    assert '"ben"' not in sent
    assert "Ben Cho" not in sent
    state = state_of(live_ana)
    assert (state["revealed"], state["rated"], state["spread"]) == (False, 2, {})
    assert [r.value for r in live_ana.current(1, "rate")] == [2]


def test_after_the_reveal_points_are_counted_and_notes_unsigned(live_ana: FormContext, live_ben: FormContext) -> None:
    rate(live_ana, 2)
    rate(live_ana, "My own reason", column="note")
    rate(live_ben, "not_sure")
    rate(live_ben, "A reason of theirs", column="note")
    assert reveal(live_ana)["revealed"] is True
    spread = state_of(live_ana)["spread"]["ratings"][ITEM]
    assert spread == {
        "rated": 2,
        "points": {"2": 1, "not_sure": 1},
        "value": 2,
        "notes": ["A reason of theirs"],
    }
    sent = everything_sent(live_ana)
    assert "Ben Cho" not in sent
    assert '"ben"' not in sent


def test_a_rating_that_stands_alone_is_not_shown_even_after_the_reveal(
    live_ana: FormContext, live_ben: FormContext
) -> None:
    rate(live_ana, 2)
    rate(live_ben, 4)
    rate(live_ben, 1, row="definitions")
    rate(live_ben, "Only I know", row="definitions", column="note")
    reveal(live_ana)
    assert state_of(live_ana)["spread"]["ratings"]["definitions"]["hidden"], "Ana has not rated it"
    spread = state_of(live_ben)["spread"]["ratings"]["definitions"]
    assert spread == {"rated": 1, "points": {}, "value": None, "notes": []}


def test_another_states_ratings_never_count(store: Store, live_ana: FormContext, live_ben: FormContext) -> None:
    rate(live_ana, 2)
    rate(live_ben, 3)
    guam = make_live(make_context(store, "tasi", "Tasi Sample", "GU"))
    rate(guam, 1)
    reveal(live_ana)
    assert state_of(live_ana)["spread"]["ratings"][ITEM]["points"] == {"2": 1, "3": 1}
    theirs = state_of(guam)
    assert (theirs["revealed"], theirs["alone"], theirs["rated"], theirs["team"]) == (False, True, 1, 1)
    assert theirs["spread"]["ratings"][ITEM]["points"] == {"1": 1}, "their own"


def test_a_team_cannot_show_its_spread_before_two_have_rated(live_ana: FormContext, session_log: SessionLog) -> None:
    rate(live_ana, 2)
    assert reveal(live_ana)["problem"] == TOO_FEW
    assert not session_log.state().is_revealed("rate", "OH")


def test_a_reveal_is_on_record_with_who_did_it_and_twice_is_once(
    live_ana: FormContext, live_ben: FormContext, session_log: SessionLog
) -> None:
    rate(live_ana, 2)
    rate(live_ben, 3)
    assert reveal(live_ana)["revealed"]
    assert reveal(live_ana)["revealed"]
    assert reveal(live_ben, "ben-too")["revealed"]
    (event,) = session_log.state().record
    assert (event.author, event.jurisdiction, event.subject) == ("ana", "OH", "rate")


def test_a_facilitator_reveals_to_all_and_hides_again(
    live_ana: FormContext, live_ben: FormContext, session_log: SessionLog
) -> None:
    rate(live_ana, 2)
    rate(live_ben, 3)
    done = session_log.do(FACILITATOR, Reveal(), subject="rate")
    assert done.jurisdiction == ""
    assert state_of(live_ana)["revealed"]
    session_log.do(FACILITATOR, Reveal(revealed=False), subject="rate")
    assert state_of(live_ana)["spread"] == {}


def test_how_many_there_are_counts_who_is_in_the_room_and_who_has_rated(
    store: Store, live_ana: FormContext, live_ben: FormContext
) -> None:
    rate(live_ben, 2)
    seen = {"series": "sample", "session": 1, "joined_at": utc_now(), "active_at": utc_now(), "seen_at": utc_now()}
    store.note_presence(
        [Presence(person="cy", jurisdiction="OH", **seen), Presence(person="tasi", jurisdiction="GU", **seen)]
    )
    state = state_of(live_ana)
    assert (state["rated"], state["team"]) == (1, 3)


def test_a_form_without_items_is_told_of_locks_alone(live_ana: FormContext) -> None:
    assert state_of(live_ana, "goals") == {"type": "exercise_state", "locked": False, "revealed": False}
    (reply,) = FormHandler(live_ana, "goals").receive({"type": "reveal", "message": "m"})
    assert reply["problem"] == NO_MEETING


def test_outside_of_a_live_session_there_is_no_state(ana: FormContext) -> None:
    assert FormHandler(ana, "rate").open()["answers"]["exercise_state"] is None
    assert reveal(ana)["problem"] == NO_MEETING


def test_what_comes_in_while_locked_is_not_kept_and_not_refused(live_ana: FormContext, session_log: SessionLog) -> None:
    session_log.do(FACILITATOR, Lock(locked=True), subject="rate")
    assert rate(live_ana, 3) == [{"type": "trouble", "message": "m1", "sentence": LOCKED}]
    assert live_ana.history(1, "rate") == []
    assert state_of(live_ana)["locked"]
    assert not state_of(live_ana, "goals")["locked"]
    session_log.do(FACILITATOR, Lock(locked=False), subject="rate")
    assert rate(live_ana, 3)[0]["type"] == "saved"


def test_a_change_of_locks_or_of_the_spread_is_told_once(
    live_ana: FormContext, live_ben: FormContext, session_log: SessionLog
) -> None:
    rate(live_ana, 1)
    rate(live_ben, 4)
    handler = FormHandler(live_ana, "rate")
    handler.open()
    assert changes_of(handler) == []
    session_log.do(FACILITATOR, Lock(locked=True), subject="rate")
    counts = {"rated": 2, "finished": 0, "team": 2, "alone": False, "looking": False}
    locked = {"type": "exercise_state", "locked": True, "revealed": False, **counts, "spread": {}, "agreement": {}}
    assert changes_of(handler) == [locked]
    assert changes_of(handler) == []
    session_log.do(FACILITATOR, Lock(locked=False), subject="rate")
    session_log.do(FACILITATOR, Reveal(), subject="rate", jurisdiction="OH")
    (revealed,) = changes_of(handler)
    assert revealed["revealed"]
    rate(live_ben, 2)
    (changed,) = changes_of(handler)
    assert changed["spread"]["ratings"][ITEM]["points"] == {"1": 1, "2": 1}


def test_whoever_comes_back_is_told_how_things_stand(live_ana: FormContext, session_log: SessionLog) -> None:
    handler = FormHandler(live_ana, "rate")
    handler.open()
    session_log.do(FACILITATOR, Lock(locked=True), subject="rate")
    changes_of(handler)
    sent = handler.receive({"type": "hello", "have": {"seq": 0}})
    assert [one["locked"] for one in sent if one["type"] == "exercise_state"] == [True]


def test_a_store_that_is_away_at_the_reveal_says_so_and_the_next_try_works(
    live_ana: FormContext, live_ben: FormContext, tmp_path: Path, session_log: SessionLog
) -> None:
    rate(live_ana, 2)
    rate(live_ben, 3)
    database, away = tmp_path / "responses.sqlite3", tmp_path / "away"
    database.rename(away)
    assert reveal(live_ana) == {"type": "exercise_state", "message": "show-it", "problem": NOT_SHOWN}
    away.rename(database)
    assert reveal(live_ana)["revealed"]
    assert len(session_log.state().record) == 1


@pytest.mark.parametrize("message", [{}, {"message": 5}, {"message": "x" * 65}, {"message": ""}])
def test_a_reveal_that_makes_no_sense_is_answered(live_ana: FormContext, message: Json) -> None:
    (reply,) = FormHandler(live_ana, "rate").receive({"type": "reveal", **message})
    assert reply["type"] == "trouble"


def test_a_reveal_cannot_be_done_for_another_state(
    store: Store, live_ana: FormContext, live_ben: FormContext, session_log: SessionLog
) -> None:
    rate(live_ana, 2)
    rate(live_ben, 3)
    FormHandler(live_ana, "rate").receive({"type": "reveal", "message": "m", "jurisdiction": "GU"})
    assert session_log.state().revealed == {("rate", "OH")}


def test_consensus_rationale_and_dissent_are_the_teams_and_keep_500_words(
    live_ana: FormContext, live_ben: FormContext
) -> None:
    words = " ".join(["because"] * 500)
    for column, value in (("consensus", 3), ("rationale", words), ("dissent", "=1+1 <b>I differ</b>")):
        (reply,) = rate(live_ana, value, column=column)
        assert reply["type"] == "saved"
    current = {r.prompt: r.value for r in live_ben.current(1, "rate")}
    assert current == {"ratings.consensus": 3, "ratings.rationale": words, "ratings.dissent": "=1+1 <b>I differ</b>"}


def test_consensus_takes_the_points_of_the_scale_or_not_sure(live_ana: FormContext) -> None:
    assert rate(live_ana, "not_sure", column="consensus")[0]["type"] == "saved"
    assert rate(live_ana, 9, column="consensus")[0]["type"] == "refused"
    assert rate(live_ana, 3, row="no_such_item", column="consensus")[0]["type"] == "refused"


def test_two_who_settle_at_once_both_stay_and_are_asked(live_ana: FormContext, live_ben: FormContext) -> None:
    rate(live_ana, 3, column="consensus")
    (reply,) = rate(live_ben, 2, column="consensus")
    (receipt,) = reply["receipts"]
    assert receipt["status"] == "conflict"
    assert [other["who"] for other in receipt["others"]] == ["Ana Ruiz"]


def test_ones_own_rating_may_change_after_the_reveal_and_history_has_both(
    live_ana: FormContext, live_ben: FormContext
) -> None:
    rate(live_ana, 1)
    rate(live_ben, 3)
    reveal(live_ana)
    rate(live_ana, 3)
    assert state_of(live_ana)["spread"]["ratings"][ITEM]["points"] == {"3": 2}
    assert [r.value for r in live_ana.history(1, "rate") if r.prompt == "ratings.rating"] == [1, 3]


def test_the_teams_columns_are_asked_in_a_live_session_alone(ana: FormContext, live_ana: FormContext) -> None:
    assert FormHandler(ana, "rate").definition.schema["prompts"][0]["together"] == []
    together = FormHandler(live_ana, "rate").definition.schema["prompts"][0]["together"]
    assert [(one["id"], one["kind"], one["scope"]) for one in together] == [
        ("consensus", "rating", "team"),
        ("rationale", "text", "team"),
        ("dissent", "text", "team"),
    ]


def test_kernels_on_two_machines_see_the_same_reveal_lock_and_conflict(postgres_database: str) -> None:
    with Store.open(postgres_database) as here, Store.open(postgres_database) as there:
        ana = make_live(make_context(here))
        ben = make_live(make_context(there, "ben", "Ben Cho"))
        rate(ana, 2)
        rate(ben, 4)
        assert reveal(ben)["revealed"]
        assert state_of(ana)["spread"]["ratings"][ITEM]["points"] == {"2": 1, "4": 1}
        rate(ana, 3, column="consensus")
        (reply,) = rate(ben, 2, column="consensus")
        assert reply["receipts"][0]["status"] == "conflict"
        SessionLog(there, "sample", ben.content.get_session(1)).do(FACILITATOR, Lock(locked=True), subject="rate")
        assert rate(ana, 1) == [{"type": "trouble", "message": "m1", "sentence": LOCKED}]


def test_a_teammates_new_rating_is_told_to_the_page_once(
    live_ana: FormContext, live_ben: FormContext, session_log: SessionLog
) -> None:
    rate(live_ana, 2)
    rate(live_ben, 4)
    session_log.do(FACILITATOR, Reveal(), subject="rate")
    service = make_service(live_ana)
    page = RecordedPage(service, live_ana)
    assert page.open("rate")["answers"]["exercise_state"]["revealed"]
    service.poll()  # the first poll of the session
    page.take()
    rate(live_ben, 3)
    service.poll()
    (state,) = page.take()
    assert state["spread"]["ratings"][ITEM]["points"] == {"2": 1, "3": 1}
    service.poll()
    assert page.take() == []
    service.close()


def be_here(store: Store, *people: str, seen: dt.timedelta = dt.timedelta()) -> None:
    at = utc_now() - seen
    when = {"joined_at": at, "active_at": at, "seen_at": at}
    store.note_presence([Presence(series="sample", session=1, person=one, jurisdiction="OH", **when) for one in people])


def agreement_of(context: FormContext) -> Json:
    found = state_of(context)["agreement"]["ratings"][ITEM]
    assert isinstance(found, dict)
    return found


def test_a_proposal_waits_for_the_teammates_who_are_here_and_says_who_agreed(
    store: Store, live_ana: FormContext, live_ben: FormContext, cy: FormContext
) -> None:
    live_cy = make_live(cy)
    for context, value in ((live_ana, 1), (live_ben, 3), (live_cy, 2)):
        rate(context, value)
    be_here(store, "ana", "ben", "cy")
    reveal(live_ana)
    rate(live_ana, 2, column="consensus")
    rate(live_ana, "agree_2", column="agreement")
    asked = agreement_of(live_ben)
    assert (asked["by"], asked["mine"], asked["waiting"]) == ("Ana Ruiz", "", ["Cy Oda"])
    rate(live_ben, "agree_2", column="agreement")
    rate(live_cy, "differ_2", column="agreement")
    settled = agreement_of(live_ana)
    assert (settled["by"], settled["mine"], settled["agreed"]) == ("", "agree", ["Ben Cho"])
    assert (settled["differ"], settled["waiting"]) == (["Cy Oda"], [])


def test_a_new_proposal_asks_again_and_an_earlier_one_finds_its_answers(
    store: Store, live_ana: FormContext, live_ben: FormContext
) -> None:
    rate(live_ana, 1)
    rate(live_ben, 3)
    be_here(store, "ana", "ben")
    reveal(live_ana)
    rate(live_ana, 2, column="consensus")
    rate(live_ana, "agree_2", column="agreement")
    rate(live_ben, "agree_2", column="agreement")
    (first,) = [r for r in live_ana.current(1, "rate") if r.prompt == "ratings.consensus"]
    handler = FormHandler(live_ana, "rate")
    change = {"id": "to-3", "prompt": "ratings.consensus", "row": ITEM, "value": 3, "base": [first.id]}
    handler.receive({"type": "save", "message": "m", "responses": [change]})
    rate(live_ana, "agree_3", column="agreement")
    assert agreement_of(live_ana)["waiting"] == ["Ben Cho"]
    back = {**change, "id": "to-2", "value": 2, "base": ["to-3"]}
    handler.receive({"type": "save", "message": "m", "responses": [back]})
    assert (agreement_of(live_ana)["agreed"], agreement_of(live_ana)["waiting"]) == (["Ben Cho"], [])


def test_someone_who_has_left_is_not_waited_for(store: Store, live_ana: FormContext, live_ben: FormContext) -> None:
    rate(live_ana, 1)
    rate(live_ben, 3)
    be_here(store, "ana")
    be_here(store, "ben", seen=dt.timedelta(minutes=5))
    reveal(live_ana)
    rate(live_ana, 2, column="consensus")
    rate(live_ana, "agree_2", column="agreement")
    assert agreement_of(live_ana)["waiting"] == []
    assert not agreement_of(live_ana)["settled"], "no teammate has answered"


def test_a_consensus_without_any_stance_is_a_proposal_of_its_author(
    live_ana: FormContext, live_ben: FormContext
) -> None:
    rate(live_ana, 1)
    rate(live_ben, 3)
    reveal(live_ana)
    rate(live_ben, 2, column="consensus")
    assert agreement_of(live_ana) | {"by": ""} == {
        "value": 2,
        "by": "",
        "settled": False,
        "mine": "",
        "agreed": ["Ben Cho"],
        "differ": [],
        "waiting": [],
    }


def test_two_proposals_at_once_overwrite_nothing(live_ana: FormContext, live_ben: FormContext) -> None:
    rate(live_ana, 1)
    rate(live_ben, 3)
    reveal(live_ana)
    rate(live_ana, 2, column="consensus")
    rate(live_ben, 3, column="consensus")
    assert state_of(live_ana)["agreement"]["ratings"] == {}, "the versions are shown instead"
    assert sorted(r.value for r in live_ana.current(1, "rate") if r.prompt == "ratings.consensus") == [2, 3]


def test_a_latecomer_receives_the_distribution_only_after_rating_or_choosing_to_look(
    live_ana: FormContext, live_ben: FormContext, cy: FormContext
) -> None:
    late = make_live(cy)
    rate(live_ana, 1)
    rate(live_ana, "A reason", column="note")
    rate(live_ben, 3)
    rate(live_ana, 1, row="definitions")
    rate(live_ben, 3, row="definitions")
    reveal(live_ana)
    rate(live_ana, 2, column="consensus")
    rate(live_ana, "agree_2", column="agreement")
    room = state_of(late)
    assert room["revealed"]
    hidden = {"rated": 2, "points": {}, "value": None, "notes": [], "hidden": True}
    assert room["spread"]["ratings"] == {ITEM: hidden, "definitions": hidden}
    assert room["agreement"]["ratings"] == {}
    assert "A reason" not in everything_sent(late)
    rate(late, 4)
    spread = state_of(late)["spread"]["ratings"]
    assert spread[ITEM]["points"] == {"1": 1, "3": 1, "4": 1}
    assert spread["definitions"] == hidden
    look = {"id": "look-1", "prompt": "look", "value": "without_rating", "base": []}
    FormHandler(late, "rate").receive({"type": "save", "message": "m", "responses": [look]})
    room = state_of(late)
    assert room["looking"]
    assert room["spread"]["ratings"]["definitions"]["points"] == {"1": 1, "3": 1}
    assert state_of(live_ana)["spread"]["ratings"][ITEM]["rated"] == 3


def test_a_person_alone_sees_their_own_profile_and_a_second_one_reopens_it(
    store: Store, live_ana: FormContext, live_ben: FormContext
) -> None:
    be_here(store, "ana")
    assert state_of(live_ana)["alone"]
    rate(live_ana, 3)
    room = state_of(live_ana)
    assert (room["alone"], room["revealed"]) == (True, False)
    assert room["spread"]["ratings"][ITEM]["points"] == {"3": 1}
    rate(live_ana, 3, column="consensus")
    rate(live_ana, "agree_3", column="agreement")
    assert agreement_of(live_ana)["waiting"] == []
    be_here(store, "ben")
    room = state_of(live_ana)
    assert (room["alone"], room["spread"], room["agreement"]) == (False, {}, {})
    rate(live_ben, 1)
    reveal(live_ben)
    assert agreement_of(live_ben)["by"] == "Ana Ruiz"
    assert agreement_of(live_ana)["waiting"] == ["Ben Cho"]


@pytest.mark.parametrize("value", ["agree_9", "maybe", 2, ["agree_2"]])
def test_a_stance_names_a_value_of_the_scale(live_ana: FormContext, value: object) -> None:
    assert rate(live_ana, value, column="agreement")[0]["type"] == "refused"


def test_who_comes_and_goes_is_told_to_the_page(store: Store, live_ana: FormContext) -> None:
    service = make_service(live_ana)
    page = RecordedPage(service, live_ana)
    assert page.open("rate")["answers"]["exercise_state"]["alone"]
    service.poll()
    page.take()
    be_here(store, "ben")
    feed = service.environment.feed(1)
    assert feed
    feed._present_at = float("-inf")  # due for a read
    assert feed.here("OH") == {"ben"}
    service.poll()
    (room,) = page.take()
    assert (room["alone"], room["team"]) == (False, 2)
    service.close()
