"""A session with something public in each scene of the shared screen, and marked secrets in everything private."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from cluster_kit.console.polls import put_poll_picture
from cluster_kit.console.results import put_picture
from cluster_kit.console.snapshot import SnapshotReader
from cluster_kit.content.models import Content
from cluster_kit.insights.national import survey_states
from cluster_kit.insights.suppression import publish_areas
from cluster_kit.sessions import SessionLog
from cluster_kit.sessions.board import QUESTIONS, HoldQuestions, Moderate, React, WritePost
from cluster_kit.sessions.facilitation import (
    BeginSegment,
    Broadcast,
    FeatureExample,
    FormGroups,
    GroupOf,
    Park,
    Reveal,
    SeatedRoom,
    SeatPeople,
    ShowPicture,
    Undo,
)
from cluster_kit.sessions.polls import PICTURE, ClosePoll, StartPoll, VoteInPoll
from cluster_kit.sessions.requests import CommandRequest
from cluster_kit.sessions.seating import RoomUse
from cluster_kit.sessions.shared_screen import ApproveWords
from cluster_kit.store import NewResponse, Person, SessionEvaluation, Store, TeamCode
from tests.console.seeding import come, offer, rate

MARK = "SECRET"
SESSION = 1
BOARD = "peer_discussion"
TEAMS = 24


def make_people(content: Content, mark: str = "") -> list[Person]:
    """A facilitator, then two people for each of ``TEAMS`` states. With a mark, names and addresses contain it."""
    series, codes = content.series.id, [state.code for state in content.jurisdictions][:TEAMS]
    people = [Person(id="driver", series=series, jurisdiction="", name=f"Fay {mark}", email=f"fay{mark}@example.org")]
    for code in codes:
        for place in range(2):
            id_ = f"{code.lower()}-{place}"
            name, email = f"Kim {code} {place} {mark}", f"{id_}{mark}@example.org"
            people.append(Person(id=id_, series=series, jurisdiction=code, name=name, email=email, depth="essential"))
    return people


def add_public(store: Store, content: Content, people: list[Person]) -> SessionLog:
    """Show participants something in each scene. Returns the session's log."""
    for person in people:
        store.add_person(person)
    fay, team = people[0], people[1:]
    log = SessionLog(store, content.series.id, content.get_session(SESSION))
    rate(store, content, SESSION, team)
    come(store, content.series.id, SESSION, team)
    log.do(fay, BeginSegment(), subject=BOARD)
    offer(store, content, team[0], "A joint form", "named")
    log.do(fay, FeatureExample(), subject=f"{team[0].jurisdiction}/examples/r1")
    log.do(fay, Broadcast(text="Two minutes left."))
    snapshot = SnapshotReader(content, content.get_session(SESSION), store).read()
    area = next(area for area in content.instrument.areas if area.id == "systems_alignment")
    # By area, too few statements count to be offered. It was shown before, and the screen still leaves nothing private.
    by_area = publish_areas(content, survey_states(content, snapshot.views), content.instrument.areas)
    log.do(fay, ShowPicture(picture=by_area.model_dump(mode="json")), subject="areas")
    for subject in (area.items[0].id, area.items[1].id):
        request = put_picture(snapshot, CommandRequest(id="p", kind="show", subject=subject, value={"shown": True}))
        log.do(fay, ShowPicture.model_validate(request.value), subject=subject)
    codes = sorted({person.jurisdiction for person in team})
    groups = tuple(GroupOf(number=place + 1, states=tuple(codes[4 * place : 4 * place + 4])) for place in range(6))
    rooms = (SeatedRoom(number=1, name="Table 1", people=tuple(person.id for person in team[:4])),)
    log.do(fay, SeatPeople(use=RoomUse.HOME, rooms=rooms))
    log.do(fay, FormGroups(title="Pairs", groups=groups))
    for person in team[:12]:
        log.do(person, WritePost(text="Credit transfer takes years"), subject=BOARD)
    asked = log.do(team[0], WritePost(text="Who pays for the data match?", signed=True), subject=BOARD)
    for person in team[1:8]:
        log.do(person, React(reaction="same_here"), subject=asked.id)
    posted = log.do(team[9], WritePost(text="A question without a mark"), subject=QUESTIONS)
    log.do(team[10], React(reaction="same_here"), subject=posted.id)
    poll = log.do(fay, StartPoll(text="Which comes first?", options=("Data", "Advising", "Neither")), event_id="poll-1")
    for place, person in enumerate(team):
        log.do(person, VoteInPoll(choice=2 if place == 0 else place % 2), subject=poll.id)
    log.do(fay, ClosePoll(), subject=poll.id)
    subject = f"{PICTURE}{poll.id}"
    ask = CommandRequest(id="q", kind="show", subject=subject, value={"shown": True})
    request = put_poll_picture(SnapshotReader(content, content.get_session(SESSION), store).read(), ask)
    log.do(fay, ShowPicture.model_validate(request.value), subject=subject)
    log.do(fay, ApproveWords(words=("credit", "transfer", "unheard")), subject=BOARD)
    return log


def add_secrets(store: Store, content: Content, people: list[Person], log: SessionLog) -> int:
    """Put a marked text into everything private. Returns the number of marks."""
    fay, team = people[0], people[1:]
    numbers = count()

    def secret() -> str:
        return f"{MARK}{next(numbers)}"

    _add_answers(store, content, team[:6], secret)
    for rung in ("team", "private"):
        offer(store, content, team[2], secret(), rung)
    hidden = log.do(team[3], WritePost(text=f"{secret()}?"), subject=BOARD)
    log.do(team[4], WritePost(text=secret(), parent=hidden.id), subject=BOARD)
    log.do(fay, Moderate(hidden=True), subject=hidden.id)
    gone = log.do(team[5], WritePost(text=f"{secret()}?"), subject=BOARD)
    log.do(team[5], Undo(), subject=gone.id)
    log.do(team[6], Park(text=secret()))
    log.do(fay, HoldQuestions(held=True))
    waiting = log.do(team[7], WritePost(text=f"{secret()}?"), subject=QUESTIONS)
    removed = log.do(team[8], WritePost(text=secret(), signed=True), subject=QUESTIONS)
    log.do(fay, Moderate(hidden=True), subject=removed.id)
    log.do(fay, Moderate(featured=True), subject=waiting.id)
    taken_down = log.do(fay, Broadcast(text=secret()))
    log.do(fay, Undo(), subject=taken_down.id)
    log.do(fay, Reveal(), subject="rate_systems", jurisdiction=team[0].jurisdiction)
    store.add_team_code(TeamCode(code=secret(), series=content.series.id, jurisdiction=team[0].jurisdiction))
    answers = {"useful": {"chosen": [], "comment": secret()}}
    store.add_evaluation(SessionEvaluation(id="ballot", series=content.series.id, session=SESSION, answers=answers))
    return next(numbers)


def _add_answers(store: Store, content: Content, people: list[Person], secret: Callable[[], str]) -> None:
    """A marked answer to each prompt of each exercise, of teams and of individuals."""
    store.append(
        [
            NewResponse(
                id=f"secret-{person.id}-{session.number}-{exercise.id}-{prompt.id}-{part}",
                series=content.series.id,
                session=session.number,
                exercise=exercise.id,
                prompt=f"{prompt.id}{part}",
                row="r9" if part else "",
                jurisdiction=person.jurisdiction,
                scope="person" if part == ".note" else "team",
                author=person.id,
                value=secret(),
            )
            for person in people
            for session in content.sessions
            for exercise in session.exercises
            for prompt in exercise.prompts
            for part in ("", ".note", ".answer", ".statement")
        ]
    )
