"""Estimate the time that exercises and segments take, for a session's time budget. ``rates`` has the rates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from cluster_kit.content import models as m
from cluster_kit.content import rates
from cluster_kit.content.prompts import ANSWER_WORDS


@dataclass(frozen=True)
class ExerciseTime:
    """The minutes of one exercise in the room, by activity."""

    exercise: m.Exercise
    find: float
    read: float
    talk: float
    write: float

    @property
    def needed(self) -> float:
        """The minutes that the exercise needs."""
        return self.find + self.read + self.talk + self.write


@dataclass(frozen=True)
class SegmentTime:
    """The minutes of one segment: the facilitator, moves between rooms, the exercises' minutes, and the buffer."""

    segment: m.Segment
    exercises: tuple[ExerciseTime, ...]
    moves: int
    buffer: float = field(default=rates.BUFFER_MINUTES)

    @property
    def moving(self) -> float:
        """The minutes for moving between rooms."""
        return self.moves * rates.MOVE_MINUTES

    @property
    def given(self) -> int:
        """The minutes that the content gives the exercises."""
        return sum(time.exercise.minutes for time in self.exercises)

    @property
    def needed(self) -> float:
        """The minutes that the segment needs, with its buffer."""
        return self.segment.host_minutes + self.moving + self.given + self.buffer


def time_session(
    segments: tuple[m.Segment, ...], exercises: tuple[m.Exercise, ...], instrument: m.Instrument | None
) -> list[SegmentTime]:
    """The time of each segment, in order. A session begins in the main room, where the facilitator speaks."""
    place, times = m.Place.MAIN, []
    for segment in segments:
        here = [e for e in exercises if e.segment is segment.kind and e.when is m.When.SESSION]
        stops = [*([m.Place.MAIN] if segment.host_minutes else []), *(exercise.place for exercise in here)]
        moves = sum(a is not b for a, b in zip([place, *stops], stops, strict=False))
        place = stops[-1] if stops else place
        times.append(SegmentTime(segment, tuple(time_exercise(one, instrument) for one in here), moves))
    return times


def time_exercise(exercise: m.Exercise, instrument: m.Instrument | None) -> ExerciseTime:
    """The minutes of an exercise in the room, for a team with one typist that works at the essential depth.

    What is answered before the session counts no time, except that a team settles one statement of prework ratings.
    """
    asked = [prompt for prompt in exercise.prompts if _is_essential(prompt) and not prompt.before]
    write = sum(_prompt_minutes(prompt, instrument, before=False) for prompt in asked)
    if any(prompt.before and isinstance(prompt, m.ItemsPrompt) for prompt in exercise.prompts):
        write += rates.SETTLE_MINUTES
    read = time_reading(exercise, before=False) + exercise.reading_minutes
    return ExerciseTime(exercise, rates.FIND_MINUTES, read, exercise.talk_minutes, write)


def estimate_alone(exercise: m.Exercise, instrument: m.Instrument | None) -> float:
    """The minutes that one person needs outside the room: reading the exercise and answering."""
    whole = exercise.when is not m.When.SESSION
    write = sum(
        _prompt_minutes(prompt, instrument, before=None if whole or prompt.before else True, alone=True)
        for prompt in filter(_is_essential, exercise.prompts)
    )
    return rates.FIND_MINUTES + time_reading(exercise, before=None if whole else True) + write


def sum_prework(exercises: Iterable[m.Exercise]) -> int:
    """The minutes of prework that the content gives one person, over all exercises."""
    return sum(exercise.prework_minutes or exercise.about_minutes for exercise in exercises if exercise.has_prework)


def _is_essential(part: m.Prompt | m.Item | m.Question) -> bool:
    return m.Depth.ESSENTIAL.includes(part.depth)


def _prompt_minutes(
    prompt: m.Prompt, instrument: m.Instrument | None, *, before: bool | None, alone: bool = False
) -> float:
    """The minutes to answer a prompt at the essential depth; of a table, only the columns with this ``before``.

    ``before`` None: all columns. ``alone``: of a table that a team divides, only the rows of one person. A table counts
    its fixed rows, else its ``expected_rows``. Notes beside items are optional and count nothing. Without an
    instrument, its items and questions count nothing.
    """
    if isinstance(prompt, m.TablePrompt):
        rows = (prompt.rows_each if alone else None) or len(prompt.rows) or prompt.expected_rows
        return rows * sum(cell.minutes for cell in filter(_is_essential, _columns(prompt, before)))
    if before and not prompt.before:
        return 0
    if isinstance(prompt, m.ItemsPrompt):
        return sum(time_item(item, instrument) for item in filter(_is_essential, _items(prompt, instrument)))
    if isinstance(prompt, m.QuestionsPrompt):
        words = sum(question.words for question in filter(_is_essential, _questions(prompt, instrument)))
        return words / rates.TYPING_WORDS_A_MINUTE
    return prompt.minutes


def time_item(item: m.Item, instrument: m.Instrument | None) -> float:
    """The minutes to rate an item, which are fewer if its points are not described; without a scale, to answer it."""
    if not (instrument and instrument.scale):
        return ANSWER_WORDS / rates.TYPING_WORDS_A_MINUTE
    return rates.RATING_MINUTES if item.anchors else rates.PLAIN_RATING_MINUTES


def _items(prompt: m.ItemsPrompt, instrument: m.Instrument | None) -> list[m.Item]:
    areas = instrument.areas if instrument else ()
    return [item for area in areas if area.id in prompt.areas for item in area.items]


def _questions(prompt: m.QuestionsPrompt, instrument: m.Instrument | None) -> list[m.Question]:
    questions = (*instrument.goals, *instrument.plan) if instrument else ()
    return [question for question in questions if question.id in prompt.questions]


def _columns(table: m.TablePrompt, before: bool | None) -> list[m.CellPrompt]:
    return [cell for cell in table.columns if before is None or (table.before or cell.before) is before]


def _at_depth(table: m.TablePrompt, depth: m.Depth) -> list[m.CellPrompt]:
    return [cell for cell in table.columns if depth.includes(cell.depth)]


def time_reading(exercise: m.Exercise, depth: m.Depth = m.Depth.ESSENTIAL, *, before: bool | None = None) -> float:
    """The minutes to read an exercise at a depth; a text that appears twice counts once.

    The descriptions of points are not counted: ``time_item`` includes them. ``before``: only what is answered before
    the session (True), or in it (False).
    """
    texts = {exercise.title, exercise.intent, *exercise.steps}
    for prompt in exercise.prompts:
        if depth.includes(prompt.depth):
            texts.update(_prompt_texts(prompt, depth, before))
    return sum(len(text.split()) for text in texts) / rates.READING_WORDS_A_MINUTE


def _prompt_texts(prompt: m.Prompt, depth: m.Depth, before: bool | None) -> Iterator[str]:
    if isinstance(prompt, m.TablePrompt):
        here = _at_depth(prompt, depth)
        columns = [cell for cell in here if cell in _columns(prompt, before)]
        if not columns:
            return
        yield from (prompt.label, prompt.help)
        if len(columns) == len(here) or before:  # else the rows were read with the other columns
            yield from (text for row in prompt.rows for text in (row.label, row.help))
        for cell in columns:
            yield from _cell_texts(cell)
    elif before is None or prompt.before is before:
        yield from _cell_texts(prompt)


def _cell_texts(prompt: m.Prompt) -> Iterator[str]:
    yield from (prompt.label, prompt.help)
    if isinstance(prompt, m.ChoicePrompt):
        yield from (text for option in prompt.options for text in (option.label, option.help))
