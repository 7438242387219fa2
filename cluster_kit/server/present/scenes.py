"""What the shared screen shows, from what participants' pages receive, the content, and the clock.

Nothing here reads answers, people, or the event log. What participants see arrives in ``ParticipantViews``, which holds
the models of ``stream.event_models``. In addition, the screen has the scene, the words that facilitators approved, the
status of questions, and the number of people who are here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from cluster_kit.content.models import Exercise, Session
from cluster_kit.insights.board_words import count_words
from cluster_kit.insights.result_slides import ResultSlide
from cluster_kit.insights.room_questions import is_question, rank_questions
from cluster_kit.server.present.exercise_text import WHERE, find_question, shorten_steps
from cluster_kit.server.present.screen_models import (
    ScreenEvent,
    ScreenExample,
    ScreenExercise,
    ScreenPart,
    ScreenPoll,
    ScreenPresence,
    ScreenQuestion,
    ScreenRooms,
    ScreenSlide,
    ScreenSlidePart,
    ScreenWord,
)
from cluster_kit.server.stream.event_models import ExampleView, PostView, SessionStatusView
from cluster_kit.sessions import RunOfShow
from cluster_kit.sessions.facilitation import segment_title
from cluster_kit.sessions.polls import PICTURE
from cluster_kit.sessions.scenes import ChosenScene, ExerciseSlot, QuestionStatus, Scene, find_slot

NO_ONE = ScreenPresence(people=0, states=0)
FACILITATORS_POST = "Facilitator"  # the state of their posts; ``stream.event_views`` gives it


@dataclass(frozen=True)
class ParticipantViews:
    """What participants' pages receive: the room, visible posts, featured examples, released charts, and rooms."""

    room: SessionStatusView
    posts: tuple[PostView, ...] = ()
    examples: tuple[ExampleView, ...] = ()
    slides: tuple[ResultSlide, ...] = ()
    rooms: tuple[ScreenRooms, ...] = ()


@dataclass(frozen=True)
class ScreenState:
    """What only the shared screen has: the scene, the plan, approved words, settled questions, and who is here.

    ``chosen`` is None until a facilitator chooses a scene; ``suggested`` is the scene of the current moment.
    ``words`` are the approved ones, by segment; ``answered`` says how many people answered the poll.
    """

    show: RunOfShow
    slots: tuple[ExerciseSlot, ...]
    suggested: Scene
    chosen: ChosenScene | None = None
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)
    statuses: Mapping[str, QuestionStatus] = field(default_factory=dict)
    here: ScreenPresence = NO_ONE
    answered: str = ""
    starts_at: dt.datetime | None = None


def build_screen(session: Session, views: ParticipantViews, screen: ScreenState, now: dt.datetime) -> ScreenEvent:
    """Everything that the screen shows at ``now``."""
    chosen = screen.chosen
    is_following = chosen is None or chosen.scene is Scene.FOLLOW
    room = views.room
    board = find_board(screen.words, room.segment.kind if room.segment else "")
    return ScreenEvent(
        type="screen",
        now=now.isoformat(),
        speed=room.speed,
        scene=screen.suggested if chosen is None or is_following else chosen.scene,
        is_following=is_following,
        item="" if chosen is None or is_following else chosen.item,
        page=0 if chosen is None or is_following else chosen.page,
        starts_at=screen.starts_at.isoformat() if screen.starts_at else None,
        began=room.began,
        ended=room.ended,
        segment_ends_at=room.segment.ends_at if room.segment else None,
        segment=room.segment.title if room.segment else "",
        here=screen.here,
        parts=_parts(screen, room),
        exercises=_exercises(session, screen, room, now),
        rooms=list(views.rooms),
        message=room.message.text if room.message else None,
        examples=[
            ScreenExample(state=one.state, title=one.title, area=one.area, facts=one.facts) for one in views.examples
        ],
        slides=[_slide(slide) for slide in views.slides if not slide.reason],
        board=segment_title(session, board) if board else "",
        words=_words(views, screen.words.get(board, frozenset()), board),
        questions=_questions(views, screen.statuses),
        poll=_poll(views, screen.answered),
    )


def _parts(screen: ScreenState, room: SessionStatusView) -> list[ScreenPart]:
    """The segments. Before the session, times count from its scheduled start, later from the current segment's end."""
    starts_at = screen.starts_at if room.began is None else None
    found = []
    for part in screen.show.parts:
        begins, ends = starts_at, None
        if part.state == "now" and room.segment and room.segment.ends_at:
            ends = dt.datetime.fromisoformat(room.segment.ends_at)
            begins = ends - part.planned / room.speed
        elif begins:
            ends = begins + part.planned / room.speed
        starts_at = ends
        found.append(
            ScreenPart(
                title=part.title,
                minutes=part.minutes,
                state=part.state,
                starts_at=begins.isoformat() if begins else None,
                ends_at=ends.isoformat() if ends else None,
            )
        )
    return found


def _exercises(
    session: Session, screen: ScreenState, room: SessionStatusView, now: dt.datetime
) -> list[ScreenExercise]:
    """The current exercise, and one that a facilitator chose."""
    slot = find_slot(screen.slots, now) if room.ended is None else None
    current = slot.exercise if slot else None
    wanted = session.find_exercise(screen.chosen.item) if screen.chosen and screen.chosen.item else None
    exercises = [one for one in (current, wanted if wanted is not current else None) if one]
    return [_exercise(one, screen, is_now=one is current) for one in exercises]


def _exercise(exercise: Exercise, screen: ScreenState, *, is_now: bool) -> ScreenExercise:
    slot = next((slot for slot in screen.slots if slot.exercise is exercise), None)
    return ScreenExercise(
        id=exercise.id,
        title=exercise.title,
        question=find_question(exercise),
        lines=shorten_steps(exercise),
        minutes=exercise.minutes,
        where=WHERE[exercise.place],
        is_now=is_now,
        ends_at=slot.ends_at.isoformat() if slot else None,
    )


def _slide(slide: ResultSlide) -> ScreenSlide:
    return ScreenSlide(
        id=slide.id,
        title=slide.title,
        unit=slide.unit,
        parts=[ScreenSlidePart(label=part.label, count=part.count, percent=part.percent) for part in slide.parts],
        total=slide.total,
        basis=slide.basis,
        notes=list(slide.notes),
        alt=slide.alt,
    )


def _poll(views: ParticipantViews, answered: str) -> ScreenPoll | None:
    """The poll as participants see it. Its results are a chart that they see, if facilitators show it."""
    poll = views.room.poll
    if poll is None:
        return None
    result = next((slide.id for slide in views.slides if slide.id == f"{PICTURE}{poll.id}" and not slide.reason), "")
    return ScreenPoll(
        text=poll.text,
        options=poll.options,
        is_rating=poll.is_rating,
        is_open=poll.is_open,
        answered=answered,
        result=result,
    )


def find_board(words: Mapping[str, frozenset[str]], segment: str) -> str:
    """The board whose words are shown: the current segment's; without approved words there, the latest with some."""
    return segment if words.get(segment) else next((one for one in reversed([*words]) if words[one]), segment)


def _words(views: ParticipantViews, approved: frozenset[str], segment: str) -> list[ScreenWord]:
    """The approved words that five or more states have used on the board now."""
    posted = [
        (post.state, post.text) for post in views.posts if post.segment == segment and post.state != FACILITATORS_POST
    ]
    return [ScreenWord(word=one.word, states=one.states) for one in count_words(posted) if one.word in approved]


def _questions(views: ParticipantViews, statuses: Mapping[str, QuestionStatus]) -> list[ScreenQuestion]:
    asked = [
        post
        for post in views.posts
        if post.state != FACILITATORS_POST and is_question(post.segment, post.text, post.parent)
    ]
    ranked = rank_questions(asked, statuses, lambda post: (post.id, post.reactions["same_here"].count))
    return [
        ScreenQuestion(text=post.text, state=post.state, support=post.reactions["same_here"].count, status=status)
        for post, status in ranked
    ]
