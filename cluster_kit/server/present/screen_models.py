"""What the shared screen shows, as frozen models. Times are ISO 8601 with their zone."""

from __future__ import annotations

from typing import Literal

from cluster_kit.models import Outgoing
from cluster_kit.sessions.scenes import QuestionStatus, Scene


class ScreenPart(Outgoing):
    """A segment of the agenda, and when it starts and ends by the clock; None without a time to count from."""

    title: str
    minutes: int
    state: Literal["over", "now", "ahead"]
    starts_at: str | None
    ends_at: str | None


class ScreenExercise(Outgoing):
    """An exercise: its question, what to do in at most three lines, and its share of the segment's time.

    ``is_now``: it is the one of the current moment.
    """

    id: str
    title: str
    question: str
    lines: list[str]
    minutes: int
    where: str
    is_now: bool
    ends_at: str | None


class ScreenRoom(Outgoing):
    """A breakout group, without a name, or a room of people: its number, its name, and the states in it."""

    number: int
    name: str
    states: list[str]


class ScreenRooms(Outgoing):
    """Rooms that participants see: breakout groups, home rooms, or trios."""

    use: Literal["groups", "home", "trios"]
    title: str
    rooms: list[ScreenRoom]


class ScreenExample(Outgoing):
    """A featured example; ``state`` is None if it is anonymous. ``facts`` are pairs of label and text."""

    state: str | None
    title: str
    area: str
    facts: list[tuple[str, str]]


class ScreenSlidePart(Outgoing):
    """A row of a chart: its label, its count, and its share in percent."""

    label: str
    count: int
    percent: int


class ScreenSlide(Outgoing):
    """A chart that participants see, with its description in ``alt``. ``id`` is what a command names."""

    id: str
    title: str
    unit: Literal["states", "ratings", "people"]
    parts: list[ScreenSlidePart]
    total: int
    basis: str
    notes: list[str]
    alt: str


class ScreenWord(Outgoing):
    """A word of the board that facilitators approved, and the number of states that used it."""

    word: str
    states: int


class ScreenQuestion(Outgoing):
    """A question from the room, and the number of people with the same question."""

    text: str
    state: str
    support: int
    status: QuestionStatus


class ScreenPoll(Outgoing):
    """The poll that was asked last, and in words how many people have answered. Results are slides (``result``)."""

    text: str
    options: list[str]
    is_rating: bool
    is_open: bool
    answered: str
    result: str


class ScreenPresence(Outgoing):
    """How many people and states are here now."""

    people: int
    states: int


class ScreenEvent(Outgoing):
    """Everything that the shared screen shows, with the server's time in ``now``.

    ``scene`` is the scene to show, ``is_following`` whether the run of show chose it. ``item`` is the exercise or slide
    to show, or empty. ``page`` counts from 0; a screen starts over after its last page. ``starts_at`` is when the
    session is scheduled to begin. ``board`` is the title of the segment whose words are shown. ``speed``:
    session minutes per minute; ends are moments of the real time.
    """

    type: Literal["screen"]
    now: str
    speed: float
    scene: Scene
    is_following: bool
    item: str
    page: int
    starts_at: str | None
    began: str | None
    ended: str | None
    segment_ends_at: str | None
    segment: str
    here: ScreenPresence
    parts: list[ScreenPart]
    exercises: list[ScreenExercise]
    rooms: list[ScreenRooms]
    message: str | None
    examples: list[ScreenExample]
    slides: list[ScreenSlide]
    board: str
    words: list[ScreenWord]
    questions: list[ScreenQuestion]
    poll: ScreenPoll | None
