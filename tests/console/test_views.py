"""The view of each panel, from a real store."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest

from cluster_kit.console import (
    announcements,
    attention,
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
from cluster_kit.console.views.people import StateTileView
from cluster_kit.console.views.run_of_show import SegmentTitleView
from cluster_kit.content.models import Content, Exercise, When
from cluster_kit.insights.suppression import TOO_FEW
from cluster_kit.insights.team_status import TeamStatus
from cluster_kit.sessions import InvalidCommandError
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
from cluster_kit.sessions.support import StateNeed
from cluster_kit.store import NewErasure, NewResponse, Person, Registration, TeamCode
from cluster_kit.store.models import utc_now
from tests.console.conftest import LiveSession
from tests.console.seeding import come, offer, rate

MINUTE = dt.timedelta(minutes=1)
SOMETHING = {"anonymous": "A joint form for approval", "named": "One catalog", "team": "Ours alone", "private": "Mine"}


def test_a_look_reads_again_only_the_states_that_said_something(live_session: LiveSession) -> None:
    rate(live_session.store, live_session.content, 1, live_session.people[:4])
    first = live_session.look()
    rate(live_session.store, live_session.content, 1, live_session.people[4:6])
    second = live_session.look()
    assert [code for code in second.answers if second.answers[code] is not first.answers.get(code)] == ["AZ"]
    assert second.versions["answers"] != first.versions["answers"]
    assert live_session.look().versions["answers"] == second.versions["answers"]


def test_what_was_erased_is_gone_at_the_next_look(live_session: LiveSession) -> None:
    who = live_session.people[0]
    rate(live_session.store, live_session.content, 1, [who])
    assert who.jurisdiction in live_session.look().views
    live_session.store.erase(
        NewErasure(series="2026", jurisdiction=who.jurisdiction, person=who.id, asked_by="Fay", why="asked")
    )
    assert who.jurisdiction not in live_session.look().views


def test_a_changed_name_is_seen_after_a_moment_and_somebody_new_at_once(live_session: LiveSession) -> None:
    time = utc_now()
    snapshot_reader = SnapshotReader(live_session.content, live_session.session, live_session.store, lambda: time)
    before = snapshot_reader.read()
    live_session.store.change_person(live_session.people[0].model_copy(update={"name": "Kim Renamed"}))
    assert snapshot_reader.read().name("al-0") == "Kim Alabama"
    time += PEOPLE_AGAIN
    after = snapshot_reader.read()
    assert after.name("al-0") == "Kim Renamed"
    assert after.versions["people"] != before.versions["people"]
    newcomer = live_session.store.add_person(Person(id="late", series="2026", jurisdiction="WY", name="Lou Sample"))
    come(live_session.store, "2026", 1, [newcomer])
    assert snapshot_reader.read().name("late") == "Lou Sample"


def test_the_run_of_show_stays_the_same_until_something_is_done(live_session: LiveSession) -> None:
    before = run_of_show.run_of_show_view(live_session.look())
    assert (before.began, before.left_s, before.back) == (None, None, None)
    assert before.next == SegmentTitleView(kind="framing", title="Why Clusters, and why across systems")
    live_session.session_log.do(live_session.fay, BeginSegment(), subject="framing")
    view = run_of_show.run_of_show_view(live_session.look())
    assert (view.left_s, view.behind_s) == (live_session.session.segments[0].minutes * 60, 0)
    assert view.next
    assert view.next.kind == "policy_tool"
    assert run_of_show.run_of_show_view(live_session.look()) == view


def test_the_pace_counts_what_exercises_still_need_and_agrees_with_the_clock(live_session: LiveSession) -> None:
    log, fay = live_session.session_log, live_session.fay
    log.do(fay, BeginSegment(), subject="framing")
    began = log.state().began_at
    assert began
    first = run_of_show.run_of_show_view(live_session.look())
    assert (first.behind_s, first.spare_s) == (0, 2 * 60), "the plan of this part leaves two minutes"
    state = replace(log.state(), exercise="organizing_structure", exercise_since=began + 15 * MINUTE)
    state.exercise_spent["framing/"] = 15 * MINUTE
    late = run_of_show.run_of_show_view(replace(live_session.look(), session_state=state))
    assert late.left_s == (live_session.session.segments[0].minutes - 15) * 60, (
        "time is left of the part, and less than its exercises need"
    )
    assert (late.behind_s, late.spare_s) == (3 * 60, 0)
    state.exercise, state.exercise_since = "", began
    state.segment = "elsewhere"
    assert run_of_show.run_of_show_view(replace(live_session.look(), session_state=state)).spare_s == 0


def test_after_the_last_part_there_is_none_to_go_on_to(live_session: LiveSession) -> None:
    live_session.session_log.do(live_session.fay, BeginSegment(), subject="next_steps")
    view = run_of_show.run_of_show_view(live_session.look())
    assert view.next is None
    assert view.back
    assert view.back.kind == "state_examples"


def test_people_are_counted_by_state_and_how_they_are_here(live_session: LiveSession) -> None:
    come(live_session.store, "2026", 1, live_session.people[:4])
    come(live_session.store, "2026", 1, live_session.people[4:5], ago_s=600)
    view = people.people_view(live_session.look())
    assert (view.states, view.people) == (3, 5)
    assert {status: number for status, number in view.presence.items() if number} == {"active": 4, "idle": 1}
    assert (view.expected_states, view.expected_people) == (8, 16)
    active = TeamStatus.ACTIVE
    assert view.tiles["AL"] == StateTileView(code="AL", name="Alabama", status=active, here=2, people=2, expected=2)
    assert view.tiles["WY"].status is TeamStatus.NOT_INVITED
    assert len(set(view.grid.values())) == len(view.order) == 57


def test_what_people_need_comes_from_registration_and_sign_in_the_latest_words_first(live_session: LiveSession) -> None:
    first, second, third, gone = live_session.people[:4]
    for place, person in enumerate((first, second, third, gone)):
        register(live_session, person, f"Captions {place}", utc_now() - 2 * MINUTE)
    register(live_session, third, "", utc_now() - MINUTE, "later")
    live_session.session_log.do(second, StateNeed(text="A sign language interpreter"))
    live_session.store.change_person(gone.model_copy(update={"sessions": (2,)}))
    waiting = Registration(id="w", series="2026", jurisdiction="AZ", name="New", email="n@example.org", needs="Breaks")
    live_session.store.add_registration(waiting)
    assert [(one.person, one.text) for one in people.find_needs(live_session.look())] == [
        (first.id, "Captions 0"),
        (third.id, "Captions 2"),
        (second.id, "A sign language interpreter"),
    ]
    attending = attention.attention_view(live_session.look())
    assert [mark.text for mark in attending.marks] == ["3 people wrote what they need"]
    assert attending.here == "0 of 15 people, 0 of 8 states here"
    live_session.session_log.do(first, StateNeed(text=""))
    assert first.id not in {one.person for one in people.find_needs(live_session.look())}, "it was withdrawn"


def register(live_session: LiveSession, person: Person, needs: str, at: dt.datetime, key: str = "") -> None:
    """A confirmed registration of this person."""
    given = person.model_dump(include={"series", "jurisdiction", "name", "email"})
    form = Registration(id=f"r-{person.id}{key}", needs=needs, at=at, **given)
    live_session.store.add_registration(form)
    decided = {"status": "confirmed", "person": person.id, "decided_at": at}
    live_session.store.decide_registration(form.model_copy(update=decided))


def test_a_team_is_expected_once_the_session_has_begun_and_stuck_comes_first(live_session: LiveSession) -> None:
    tiles = people.people_view(live_session.look()).tiles
    assert (tiles["AL"].status, tiles["WY"].status) == (TeamStatus.INVITED, TeamStatus.NOT_INVITED)
    live_session.session_log.do(live_session.fay, BeginSegment(), subject="framing")
    come(live_session.store, "2026", 1, live_session.people[:1])
    view = people.people_view(live_session.look())
    assert (view.tiles["AL"].status, view.tiles["AL"].here, view.tiles["AL"].expected) == (TeamStatus.ACTIVE, 1, 2)
    assert view.tiles["AK"].status is TeamStatus.EXPECTED
    assert {status: number for status, number in view.teams.items() if number} == {
        "active": 1,
        "expected": 7,
        "not invited": 49,
    }
    late = replace(live_session.look(), at=dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1))
    assert people.people_view(late).tiles["AL"].status is TeamStatus.AWAY


def test_a_tile_opens_the_people_of_a_state_and_how_to_reach_them(live_session: LiveSession) -> None:
    live_session.store.add_team_code(TeamCode(code="SAMPLE-CODE", series="2026", jurisdiction="AL"))
    come(live_session.store, "2026", 1, live_session.people[1:2])
    team = people.describe_team(live_session.look(), {"state": "AL"})
    assert [(one.name, one.presence, one.email) for one in team.members] == [
        ("Lee Alabama", "active", "al1@example.org"),
        ("Kim Alabama", "not here", "al0@example.org"),
    ]
    assert (team.team_code, team.members[1].seen_at, team.help) == ("SAMPLE-CODE", None, "")
    assert "AK" not in team.model_dump_json()
    with pytest.raises(InvalidCommandError, match="no state 'XX'"):
        people.describe_team(live_session.look(), {"state": "XX"})


def test_progress_counts_the_states_that_took_part(live_session: LiveSession) -> None:
    come(live_session.store, "2026", 1, live_session.people[:4])
    rate(live_session.store, live_session.content, 1, live_session.people[2:6])
    rated = next(one for one in exercises.exercises_view(live_session.look()).exercises if one.rated)
    assert (rated.begun, rated.locked, rated.revealed, rated.revealed_to) == (2, False, False, 0)
    assert (rated.asked, rated.waiting) == (3, ["Alabama"]), "Arizona answered without coming"
    live_session.session_log.do(live_session.fay, Lock(locked=True), subject=rated.id)
    live_session.session_log.do(live_session.people[0], Reveal(), subject=rated.id)
    again = next(one for one in exercises.exercises_view(live_session.look()).exercises if one.rated)
    assert (again.locked, again.revealed, again.revealed_to) == (True, False, 1)


def with_review_in_the_room(content: Content) -> Content:
    """The review of earlier next steps is prework in the content that ships; an organization may move it."""

    def move(exercise: Exercise) -> Exercise:
        in_room = {"when": When.SESSION, "minutes": 5}
        return exercise.model_copy(update=in_room) if exercise.id == "action_review" else exercise

    sessions = tuple(
        one.model_copy(update={"exercises": tuple(map(move, one.exercises))}) if one.number == 2 else one
        for one in content.sessions
    )
    return content.model_copy(update={"sessions": sessions})


def test_an_exercise_about_earlier_answers_asks_only_the_states_that_gave_some(live_session: LiveSession) -> None:
    content = with_review_in_the_room(live_session.content)
    second = LiveSession(live_session.store, live_session.fay, live_session.people, content, number=2)
    come(live_session.store, "2026", 2, live_session.people)
    review = next(one for one in exercises.exercises_view(second.look()).exercises if one.id == "action_review")
    assert (review.asked, review.begun, review.complete) == (0, 0, 0)
    step = {"session": 1, "exercise": "next_steps", "prompt": "actions.action", "row": "a", "value": "Call"}
    who = {"series": "2026", "jurisdiction": live_session.people[0].jurisdiction, "author": live_session.people[0].id}
    live_session.store.append([NewResponse(id="a", scope="team", **step, **who)])
    review = next(one for one in exercises.exercises_view(second.look()).exercises if one.id == "action_review")
    assert (review.asked, review.begun, review.complete) == (1, 0, 0)


def test_results_count_states_by_point_and_show_where_each_stands(live_session: LiveSession) -> None:
    rate(live_session.store, live_session.content, 1, live_session.people)
    view = results.results_view(live_session.look())
    area = view.areas[view.order[0]]
    assert [sum(item.counts) for item in area.items] == [8] * len(area.items)
    assert len(area.counts) == len(view.scale) == 4 + view.beside
    assert set(view.states["AL"].means) <= set(view.order)


def test_results_carry_no_name_and_no_note_of_anybody(live_session: LiveSession) -> None:
    rate(live_session.store, live_session.content, 1, live_session.people)
    views = (results.results_view(live_session.look()), discuss.discuss_view(live_session.look()))
    sent = "".join(view.model_dump_json() for view in views)
    assert not [person.name for person in live_session.people if person.name in sent or person.id in sent]


def test_a_picture_without_a_number_is_refused_with_the_reason_and_participants_see_nothing_new(
    live_session: LiveSession,
) -> None:
    rate(
        live_session.store,
        live_session.content,
        1,
        [one for one in live_session.people if one.jurisdiction in ("AL", "AK", "AZ")],
    )
    item = live_session.content.instrument.areas[0].items[0].id
    for subject in (item, "areas"):
        asked = CommandRequest(id="a", kind="show", subject=subject, value={"shown": True})
        with pytest.raises(results.NothingToShowError, match=TOO_FEW):
            results.put_picture(live_session.look(), asked)
    withheld = results.results_view(live_session.look()).withheld
    assert (withheld[item], withheld["areas"]) == (TOO_FEW, TOO_FEW)


def test_a_chart_of_areas_that_rests_on_few_statements_is_not_offered_and_one_on_all_is(
    live_session: LiveSession,
) -> None:
    codes = [one.code for one in live_session.content.jurisdictions]
    nation = [live_session.people[0].model_copy(update={"id": code, "jurisdiction": code}) for code in codes]
    rate(live_session.store, live_session.content, 1, nation[:12])
    reason = results.results_view(live_session.look()).withheld["areas"]
    assert "too few to represent the whole area" in reason
    areas = CommandRequest(id="a", kind="show", subject="areas", value={"shown": True})
    with pytest.raises(results.NothingToShowError, match="too few to represent"):
        results.put_picture(live_session.look(), areas)
    rate(live_session.store, live_session.content, 1, nation)
    view = results.results_view(live_session.look())
    assert "areas" not in view.withheld
    assert results.put_picture(live_session.look(), areas).value["picture"]


def test_what_participants_see_of_a_picture_is_made_here_and_not_by_the_page(live_session: LiveSession) -> None:
    codes = [one.code for one in live_session.content.jurisdictions]
    nation = [live_session.people[0].model_copy(update={"id": code, "jurisdiction": code}) for code in codes]
    rate(live_session.store, live_session.content, 1, nation)
    item = live_session.content.instrument.areas[0].items[0].id
    forged = CommandRequest(id="a", kind="show", subject=item, value={"shown": True, "picture": {"rows": "forged"}})
    value = results.put_picture(live_session.look(), forged).value
    assert value["picture"]["subject"] == item
    assert "forged" not in json.dumps(value)
    counts = [part["count"] for row in value["picture"]["rows"] for part in row["parts"]]
    assert counts
    assert all(count >= 5 for count in counts)
    hidden = results.put_picture(
        live_session.look(), forged.model_copy(update={"value": {"shown": False, "picture": 1}})
    )
    assert hidden.value == {"shown": False}
    with pytest.raises(results.UnknownPictureError):
        results.put_picture(live_session.look(), forged.model_copy(update={"subject": "elsewhere"}))


def test_topics_come_with_a_reason_and_words_to_say(live_session: LiveSession) -> None:
    rate(live_session.store, live_session.content, 1, live_session.people)
    topics = discuss.discuss_view(live_session.look()).topics
    assert 0 < len(topics) <= discuss.MOST
    assert all(topic.reason and topic.aloud and topic.text for topic in topics)


@pytest.mark.parametrize("rung", ["anonymous", "named"])
def test_an_example_is_shown_as_far_as_its_state_allows(live_session: LiveSession, rung: str) -> None:
    for one, author in zip(SOMETHING, live_session.people[::2], strict=False):
        offer(live_session.store, live_session.content, author, SOMETHING[one], one)
    view = examples.examples_view(live_session.look())
    shown = {one.title: one.state for one in view.examples.values()}
    assert shown == {"A joint form for approval": "Another state, without its name", "One catalog": "Alaska"}
    assert view.order == list(view.examples)
    wanted = next(id_ for id_, one in view.examples.items() if one.title == SOMETHING[rung])
    ask = examples.find_key(live_session.look(), CommandRequest(id="f", kind="feature", subject=wanted))
    live_session.session_log.do(live_session.fay, FeatureExample(), subject=ask.subject)
    assert examples.examples_view(live_session.look()).examples[wanted].featured
    sent = view.model_dump_json() + record.record_view(live_session.look()).model_dump_json()
    assert "Alabama" not in sent
    assert '"AL' not in sent


def test_an_example_that_was_taken_back_is_gone_and_cannot_be_featured(live_session: LiveSession) -> None:
    offer(live_session.store, live_session.content, live_session.people[0], "One catalog", "named")
    known = examples.examples_view(live_session.look()).order[0]
    offer(live_session.store, live_session.content, live_session.people[0], "One catalog", "private")
    assert examples.examples_view(live_session.look()).order == []
    with pytest.raises(examples.GoneExampleError):
        examples.find_key(live_session.look(), CommandRequest(id="f", kind="feature", subject=known))


def test_a_post_shows_its_state_and_a_name_only_where_it_was_signed(live_session: LiveSession) -> None:
    plain = live_session.session_log.do(live_session.people[0], WritePost(text="First."), subject="framing")
    signed = live_session.session_log.do(
        live_session.people[2], WritePost(text="Second.", signed=True), subject="framing"
    )
    live_session.session_log.do(live_session.people[2], React(reaction="helpful"), subject=plain.id)
    live_session.session_log.do(live_session.fay, Moderate(hidden=True), subject=signed.id)
    view = boards.boards_view(live_session.look())
    first, second = view.posts[plain.id], view.posts[signed.id]
    assert (first.state, first.who, first.reactions) == ("Alabama", "", {"helpful": 1})
    assert (second.who, second.hidden) == ("Kim Alaska", True)


def test_words_to_everybody_and_the_parking_lot(live_session: LiveSession) -> None:
    event = live_session.session_log.do(live_session.fay, Broadcast(text="Five more minutes."))
    live_session.session_log.do(live_session.people[0], Park(text="Course codes?"))
    view = announcements.announcements_view(live_session.look())
    assert (view.message and view.message.text, view.earlier) == ("Five more minutes.", [])
    assert [(one.text, one.who, one.done) for one in view.parked] == [("Course codes?", "Alabama", False)]
    live_session.session_log.do(live_session.fay, Undo(), subject=event.id)
    assert announcements.announcements_view(live_session.look()).message is None


def test_the_record_says_what_was_done_by_whom_newest_first_undone_or_not(live_session: LiveSession) -> None:
    begun = live_session.session_log.do(live_session.fay, BeginSegment(), subject="framing")
    live_session.session_log.do(live_session.fay, ShowPicture(), subject="areas")
    live_session.session_log.do(live_session.fay, Undo(), subject=begun.id)
    lines = record.record_view(live_session.look()).done
    assert [(line.what.partition(":")[0], line.who, line.undone) for line in lines] == [
        ("Showed participants where states stand", "Fay Sample", ""),
        ("Began “Why Clusters, and why across systems”", "Fay Sample", "undone"),
    ]
    assert dt.datetime.fromisoformat(lines[0].at).tzinfo
