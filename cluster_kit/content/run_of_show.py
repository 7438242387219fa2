"""Write Markdown tables from the content: the series, each session's run of show and messages, outcomes, questions.

They are between two marker lines in Markdown files: the prose around them is written by hand, and the
tables always match the content.
"""

from __future__ import annotations

import datetime as dt
import re
import textwrap
from collections.abc import Iterable

from cluster_kit.content.budget import SegmentTime, time_session
from cluster_kit.content.claims import FederalQuestion
from cluster_kit.content.facilitation import Facilitation, ShowLine, ask_to_press, plan_show
from cluster_kit.content.hosting import cue_verb
from cluster_kit.content.models import Anchor, Content, Exercise, ExerciseCues, Item, Place, When
from cluster_kit.content.times import format_time, local_times
from cluster_kit.errors import UsageError

SPOKEN_WORDS = 40
_SENTENCE_END = re.compile(r"(?<=[.?!])(?<!U\.S\.) (?=[A-Z])")
NO_RULE = "Choose the highest description that is true as a whole."
WHEN_WORDS = {When.PREWORK: "before", When.SESSION: "in the room", When.FOLLOW_UP: "after"}
PLACE_WORDS = {Place.MAIN: "main room", Place.HOME: "home rooms", Place.PEERS: "peer rooms"}


def series_table(content: Content) -> str:
    """A Markdown table of the series: each session with its date and times, its question, and its participants."""
    roles = content.role_titles
    rows = [
        [
            f"{session.number}. {session.title}",
            format_meeting(content, session.number),
            session.question,
            "; ".join(roles[role] for role in session.who),
        ]
        for session in content.sessions
    ]
    return markdown_table(["Session", "When", "Its question", "Who should attend"], rows)


def run_of_show(content: Content, facilitation: Facilitation | None, number: int) -> str:
    """When the session is, and a Markdown table of it: clock, minutes, segment, and who does what in it.

    The clock is in the series' time zone, from the scheduled start. Prework and follow-up are below the table.
    Without the facilitator's steps, their minutes are one number, and the moves between rooms are estimates.
    """
    session, meeting = content.get_session(number), content.get_meeting(number)
    clock = dt.datetime.combine(meeting.date, meeting.start)
    rows = []
    has_steps = facilitation is not None and bool(facilitation.get_session_steps(number).steps)
    lines = plan_show(content, facilitation, number)
    for time in time_session(session.segments, session.exercises, content.instrument):
        segment = time.segment
        planned = "; ".join(_line(line) for line in lines if line.segment is segment)
        rows.append([format_time(clock), str(segment.minutes), segment.title, planned if has_steps else _inside(time)])
        clock += dt.timedelta(minutes=segment.minutes)
    rows.append([format_time(clock), "", "End", ""])
    table = markdown_table(["Starts", "Minutes", "Segment", "Who does what, in minutes"], rows)
    head = f"{format_meeting(content, number)}: {session.minutes} minutes."
    return "\n\n".join([head, table, *_outside(session.exercises)])


def format_meeting(content: Content, number: int) -> str:
    """A session's date and times as text, in the series' time zone."""
    (time,) = local_times(content, number)
    return str(time)


def outcomes_table(content: Content) -> str:
    """A Markdown table that maps each learning outcome of the series to the exercises that answer it."""
    rows = []
    for session in content.sessions:
        for outcome in session.outcomes:
            answering = [e for e in session.exercises if outcome.id in e.outcomes]
            exercises = "; ".join(f"{e.title} (`{e.id}`, {WHEN_WORDS[e.when]})" for e in answering)
            keeps = "; ".join(e.keeps for e in answering)
            rows.append([str(session.number), outcome.text, exercises, keeps])
    return markdown_table(["Session", "Learning outcome", "Exercises", "What the state keeps"], rows)


def rating_rule(content: Content) -> str:
    """The instrument's decision rule as a Markdown quotation; a sentence if it has none."""
    return textwrap.fill(f"> {content.instrument.rule or NO_RULE}", 118, subsequent_indent="> ")


def cues_list(cues: ExerciseCues) -> str:
    """Markdown of the cues for one exercise: what to listen for, and questions for a stuck or a quick team."""
    listen = [f'- {cue.signal} {cue_verb(cue.ask)}: "{cue.ask}"' for cue in cues.listen]
    lines = [*(["**Listen for**", "", *listen, ""] if listen else [])]
    lines += [f'**When a team is stuck,** {cue_verb(cues.stuck).lower()}: "{cues.stuck}"', ""]
    lines += [f'**When a team finishes too quickly,** {cue_verb(cues.quick).lower()}: "{cues.quick}"']
    return "\n".join(lines)


def messages_tables(content: Content, facilitation: Facilitation, number: int) -> dict[str, str]:
    """By step, the button that begins it and a Markdown table of its prepared messages, by minutes from the start.

    A step is named by its exercise's id, and a step of the facilitator's own by its segment and its title. Messages to
    the facilitators only say so. Steps without messages have no table.
    """
    lines = plan_show(content, facilitation, number)
    tables = {}
    for line in lines:
        begins = (line.start - lines[0].start) // dt.timedelta(minutes=1)
        rows = [
            [
                str(begins + message.minute),
                message.text if message.to == "all" else f"*To facilitators:* {message.text}",
            ]
            for message in line.cues.messages
        ]
        if rows:
            table = markdown_table(["Minute", "Prepared message"], rows)
            name = line.exercise.id if line.exercise else f"{line.segment.kind} {line.title}"
            tables[name] = f"{ask_to_press(line.button)}\n\n{table}" if line.button else table
    return tables


def item_list(item: Item, scale: tuple[Anchor, ...]) -> str:
    """Markdown of a statement of the instrument to read aloud: its text, and its descriptions by their points."""
    points = "\n".join(f"> {point.value}. {point.text or point.label}" for point in item.describe_points(scale))
    return f"> {item.text}\n>\n{points}"


def questions_table(questions: Iterable[FederalQuestion]) -> str:
    """A Markdown table of questions about federal law, with what to say and the month in which that was checked."""
    rows = [[f'"{one.question}"', f'"{_stress_start(one.answer)}"', f"{one.as_of:%B %Y}"] for one in questions]
    return markdown_table(["You hear", "What helps", "As of"], rows)


def _stress_start(answer: str) -> str:
    """A long answer with its first two sentences in bold: what to say aloud. The rest is for a second question."""
    if len(answer.split()) <= SPOKEN_WORDS:
        return answer
    sentences = _SENTENCE_END.split(answer)
    return " ".join([f"**{' '.join(sentences[:2])}**", *sentences[2:]])


def replace_block(text: str, name: str, block: str) -> str:
    """``text`` with ``block`` between the markers ``<!-- name -->`` and ``<!-- /name -->``.

    Raises ``UsageError`` if ``text`` has no such markers.
    """
    pattern = re.compile(rf"(<!-- {re.escape(name)} -->\n).*?(<!-- /{re.escape(name)} -->)", re.DOTALL)
    if not pattern.search(text):
        raise UsageError(
            f"The markers <!-- {name} --> and <!-- /{name} --> are missing: put them where the table belongs."
        )
    return pattern.sub(lambda found: f"{found[1]}\n{block}\n\n{found[2]}", text)


def markdown_table(header: list[str], rows: Iterable[list[str]]) -> str:
    """A Markdown table. Pipes and line breaks in cells are escaped."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _inside(time: SegmentTime) -> str:
    """The facilitator's minutes, moves between rooms, and the segment's exercises; the rest is buffer."""
    minutes = time.segment.host_minutes
    shown = [f"You: {minutes}"] if minutes else []
    if time.moves:
        shown.append(f"Moving between rooms: {time.moving:g}")
    shown += [_exercise(timed.exercise) for timed in time.exercises]
    spare = time.segment.minutes - time.needed + time.buffer
    return "; ".join([*shown, f"Buffer: {spare:g}"])


def _line(line: ShowLine) -> str:
    return _exercise(line.exercise) if line.exercise else f"{line.title}: {line.minutes}"


def _exercise(exercise: Exercise) -> str:
    talk = f", {exercise.talk_minutes} of them talk" if exercise.talk_minutes else ""
    return f"{exercise.title} ({PLACE_WORDS[exercise.place]}): {exercise.minutes}{talk}"


def _outside(exercises: Iterable[Exercise]) -> list[str]:
    """A paragraph on what is before the session, and one on what is after it, each exercise with its minutes."""
    before, after = [], []
    for exercise in exercises:
        if exercise.has_prework:
            minutes = exercise.prework_minutes or exercise.about_minutes
            before.append(f"{exercise.title} ({minutes}{', continued in the room' * bool(exercise.prework_minutes)})")
        elif exercise.when is When.FOLLOW_UP:
            after.append(f"{exercise.title} ({exercise.about_minutes})")
    shown = {"Before the session": before, "After the session": after}
    return [f"**{when}, in minutes:** {'; '.join(titles)}." for when, titles in shown.items() if titles]


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
