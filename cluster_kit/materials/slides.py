"""The slides of a session: what participants see in the call, with the facilitator's words as notes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from matplotlib.patches import Rectangle

from cluster_kit.content.facilitation import BUFFER, Facilitation, ShowLine, plan_show
from cluster_kit.content.models import Content, Exercise, Segment, SegmentKind, Session, When
from cluster_kit.content.times import format_time, local_times, meeting_span
from cluster_kit.documents.canvas import WIDTH, Canvas, Look
from cluster_kit.documents.identity import current_identity
from cluster_kit.documents.model import Picture
from cluster_kit.documents.quotes import with_curly_quotes
from cluster_kit.materials.fitting import Slide, SlideLine
from cluster_kit.materials.presentation import write_presentation
from cluster_kit.text import count_of

OUTCOMES = "In this session, you"
TAKING_PART = "How to take part"
AGENDA = "What we do, and when"
AFTERWARD = "After this session"
_BAR_HEIGHT, _BAR_TEXT, _BAR_GAP = 0.3, 10.5, 0.03


def write_slides(content: Content, facilitation: Facilitation, number: int, address: str) -> bytes:
    """The slides of a session as a PPTX file.

    ``number`` is the session's, from 1; ``address`` is where people join, or empty if the slides should not say it.

    Raises
    ------
    UnknownSessionError
        If the series has no session of that number.
    """
    session = content.get_session(number)
    slides = [with_curly_quotes(slide) for slide in make_slides(content, facilitation, number, address)]
    return write_presentation(slides, f"{session.title}: slides", content.series.title)


def make_slides(content: Content, facilitation: Facilitation, number: int, address: str = "") -> list[Slide]:
    """The title, the outcomes, the agenda, how to take part, a slide for each segment, and what comes after.

    Parameters and errors are those of ``write_slides``.
    """
    session = content.get_session(number)
    show = plan_show(content, facilitation, number)
    slides = [
        _title(content, session, show),
        _outcomes(session),
        _agenda(content, session),
        _taking_part(facilitation, address),
    ]
    for segment in session.segments:
        lines = [line for line in show if line.segment is segment]
        slides.append(_segment(content, facilitation, session, segment, lines))
    return [*slides, *_afterward(content, session)]


def _title(content: Content, session: Session, show: list[ShowLine]) -> Slide:
    (when,) = local_times(content, session.number)
    notice = content.series.demonstration_notice
    lines = [
        *([SlideLine(notice)] if notice else []),
        SlideLine(session.question, "question"),
        SlideLine(str(when), "remark"),
        SlideLine("Your page shows the time in your state.", "remark"),
    ]
    notes = [f"{content.series.title}, session {session.number}.", *_notes(show[:1])]
    title = f"Session {session.number}: {session.title}"
    return Slide(title, tuple(lines), notes="\n\n".join(notes), is_cover=True)


def _outcomes(session: Session) -> Slide:
    lines = tuple(SlideLine(_lower_first(outcome.text), "entry") for outcome in session.outcomes)
    return Slide(OUTCOMES, lines, notes="Give people a moment to read. Do not read the list aloud unless someone asks.")


def _agenda(content: Content, session: Session) -> Slide:
    clock, _ = meeting_span(content, session.number)
    (when,) = local_times(content, session.number)
    rows = [("Starts", "Part", "Minutes")]
    for segment, start in _starts(session, clock):
        rows.append((format_time(start), segment.title, str(segment.minutes)))
    notes = f"Times are in {when.zone}. A box on people's pages shows the segment and the minutes left."
    return Slide(AGENDA, rows=tuple(rows), picture=_time_bar(session), notes=notes)


def _starts(session: Session, clock: dt.datetime) -> Iterator[tuple[Segment, dt.datetime]]:
    for segment in session.segments:
        yield segment, clock
        clock += dt.timedelta(minutes=segment.minutes)


def _time_bar(session: Session) -> Picture:
    """The segments as parts of a bar, in proportion to their minutes."""
    parts = ", ".join(f"{segment.title} {segment.minutes}" for segment in session.segments)
    alt = f"A bar of {session.minutes} minutes, divided into the parts of the session: {parts}."
    return Picture(
        _draw_bar(session, [str(segment.minutes) for segment in session.segments]), alt, "Minutes of each part"
    )


def _place_bar(content: Content, session: Session, current: Segment) -> Picture:
    """The segments with their starts, the current one in the accent color."""
    clock, _ = meeting_span(content, session.number)
    starts = [start for _, start in _starts(session, clock)]
    labels = [format_time(start).partition(" ")[0] for start in starts]
    number = session.segments.index(current) + 1
    begins = starts[number - 1]
    span = f"{format_time(begins)} to {format_time(begins + dt.timedelta(minutes=current.minutes))}"
    alt = f"Part {number} of {len(session.segments)} of the session, {span}"  # "p.m." ends it
    return Picture(_draw_bar(session, labels, current), alt, "Where we are")


def _draw_bar(session: Session, labels: Sequence[str], current: Segment | None = None) -> str:
    """A bar with a part for each segment, in proportion to its minutes. Without a current one, all parts are alike."""
    canvas, left, colors = Canvas(_BAR_HEIGHT), 0.0, current_identity().colors
    for segment, words in zip(session.segments, labels, strict=True):
        width = WIDTH * segment.minutes / session.minutes
        is_marked = current is None or segment is current
        color, ink = (colors["accent"], colors["paper"]) if is_marked else (colors["accent-soft"], colors["ink"])
        gap = 0 if segment is session.segments[-1] else _BAR_GAP
        canvas.add(Rectangle((left, 0), width - gap, _BAR_HEIGHT, facecolor=color, edgecolor="none"))
        label = Look(_BAR_TEXT, ink, ha="center", va="center")
        canvas.write((left + (width - gap) / 2, _BAR_HEIGHT / 2), words, label)
        left += width
    return canvas.svg()


def _taking_part(facilitation: Facilitation, address: str) -> Slide:
    lines = [SlideLine(text, "entry") for text in facilitation.taking_part]
    if address:
        lines.append(SlideLine(f"With a team code, join at {address}", "entry"))
    notes = "Read each line aloud. Team codes go to one team at a time, in a private message, never into the chat."
    return Slide(TAKING_PART, tuple(lines), notes=notes)


def _segment(
    content: Content, facilitation: Facilitation, session: Session, segment: Segment, show: list[ShowLine]
) -> Slide:
    lines: list[SlideLine] = []
    questions = facilitation.get_session_steps(session.number).example_questions
    if questions and any(line.cues.has_example for line in show):
        lines.append(SlideLine("One state shares an example", "heading"))
        lines += [SlideLine(question, "entry") for question in questions]
    for line in show:
        if line.exercise:
            lines += _exercise(line, line.exercise, is_peer=segment.kind is SegmentKind.PEER_DISCUSSION)
    if not lines:
        lines.append(SlideLine(segment.purpose))
    strip = _place_bar(content, session, segment)
    return Slide(segment.title, tuple(lines), notes="\n\n".join(_notes(show)), strip=strip)


def _exercise(line: ShowLine, exercise: Exercise, *, is_peer: bool) -> Iterator[SlideLine]:
    talk = f", {exercise.talk_minutes} of them to talk" if exercise.talk_minutes else ""
    yield SlideLine(exercise.title, "heading")
    steps = exercise.steps_together
    question = line.cues.ask or (steps[0] if steps else exercise.intent)
    yield SlideLine(question, "question")
    yield SlideLine(f"{count_of(exercise.minutes, 'minute')}{talk}", "remark")
    if is_peer:
        yield from (SlideLine(step, "entry") for step in exercise.steps_together)


def _afterward(content: Content, session: Session) -> Iterator[Slide]:
    """A slide with what is open after the session and when the next one is, unless there is neither."""
    lines = []
    after = [exercise.title for exercise in session.exercises if exercise.when is When.FOLLOW_UP]
    if after:
        lines.append(SlideLine("Your page stays open for", "heading"))
        lines += [SlideLine(title, "entry") for title in after]
    later = [one for one in content.sessions if one.number > session.number]
    if later:
        following = min(later, key=lambda one: one.number)
        (when,) = local_times(content, following.number)
        lines += [SlideLine("Next session", "heading"), SlideLine(following.title), SlideLine(f"{when}", "remark")]
    if lines:
        yield Slide(AFTERWARD, tuple(lines), notes="Leave this slide up while people say goodbye.")


def _notes(show: Iterable[ShowLine]) -> Iterator[str]:
    """What to say, press, and listen for in each line."""
    for line in show:
        if line.title == BUFFER:
            continue
        yield f"{format_time(line.start)}, {count_of(line.minutes, 'minute')}: {line.title}"
        cues = line.cues
        for label, cue in (
            ("Say", line.say),
            ("Do", line.press),
            ("Listen for", cues.listen_for),
            ("If late", cues.cut),
        ):
            if cue:
                yield f"{label}: {cue}"


def _lower_first(text: str) -> str:
    """The text to continue a sentence, such as ``you build …``. A name or an abbreviation keeps its capital."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
