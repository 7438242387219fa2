"""The cast and its answers: deterministic, valid for every prompt, and never filler text."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from cluster_kit.content import load_content
from cluster_kit.content.models import Depth, Exercise, When
from cluster_kit.errors import UsageError
from cluster_kit.exercises.context import FormContext
from cluster_kit.forms.handler import FormHandler
from cluster_kit.rehearsal.answering import answers_to
from cluster_kit.rehearsal.cast import Actor, make_cast
from cluster_kit.rehearsal.consensus import make_consensus_answers
from cluster_kit.rehearsal.facilitator import Facilitator, write_cues
from cluster_kit.rehearsal.form_state import merge_opening
from cluster_kit.rehearsal.opinions import settle_opinion, spread_opinions
from cluster_kit.rehearsal.plan import LOBBY_MINUTES, Clock, RehearsalPlan, parse_speed
from cluster_kit.rehearsal.script import Script
from cluster_kit.rehearsal.tally import Tally
from cluster_kit.sessions import SessionLog
from cluster_kit.sessions.seating import RoomUse
from cluster_kit.store import Person, Store
from tests.console.seeding import add_facilitator, add_teams, come

CONTENT = load_content("2026")
SESSIONS = [session.number for session in CONTENT.sessions]
every_session = pytest.mark.parametrize("session", SESSIONS)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path}/responses.sqlite3") as store:
        yield store


def _one_who_answers_all(script: Script, depth: Depth) -> Actor:
    return replace(script.cast[0], place=0, team=1, depth=depth, diligence=1.0, stuck=False, slow=False)


def _open(store: Store, actor: Actor, session: int, exercise: Exercise) -> tuple[FormHandler, dict[str, Any]]:
    person = store.add_person(Person(id=actor.id, series="2026", jurisdiction=actor.jurisdiction, name=actor.name))
    handler = FormHandler(FormContext(CONTENT, store, session, actor.jurisdiction, person), exercise.id)
    return handler, merge_opening(handler.definition.schema, handler.open())


def _save(handler: FormHandler, script: Script, actor: Actor, schema: dict[str, Any]) -> list[dict[str, Any]]:
    answers = answers_to(script, actor, schema)
    responses = [
        {"id": uuid.uuid4().hex, "prompt": answer.prompt, "row": answer.row, "value": answer.value}
        for answer in answers
    ]
    return handler.receive({"type": "save", "message": "m", "responses": responses}) if responses else []


# --- answers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("depth", Depth)
def test_every_prompt_of_every_session_takes_the_answers(store: Store, depth: Depth) -> None:
    """In the order of the series, so that rows from earlier answers exist."""
    answered: set[str] = set()
    for number in SESSIONS:
        script = Script.write(RehearsalPlan(number), CONTENT)
        actor = _one_who_answers_all(script, depth)
        for exercise in CONTENT.get_session(number).exercises:
            handler, schema = _open(store, actor, number, exercise)
            replies = _save(handler, script, actor, schema)
            assert [reply for reply in replies if reply["type"] != "saved"] == [], (number, exercise.id)
            answered |= {f"{number}/{exercise.id}"} if replies else set()
    every = {f"{number}/{e.id}" for number in SESSIONS for e in CONTENT.get_session(number).exercises}
    assert every - answered == {"3/program_crosswalk"}  # it requires a file, and file prompts are skipped


def test_every_text_of_the_shipped_series_has_phrases_of_its_own() -> None:
    phrases = Script.write(RehearsalPlan(), CONTENT).phrases
    without = []
    for exercise in (exercise for session in CONTENT.sessions for exercise in session.exercises):
        for prompt in exercise.prompts:
            texts = [prompt.id] if prompt.kind == "text" else []
            if prompt.kind == "table":
                texts = [f"{prompt.id}.{column.id}" for column in prompt.columns if column.kind == "text"]
            if prompt.kind == "questions":
                texts = list(prompt.questions)
            without += [f"{exercise.id}/{text}" for text in texts if not phrases.find(exercise.id, [text])]
    assert without == []


def test_every_phrase_can_be_filled_and_reads_as_a_sentence() -> None:
    script = Script.write(RehearsalPlan(), CONTENT)
    own = {"state": "Ohio", "name": "Avery Sample"}
    for place, said in script.phrases.by_place.items():
        for key in said:
            for turn in range(12):
                text = script.phrases.choose(place, [key], random.Random(turn), own)
                assert "{" not in text
                assert text[0] == text[0].upper() or text.startswith("http")
                assert len(text.split()) <= 45


def test_teams_share_their_tables_out_and_leave_little_open(store: Store) -> None:
    script = Script.write(RehearsalPlan(2), CONTENT)
    team = [replace(actor, diligence=1.0, stuck=False) for actor in script.teams["AL"]]
    exercise = next(e for e in script.session.exercises if e.id == "levers")
    schema = _open(store, team[0], 2, exercise)[1]
    by_person = [{(a.prompt, a.row) for a in answers_to(script, actor, schema)} for actor in team]
    assert all(by_person)
    rows = {row for some in by_person for _, row in some if row}
    assert rows == {row["id"] for prompt in schema["prompts"] if prompt["kind"] == "table" for row in prompt["rows"]}


@every_session
def test_the_same_seed_says_the_same_and_another_seed_does_not(store: Store, session: int) -> None:
    def texts_of(seed: int) -> list[Any]:
        script = Script.write(RehearsalPlan(session, seed=seed), CONTENT)
        actor = _one_who_answers_all(script, Depth.STANDARD)
        schemas = [_open(store, actor, session, exercise)[1] for exercise in script.session.exercises]
        return [answer for schema in schemas for answer in answers_to(script, actor, schema)]

    assert texts_of(7) == texts_of(7)
    assert texts_of(7) != texts_of(8)


# --- people ----------------------------------------------------------------------------------------------------


def test_the_cast_is_the_same_each_time_and_as_mixed_as_on_the_day() -> None:
    cast = make_cast(CONTENT, RehearsalPlan())
    assert cast == make_cast(CONTENT, RehearsalPlan())
    assert len(cast) == 171
    assert len({actor.id for actor in cast}) == 171
    came = [actor for actor in cast if actor.comes]
    sizes = {actor.jurisdiction: actor.team for actor in cast}
    assert set(sizes.values()) == {0, 1, 2, 3}
    assert {actor.team for actor in cast[:3]} == {3}
    late = [actor for actor in came if (actor.arrives or 0) > LOBBY_MINUTES]
    assert 0.15 < len(late) / len(came) < 0.45
    assert any(actor.away for actor in came)
    assert any(actor.slow for actor in came)
    assert any(actor.stuck for actor in came)
    assert len({actor.jurisdiction for actor in came if actor.silent}) == 1, "a whole state to find and to help"
    assert not any(actor.silent for actor in cast[:3])
    assert {actor.depth for actor in came} == set(Depth)


@pytest.mark.parametrize(("people", "states"), [(1, 57), (2, 4), (10, 2)])
def test_a_smaller_or_larger_cast_holds_together(people: int, states: int) -> None:
    cast = make_cast(CONTENT, RehearsalPlan(people=people, states=states))
    assert len(cast) == people * states
    for actor in cast:
        assert actor.comes == (actor.place < actor.team)


def test_teams_disagree_about_some_items_and_not_about_all(store: Store) -> None:
    script = Script.write(RehearsalPlan(1), CONTENT)
    exercise = next(e for e in script.session.exercises if e.id == "rate_systems")
    apart: list[int] = []
    for team in [team for team in script.teams.values() if len(team) == 3][:12]:
        schema = _open(store, team[0], 1, exercise)[1]
        given = [answers_to(script, replace(a, diligence=1.0, stuck=False), schema) for a in team]
        ratings: dict[str, list[int | str]] = {}
        for answer in (a for answers in given for a in answers if a.prompt == "ratings.rating"):
            ratings.setdefault(answer.row, []).append(answer.value)
        apart += [spread_opinions(some) for some in ratings.values() if len(some) > 1]
    wide = sum(one >= 2 for one in apart) / len(apart)
    assert 0.05 < wide < 0.5


# --- consensus -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ratings", "settled"), [([1, 3], 2), ([2, 2, 4], 2), (["not_sure", 3], 3), (["not_sure"], None), ([], None)]
)
def test_a_team_settles_in_the_middle_of_those_who_are_sure(ratings: list[int | str], settled: int | None) -> None:
    assert settle_opinion(ratings, [1, 2, 3, 4]) == settled


def test_a_team_settles_only_what_its_page_shows_and_each_item_once() -> None:
    script = Script.write(RehearsalPlan(1), CONTENT)
    team = script.teams["AL"]
    scale = [{"value": point} for point in (1, 2, 3, 4)]
    items = [{"id": f"item_{number}", "scale": scale} for number in range(40)]
    schema = {"prompts": [{"id": "ratings", "kind": "items", "together": [1], "areas": [{"items": items}]}]}
    seen = {"ratings": {item["id"]: {"points": {"1": 1, "4": 1, "not_sure": 1}} for item in items[:30]}}
    answers = [answer for actor in team for answer in make_consensus_answers(script, actor, schema, seen)]
    settled = [answer.row for answer in answers if answer.prompt == "ratings.consensus"]
    assert len(settled) == len(set(settled))
    assert set(settled) <= {item["id"] for item in items[:30]}
    columns = ("agreement", "consensus", "dissent", "rationale")
    assert sorted({answer.prompt for answer in answers}) == [f"ratings.{column}" for column in columns]
    assert {one.row for one in answers if one.prompt == "ratings.agreement"} == set(settled), "one agrees with each"
    assert {one.scope for one in answers if one.prompt != "ratings.agreement"} == {"team"}
    assert make_consensus_answers(script, team[0], {"prompts": [{**schema["prompts"][0], "together": []}]}, seen) == []


# --- the plan --------------------------------------------------------------------------------------------------


@every_session
def test_the_cues_walk_through_every_segment_and_end(session: int) -> None:
    cues = write_cues(CONTENT.get_session(session))
    begun = [cue.subject for cue in cues if cue.does == "begin"]
    assert begun == [segment.kind.value for segment in CONTENT.get_session(session).segments]
    assert cues[-1].does == "end"
    assert cues[-1].minute == pytest.approx(LOBBY_MINUTES + CONTENT.get_session(session).minutes)
    assert all(callable(getattr(Facilitator, cue.does)) for cue in cues)
    by_deed = {deed: {cue.subject for cue in cues if cue.does == deed} for deed in ("reveal", "lock", "unlock")}
    in_the_room = {
        one.id for one in CONTENT.get_session(session).exercises if one.rated_prompts and one.when is When.SESSION
    }
    assert by_deed["reveal"] == by_deed["lock"] == by_deed["unlock"] == in_the_room
    assert bool(in_the_room) == (session != 4), "session 4 gives the room to the test of messages"


@every_session
def test_the_rooms_for_peers_have_the_size_that_their_exercise_asks_for(store: Store, session: int) -> None:
    people = add_teams(store, CONTENT, 5)
    come(store, "2026", session, people)
    script = Script.write(RehearsalPlan(session), CONTENT)
    fay = add_facilitator(store, "2026")
    facilitator = Facilitator(script, store, fay, Mock(spec=Clock), Tally())
    facilitator.form_groups("")
    state = SessionLog(store, "2026", script.session).state()
    if session == 1:
        assert {len(room.people) for room in state.seatings[RoomUse.TRIOS].rooms} <= {2, 3, 4}
        assert state.rounds == []
    else:
        sizes = {2: [2, 3], 3: [2, 3], 4: [2, 3]}  # of five states, in groups of 3
        assert sorted(len(group.states) for group in state.rounds[-1].groups) == sizes[session]


@pytest.mark.parametrize(("text", "speed"), [("20x", 20.0), ("1X", 1.0), (" 2.5 ", 2.5)])
def test_a_speed_is_read(text: str, speed: float) -> None:
    assert parse_speed(text) == speed


@pytest.mark.parametrize("text", ["", "fast", "0x", "-3x", "1000x", "nan"])
def test_what_is_no_speed_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match="Write 20x"):
        parse_speed(text)
