"""What a facilitator says and presses in each step of a session: ``facilitation.yaml``, for run sheets and slides."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, NonNegativeInt, PositiveInt, model_validator

from cluster_kit.content.budget import ExerciseTime, time_exercise
from cluster_kit.content.documents import LocatedMapping
from cluster_kit.content.errors import Problem
from cluster_kit.content.findings import Findings
from cluster_kit.content.folders import Folders
from cluster_kit.content.hosting import cue_verb
from cluster_kit.content.models import (
    Content,
    ContentModel,
    Exercise,
    Instrument,
    Item,
    Place,
    SchemaVersion,
    Segment,
    SegmentKind,
    Session,
    Slug,
    Text,
    When,
)
from cluster_kit.content.pack_reader import Reader, load_files
from cluster_kit.content.parts import Located
from cluster_kit.content.templates import fill_template, find_template_problem
from cluster_kit.content.times import meeting_span
from cluster_kit.content.validation_errors import did_you_mean

FACILITATION_FILE = "facilitation.yaml"
BUFFER = "Buffer"
IF_HEARD = "If your platform can broadcast your voice"
LONGEST_PREPARED = 500
CUE_FIELDS = ("minutes", "talk_minutes", "write_minutes")
_CUES = ("say", "press", "listen_for", "cut", "ask")
_LEFT = re.compile(r"(One|Two|Three) minutes? left\b")
_LEFT_MINUTES = {"One": 1, "Two": 2, "Three": 3}
_BUTTON = re.compile(r'"(Begin|Next):\s*([^"]*?)[.,]?"')


class PreparedMessage(ContentModel):
    """A message that the console offers ``minute`` minutes after the step's start, to everyone or to the facilitators.

    ``to`` is ``all`` or ``facilitators``. It is removed from the pages when the step's exercise is over. With
    ``write``, the talk is over, and the team begins to write.
    """

    minute: NonNegativeInt
    text: Annotated[Text, Field(max_length=LONGEST_PREPARED)]
    to: Literal["all", "facilitators"] = "all"
    write: bool = False


class FacilitationStep(ContentModel):
    """A step of a session: an ``exercise``, or the facilitator's own part of a ``segment`` with a title and minutes.

    ``place`` is where an own step brings people; without it, they stay where they were.
    ``has_example``: a state shares an example in this step, and the segment's slide has the questions. ``read_item`` is
    a statement of the instrument that the facilitator reads aloud.
    """

    exercise: Slug | None = None
    segment: SegmentKind | None = None
    title: str = ""
    minutes: NonNegativeInt = 0
    place: Place | None = None
    say: str = ""
    press: str = ""
    listen_for: str = ""
    cut: str = ""
    ask: str = ""
    has_example: bool = False
    read_item: Slug | None = None
    messages: tuple[PreparedMessage, ...] = ()

    @model_validator(mode="after")
    def _is_one_of_both(self) -> FacilitationStep:
        own = self.segment is not None and self.title and self.minutes
        if bool(self.exercise) == bool(self.segment):
            raise ValueError("a step needs an exercise, or a segment with a title and minutes, and not both")
        if self.segment and not own:
            raise ValueError("a step of your own needs a title and minutes")
        if self.exercise and (self.title or self.minutes or self.place):
            raise ValueError("an exercise has its title, minutes, and place from the session's file: remove them here")
        if self.exercise and self.listen_for:
            raise ValueError("what to listen for in an exercise is in hosting.yaml: write it there, and remove it here")
        return self


class SessionFacilitation(ContentModel):
    """The steps of a session in order, and the questions to a state that shares an example."""

    session: PositiveInt
    example_questions: tuple[Text, ...] = ()
    steps: tuple[FacilitationStep, ...]


class Facilitation(ContentModel):
    """The file: how to take part, for a slide, and each session's steps."""

    schema_version: SchemaVersion
    taking_part: tuple[Text, ...] = Field(min_length=1)
    sessions: tuple[SessionFacilitation, ...] = ()

    def get_session_steps(self, number: int) -> SessionFacilitation:
        """The session's steps; without steps if the file has none for it."""
        return next(
            (entry for entry in self.sessions if entry.session == number),
            SessionFacilitation(session=number, steps=()),
        )


@dataclass(frozen=True)
class ShowLine:
    """A line of a session's run: when it starts, its minutes, its segment, and the cues, with their fields filled in.

    ``exercise`` is None for the facilitator's own parts and for buffers. ``in_rooms``: when the line begins, people
    are in breakout rooms, and hear no one in the main room. ``button`` is the label of the console's button that begins
    the line: its exercise, or its segment if the line is the first one. Others have none.
    """

    start: dt.datetime
    minutes: int
    segment: Segment
    title: str
    exercise: Exercise | None
    cues: FacilitationStep
    button: str = ""
    in_rooms: bool = False

    @property
    def say(self) -> str:
        """What to say, with a label if people are in rooms, where only a broadcast can be heard."""
        return f"{IF_HEARD}: {self.cues.say}" if self.in_rooms and self.cues.say else self.cues.say

    @property
    def press(self) -> str:
        """What to press, beginning with the button that begins the line."""
        if not self.button or re.search(rf'"{re.escape(self.button)}[.,]?"', self.cues.press):
            return self.cues.press
        return f"{ask_to_press(self.button)} {self.cues.press}".rstrip()


def ask_to_press(button: str) -> str:
    """The sentence that asks to press a button: ``Press "End session."``."""
    return f'Press "{button}"' if button.endswith(("?", "!")) else f'Press "{button}."'


def find_items_to_read(content: Content, facilitation: Facilitation, number: int) -> list[Item]:
    """The statements that the facilitator reads aloud in a session, if the instrument has them."""
    asked = [step.read_item for step in facilitation.get_session_steps(number).steps if step.read_item]
    found = (content.instrument.find_item(item) for item in asked)
    return [item for item in found if item]


def load_facilitation(content: Content, overlay: Path | None = None) -> Facilitation:
    """The facilitation file of a series. Raises ``ContentError`` with its problems, or if it is missing."""
    return load_files(overlay, lambda reader: read_facilitation(reader, content.series.id, content.sessions))


def find_facilitation(content: Content, overlay: Path | None) -> Facilitation | None:
    """The same, or None if the series has no such file."""
    if Folders.over_shipped(overlay).find(facilitation_file(content.series.id)) is None:
        return None
    return load_facilitation(content, overlay)


def facilitation_file(series: str) -> str:
    """The path within a pack."""
    return f"series/{series}/{FACILITATION_FILE}"


def read_facilitation(reader: Reader, series: str, sessions: tuple[Session, ...]) -> Facilitation | None:
    """The file, checked against the sessions; None, with problems added to the reader, if it is invalid."""
    by_number = {session.number: session for session in sessions}
    path = facilitation_file(series)
    return reader.checked(path, Facilitation, lambda located, found: _check(located, by_number, found))


def find_facilitation_notices(
    reader: Reader, series: str, sessions: tuple[Session, ...], instrument: Instrument | None
) -> list[Problem]:
    """Example questions that are on no slide, misquoted buttons, and messages at a minute that does not fit."""
    path = facilitation_file(series)
    located = reader.model(path, Facilitation) if reader.folders.find(path) else None
    if located is None:
        return []
    found, by_number = Findings(), {session.number: session for session in sessions if session.segments}
    for i, entry in enumerate(located.model.sessions):
        if entry.example_questions and not any(step.has_example for step in entry.steps):
            sentence = "no slide has these questions: add has_example: true to the step in which a state speaks"
            found.add(located.data, ("sessions", i, "example_questions"), sentence)
        for j, step in enumerate(entry.steps):
            if step.read_item and instrument and not instrument.find_item(step.read_item):
                hint = did_you_mean(step.read_item, [item.id for item in instrument.items])
                sentence = f"the instrument has no item {step.read_item!r}{hint}"
                found.add(located.data, ("sessions", i, "steps", j, "read_item"), sentence)
            if entry.session in by_number:
                for sentence in _misquoted(by_number[entry.session], step.press):
                    found.add(located.data, ("sessions", i, "steps", j, "press"), sentence)
                exercise = by_number[entry.session].find_exercise(step.exercise) if step.exercise else None
                for k, sentence in _mistimed(step, time_exercise(exercise, instrument)) if exercise else ():
                    found.add(located.data, ("sessions", i, "steps", j, "messages", k, "minute"), sentence)
    return found.problems


def _mistimed(step: FacilitationStep, time: ExerciseTime) -> Iterator[tuple[int, str]]:
    """A sentence for each message, by its place, whose minute the time of the step's exercise contradicts.

    People find the exercise, read it, and talk before they write. In peer rooms, the messages are what they read.
    """
    minutes, at_peers = time.exercise.minutes, time.exercise.place is Place.PEERS
    talked = math.ceil(round(time.find + time.talk + (0 if at_peers else time.read), 1))
    arrived = round(time.find)
    for place, message in enumerate(step.messages):
        left = _LEFT.search(message.text)
        if left and minutes - message.minute != _LEFT_MINUTES[left[1]]:
            yield place, f"at minute {message.minute} of {minutes}, {minutes - message.minute} are left"
        if message.write and message.minute < talked:
            yield place, f"people have found, read, and discussed the exercise at minute {talked}: send it then"
        if message.write and minutes - message.minute < time.write:
            yield place, f"answering takes about {time.write:.1f} minutes: send it earlier, or give more minutes"
        if at_peers and place and message.minute < arrived:
            yield place, f"people who have just met need until minute {arrived} to say who they are: send it then"


def _misquoted(session: Session, press: str) -> Iterator[str]:
    """A sentence for each button to begin a part that ``press`` quotes in other words than the console has."""
    first = session.segments[0].title
    titles = {one.title for one in session.segments} | {one.title for one in session.exercises}
    for label, quoted in _BUTTON.findall(press):
        title = " ".join(quoted.split())
        if label == "Begin" and title != first:
            yield f'the button that begins the session says "Begin: {first}"'
        elif label == "Next" and title not in titles:
            yield f'no segment or exercise of the session has the title in "Next: {title}"'


def plan_show(content: Content, facilitation: Facilitation | None, number: int) -> list[ShowLine]:
    """Every line of the session in order, with clock times in the series' zone.

    Exercises of the session without a step follow the other steps of their segment, as do all of them without a
    ``facilitation`` file. Minutes that no line takes are a
    buffer at the end of the segment.
    """
    session = content.get_session(number)
    steps = facilitation.get_session_steps(number).steps if facilitation else ()
    clock, _ = meeting_span(content, number)
    lines: list[ShowLine] = []
    place = Place.MAIN
    for segment in session.segments:
        left = segment.minutes
        for step, exercise in _steps_of(session, segment, steps):
            title, minutes = (exercise.title, exercise.minutes) if exercise else (step.title, step.minutes)
            cues = _with_cues(content, number, _filled(step, exercise))
            is_first = not lines or lines[-1].segment is not segment
            button = _button(segment.title if is_first else title, is_begin=not lines) if is_first or exercise else ""
            here = exercise.place if exercise else place
            place = step.place or here
            lines.append(ShowLine(clock, minutes, segment, title, exercise, cues, button, here is not Place.MAIN))
            clock += dt.timedelta(minutes=minutes)
            left -= minutes
        if left > 0:
            cues = FacilitationStep(segment=segment.kind, title=BUFFER, minutes=left)
            lines.append(ShowLine(clock, left, segment, BUFFER, None, cues, in_rooms=place is not Place.MAIN))
            clock += dt.timedelta(minutes=left)
    return lines


def _button(title: str, *, is_begin: bool) -> str:
    """The label of the button in the console, as ``run_of_show.js`` writes it."""
    return f"{'Begin' if is_begin else 'Next'}: {title}"


def in_the_room(session: Session, segment: Segment) -> list[Exercise]:
    """The exercises of a segment that are done during the session, in order."""
    return [e for e in session.exercises if e.segment is segment.kind and e.when is When.SESSION]


def _steps_of(
    session: Session, segment: Segment, steps: tuple[FacilitationStep, ...]
) -> Iterator[tuple[FacilitationStep, Exercise | None]]:
    """The segment's steps in order, then its exercises without a step, with their first instruction."""
    waiting = {exercise.id: exercise for exercise in in_the_room(session, segment)}
    for step in steps:
        exercise = waiting.pop(step.exercise, None) if step.exercise else None
        if exercise or step.segment is segment.kind:
            yield step, exercise
    for exercise in waiting.values():
        say = exercise.steps[0] if exercise.steps else exercise.intent
        yield FacilitationStep(exercise=exercise.id, say=say.replace("{", "{{").replace("}", "}}")), exercise


def _filled(step: FacilitationStep, exercise: Exercise | None) -> FacilitationStep:
    minutes, talk = (exercise.minutes, exercise.talk_minutes) if exercise else (step.minutes, 0)
    values = {"minutes": minutes, "talk_minutes": talk, "write_minutes": minutes - talk}
    filled = {cue: fill_template(getattr(step, cue), lambda name: str(values[name])) for cue in _CUES}
    messages = tuple(
        message.model_copy(update={"text": fill_template(message.text, lambda name: str(values[name]))})
        for message in step.messages
    )
    return step.model_copy(update={**filled, "messages": messages})


def _with_cues(content: Content, session: int, step: FacilitationStep) -> FacilitationStep:
    """The step with the first of its exercise's cues for hosts as what to listen for."""
    cues = content.find_cues(session, step.exercise) if step.exercise else None
    if cues is None or not cues.listen:
        return step
    first = cues.listen[0]
    return step.model_copy(update={"listen_for": f"{first.signal} {cue_verb(first.ask)}: {first.ask}"})


def _check(located: Located[Facilitation], sessions: dict[int, Session], found: Findings) -> None:
    data, entries = located.data, located.model.sessions
    found.unique(data, ((("sessions", i), str(one.session)) for i, one in enumerate(entries)), "session")
    for i, entry in enumerate(entries):
        session = sessions.get(entry.session)
        if session is None:
            found.add(data, ("sessions", i, "session"), f"the series has no session {entry.session}")
            continue
        path = ("sessions", i, "steps")
        _check_steps(session, entry, data, path, found)
        for segment in session.segments:
            own = sum(step.minutes for step in entry.steps if step.segment is segment.kind)
            leaves = segment.minutes - sum(exercise.minutes for exercise in in_the_room(session, segment))
            if own > leaves:
                sentence = (
                    f"your own steps in {segment.kind.value} take {own} minutes, and its exercises leave {leaves}"
                )
                found.add(data, path, sentence)


def _check_steps(
    session: Session, entry: SessionFacilitation, data: LocatedMapping, path: tuple[str | int, ...], found: Findings
) -> None:
    exercises = [step.exercise for step in entry.steps if step.exercise]
    known = [exercise.id for exercise in session.exercises]
    for i, step in enumerate(entry.steps):
        if step.exercise and step.exercise not in known:
            hint = did_you_mean(step.exercise, known)
            found.add(data, (*path, i, "exercise"), f"the session has no exercise {step.exercise!r}{hint}")
        if step.exercise and exercises.count(step.exercise) > 1:
            found.add(data, (*path, i, "exercise"), f"{step.exercise!r} is in two steps: keep one")
        for cue in _CUES:
            if problem := find_template_problem(getattr(step, cue), CUE_FIELDS):
                found.add(data, (*path, i, cue), problem)
        exercise = session.find_exercise(step.exercise) if step.exercise else None
        _check_messages(step, exercise.minutes if exercise else step.minutes, data, (*path, i, "messages"), found)


def _check_messages(
    step: FacilitationStep, minutes: int, data: LocatedMapping, path: tuple[str | int, ...], found: Findings
) -> None:
    """Messages are in the order of their minutes, within the step, with known fields."""
    before = 0
    for i, message in enumerate(step.messages):
        if message.minute >= max(minutes, 1):
            sentence = f"minute {message.minute} is not within the step, which takes {minutes}: count from its start"
            found.add(data, (*path, i, "minute"), sentence)
        if message.minute < before:
            found.add(data, (*path, i, "minute"), "put the messages of a step in the order of their minutes")
        if problem := find_template_problem(message.text, CUE_FIELDS):
            found.add(data, (*path, i, "text"), problem)
        before = message.minute
