"""What each panel shows of a session, from a real store."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from cluster_kit.console import (
    announcements,
    boards,
    discuss,
    examples,
    exercises,
    people,
    record,
    results,
    run_of_show,
)
from cluster_kit.console.snapshot import PEOPLE_AGAIN, SnapshotReader
from cluster_kit.sessions.board import Moderate, React, WritePost
from cluster_kit.sessions.facilitation import (
    BeginSegment,
    Broadcast,
    FeatureExample,
    Lock,
    Park,
    Reveal,
    ShowPicture,
    Undo,
)
from cluster_kit.sessions.requests import CommandRequest
from cluster_kit.store import NewErasure, NewResponse, Person
from cluster_kit.store.models import now
from tests.console.conftest import Meeting
from tests.console.seeding import come, offer, rate

SOMETHING = {"anonymous": "A joint form for approval", "named": "One catalog", "team": "Ours alone", "private": "Mine"}


def test_a_look_reads_again_only_the_states_that_said_something(meeting: Meeting) -> None:
    rate(meeting.store, meeting.content, 1, meeting.people[:4])
    first = meeting.look()
    rate(meeting.store, meeting.content, 1, meeting.people[4:6])
    second = meeting.look()
    assert [code for code in second.answers if second.answers[code] is not first.answers.get(code)] == ["AZ"]
    assert second.marks["answers"] != first.marks["answers"]
    assert meeting.look().marks["answers"] == second.marks["answers"]


def test_what_was_erased_is_gone_at_the_next_look(meeting: Meeting) -> None:
    who = meeting.people[0]
    rate(meeting.store, meeting.content, 1, [who])
    assert who.jurisdiction in meeting.look().views
    meeting.store.erase(
        NewErasure(series="2026", jurisdiction=who.jurisdiction, person=who.id, asked_by="Fay", why="asked")
    )
    assert who.jurisdiction not in meeting.look().views


def test_a_changed_name_is_seen_after_a_moment_and_somebody_new_at_once(meeting: Meeting) -> None:
    time = now()
    lookout = SnapshotReader(meeting.content, meeting.session, meeting.store, lambda: time)
    before = lookout.look()
    meeting.store.change_person(meeting.people[0].model_copy(update={"name": "Kim Renamed"}))
    assert lookout.look().name("al-0") == "Kim Alabama"
    time += PEOPLE_AGAIN
    after = lookout.look()
    assert after.name("al-0") == "Kim Renamed"
    assert after.marks["people"] != before.marks["people"]
    newcomer = meeting.store.add_person(Person(id="late", series="2026", jurisdiction="WY", name="Lou Sample"))
    come(meeting.store, "2026", 1, [newcomer])
    assert lookout.look().name("late") == "Lou Sample"


def test_the_run_of_show_stays_the_same_until_something_is_done(meeting: Meeting) -> None:
    before = run_of_show.run_of_show_view(meeting.look())
    assert (before["began"], before["left_s"], before["back"]) == (None, None, None)
    assert before["next"]["kind"] == "framing"
    meeting.journal.do(meeting.fay, BeginSegment(), subject="framing")
    view = run_of_show.run_of_show_view(meeting.look())
    assert (view["left_s"], view["behind_s"], view["next"]["kind"]) == (22 * 60, 0, "policy_tool")
    assert run_of_show.run_of_show_view(meeting.look()) == view


def test_after_the_last_part_there_is_none_to_go_on_to(meeting: Meeting) -> None:
    meeting.journal.do(meeting.fay, BeginSegment(), subject="next_steps")
    view = run_of_show.run_of_show_view(meeting.look())
    assert view["next"] is None
    assert view["back"]["kind"] == "state_examples"


def test_people_are_counted_by_state_and_how_they_are_here(meeting: Meeting) -> None:
    come(meeting.store, "2026", 1, meeting.people[:4])
    come(meeting.store, "2026", 1, meeting.people[4:5], ago_s=600)
    view = people.people_view(meeting.look())
    assert (view["states"], view["people"]) == (3, 5)
    assert {kind: number for kind, number in view["beings"].items() if number} == {"active": 4, "idle": 1}
    assert view["state AL"] == {
        "code": "AL", "name": "Alabama", "being": "active", "here": 2, "people": 2, "stuck": False,
    }  # fmt: skip
    assert view["state WY"]["being"] == "not here"
    assert len({tuple(place) for place in view["grid"].values()}) == len(view["order"]) == 57


def test_progress_counts_the_states_that_are_here(meeting: Meeting) -> None:
    come(meeting.store, "2026", 1, meeting.people[:4])
    rate(meeting.store, meeting.content, 1, meeting.people[2:6])
    rated = next(one for one in exercises.exercises_view(meeting.look())["exercises"] if one["rated"])
    assert (rated["begun"], rated["locked"], rated["revealed"], rated["revealed_to"]) == (1, False, False, 0)
    meeting.journal.do(meeting.fay, Lock(locked=True), subject=rated["id"])
    meeting.journal.do(meeting.people[0], Reveal(), subject=rated["id"])
    again = next(one for one in exercises.exercises_view(meeting.look())["exercises"] if one["rated"])
    assert (again["locked"], again["revealed"], again["revealed_to"]) == (True, False, 1)


def test_an_exercise_about_earlier_answers_asks_only_the_states_that_gave_some(meeting: Meeting) -> None:
    second = Meeting(meeting.store, meeting.fay, meeting.people, number=2)
    come(meeting.store, "2026", 2, meeting.people)
    review = next(one for one in exercises.exercises_view(second.look())["exercises"] if one["id"] == "action_review")
    assert (review["asked"], review["begun"], review["finished"]) == (0, 0, 0)
    step = {"session": 1, "exercise": "next_steps", "prompt": "actions.action", "row": "a", "value": "Call"}
    who = {"series": "2026", "jurisdiction": meeting.people[0].jurisdiction, "author": meeting.people[0].id}
    meeting.store.append([NewResponse(id="a", scope="team", **step, **who)])
    review = next(one for one in exercises.exercises_view(second.look())["exercises"] if one["id"] == "action_review")
    assert (review["asked"], review["begun"], review["finished"]) == (1, 0, 0)


def test_results_count_states_by_point_and_show_where_each_stands(meeting: Meeting) -> None:
    rate(meeting.store, meeting.content, 1, meeting.people)
    view = results.results_view(meeting.look())
    area = view[f"area {view['order'][0]}"]
    assert [sum(item["counts"]) for item in area["items"]] == [8] * len(area["items"])
    assert len(area["counts"]) == len(view["scale"]) == 5
    assert set(view["state AL"]["means"]) <= set(view["order"])


def test_results_carry_no_name_and_no_note_of_anybody(meeting: Meeting) -> None:
    rate(meeting.store, meeting.content, 1, meeting.people)
    told = json.dumps([results.results_view(meeting.look()), discuss.discuss_view(meeting.look())])
    assert not [person.name for person in meeting.people if person.name in told or person.id in told]


def test_a_picture_without_a_number_is_refused_with_the_reason_and_participants_see_nothing_new(
    meeting: Meeting,
) -> None:
    rate(meeting.store, meeting.content, 1, [one for one in meeting.people if one.jurisdiction in ("AL", "AK", "AZ")])
    item = meeting.content.instrument.areas[0].items[0].id
    for subject in (item, "areas"):
        asked = CommandRequest(id="a", kind="show", subject=subject, value={"shown": True})
        with pytest.raises(results.NothingToShowError, match="counts of five or more states only"):
            results.put_picture(meeting.look(), asked)


def test_what_participants_see_of_a_picture_is_made_here_and_not_by_the_page(meeting: Meeting) -> None:
    codes = [one.code for one in meeting.content.jurisdictions]
    nation = [meeting.people[0].model_copy(update={"id": code, "jurisdiction": code}) for code in codes]
    rate(meeting.store, meeting.content, 1, nation)
    item = meeting.content.instrument.areas[0].items[0].id
    forged = CommandRequest(id="a", kind="show", subject=item, value={"shown": True, "picture": {"rows": "forged"}})
    value = results.put_picture(meeting.look(), forged).value
    assert value["picture"]["subject"] == item
    assert "forged" not in json.dumps(value)
    counts = [part["count"] for row in value["picture"]["rows"] for part in row["parts"]]
    assert counts
    assert all(count >= 5 for count in counts)
    hidden = results.put_picture(meeting.look(), forged.model_copy(update={"value": {"shown": False, "picture": 1}}))
    assert hidden.value == {"shown": False}
    with pytest.raises(results.UnknownPictureError):
        results.put_picture(meeting.look(), forged.model_copy(update={"subject": "elsewhere"}))


def test_topics_come_with_a_reason_and_words_to_say(meeting: Meeting) -> None:
    rate(meeting.store, meeting.content, 1, meeting.people)
    topics = discuss.discuss_view(meeting.look())["topics"]
    assert 0 < len(topics) <= discuss.MOST
    assert all(topic["reason"] and topic["aloud"] and topic["text"] for topic in topics)


@pytest.mark.parametrize("rung", ["anonymous", "named"])
def test_an_example_is_shown_as_far_as_its_state_allows(meeting: Meeting, rung: str) -> None:
    for one, author in zip(SOMETHING, meeting.people[::2], strict=False):
        offer(meeting.store, meeting.content, author, SOMETHING[one], one)
    view = examples.examples_view(meeting.look())
    shown = {view[f"example {one}"]["title"]: view[f"example {one}"]["state"] for one in view["order"]}
    assert shown == {"A joint form for approval": "Another state, without its name", "One catalog": "Alaska"}
    wanted = next(one for one in view["order"] if view[f"example {one}"]["title"] == SOMETHING[rung])
    ask = examples.find_key(meeting.look(), CommandRequest(id="f", kind="feature", subject=wanted))
    meeting.journal.do(meeting.fay, FeatureExample(), subject=ask.subject)
    assert examples.examples_view(meeting.look())[f"example {wanted}"]["featured"]
    told = json.dumps([view, record.record_view(meeting.look())])
    assert "Alabama" not in told
    assert '"AL' not in told


def test_an_example_that_was_taken_back_is_gone_and_cannot_be_featured(meeting: Meeting) -> None:
    offer(meeting.store, meeting.content, meeting.people[0], "One catalog", "named")
    known = examples.examples_view(meeting.look())["order"][0]
    offer(meeting.store, meeting.content, meeting.people[0], "One catalog", "private")
    assert examples.examples_view(meeting.look())["order"] == []
    with pytest.raises(examples.GoneExampleError):
        examples.find_key(meeting.look(), CommandRequest(id="f", kind="feature", subject=known))


def test_a_post_shows_its_state_and_a_name_only_where_it_was_signed(meeting: Meeting) -> None:
    plain = meeting.journal.do(meeting.people[0], WritePost(text="First."), subject="framing")
    signed = meeting.journal.do(meeting.people[2], WritePost(text="Second.", signed=True), subject="framing")
    meeting.journal.do(meeting.people[2], React(reaction="helpful"), subject=plain.id)
    meeting.journal.do(meeting.fay, Moderate(hidden=True), subject=signed.id)
    view = boards.boards_view(meeting.look())
    first, second = view[f"post {plain.id}"], view[f"post {signed.id}"]
    assert (first["state"], first["who"], first["reactions"]) == ("Alabama", "", {"helpful": 1})
    assert (second["who"], second["hidden"]) == ("Kim Alaska", True)


def test_words_to_everybody_and_the_parking_lot(meeting: Meeting) -> None:
    said = meeting.journal.do(meeting.fay, Broadcast(text="Five more minutes."))
    meeting.journal.do(meeting.people[0], Park(text="Course codes?"))
    view = announcements.announcements_view(meeting.look())
    assert (view["message"]["text"], view["earlier"]) == ("Five more minutes.", [])
    assert [(one["text"], one["who"], one["done"]) for one in view["parked"]] == [("Course codes?", "Alabama", False)]
    meeting.journal.do(meeting.fay, Undo(), subject=said.id)
    assert announcements.announcements_view(meeting.look())["message"] is None


def test_the_record_says_what_was_done_by_whom_newest_first_undone_or_not(meeting: Meeting) -> None:
    begun = meeting.journal.do(meeting.fay, BeginSegment(), subject="framing")
    meeting.journal.do(meeting.fay, ShowPicture(), subject="areas")
    meeting.journal.do(meeting.fay, Undo(), subject=begun.id)
    lines = record.record_view(meeting.look())["done"]
    assert [(line["what"].partition(":")[0], line["who"], line["undone"]) for line in lines] == [
        ("Showed participants where states stand", "Fay Sample", False),
        ("Began “Why Clusters, and why across systems”", "Fay Sample", True),
    ]
    assert dt.datetime.fromisoformat(lines[0]["at"]).tzinfo
