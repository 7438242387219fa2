"""Write the time budget of each session into ``docs/reference/time.md``: ``python -m docs.make_time_table``."""

from __future__ import annotations

from pathlib import Path

from cluster_kit.content import load_content, rates
from cluster_kit.content import models as m
from cluster_kit.content.budget import SegmentTime, estimate_alone, sum_prework, time_session
from cluster_kit.content.run_of_show import markdown_table

SERIES = "2026"
PAGE = Path(__file__).parent / "reference" / "time.md"
BEGIN, END = "<!-- time: written by docs/make_time_table.py -->\n", "<!-- end of time -->\n"
HEADER = ["Segment or exercise", "Given", "Needed", "Find", "Read", "Talk", "Answer", "Move", "Buffer", "Facilitator"]
RATES = (
    (
        "Reading",
        f"{rates.READING_WORDS_A_MINUTE} words a minute",
        "planning rule; the content review measured with 230",
    ),
    ("Finding an exercise", f"{rates.FIND_MINUTES * 60:.0f} seconds", "content review, 3.2"),
    ("Typing, one person for a team", f"{rates.TYPING_WORDS_A_MINUTE} words a minute", "content review, 3.2"),
    ("A rating with anchors", f"{rates.RATING_MINUTES * 60:.0f} seconds", "content review, E-3 and 3.2"),
    ("A rating without anchors", f"{rates.PLAIN_RATING_MINUTES * 60:.0f} seconds", "planning rule"),
    ("A choice, a date, or a number", f"{rates.CHOICE_MINUTES * 60:.0f} seconds", "content review, 3.2"),
    ("A name with a role", f"{rates.PERSON_MINUTES * 60:.0f} seconds", "six words at the typing rate"),
    ("Settling one statement", f"{rates.SETTLE_MINUTES * 60:.0f} seconds", "planning rule: a rating and its reason"),
    ("Moving into another room", f"{rates.MOVE_MINUTES * 60:.0f} seconds", "facilitation facts, 1"),
    ("Buffer in each segment", f"{rates.BUFFER_MINUTES * 60:.0f} seconds", "planning rule"),
    ("Prework for one person", f"at most {rates.PREWORK_MINUTES} minutes a session", "planning rule"),
    ("An outcome's exercises in the room", f"at least {rates.MINUTES_AN_OUTCOME} minutes", "planning rule"),
)


def write_tables(content: m.Content) -> str:
    """The Markdown between the marks: the rates, and each session's budget in the room and outside it."""
    head = markdown_table(["Activity", "Rate", "Source"], [list(row) for row in RATES])
    return "\n".join([head, *(_session(content, session) for session in content.sessions), ""])


def _session(content: m.Content, session: m.Session) -> str:
    times = time_session(session.segments, session.exercises, content.instrument)
    rows = [row for time in times for row in _rows(time)]
    spare = session.minutes - sum(time.needed for time in times)
    alone = [
        [exercise.title, _when(exercise), str(_given(exercise)), f"{estimate_alone(exercise, content.instrument):.1f}"]
        for exercise in session.exercises
        if exercise.has_prework or exercise.when is m.When.FOLLOW_UP
    ]
    outcomes = [[outcome.text, f"{_minutes(session, outcome)}"] for outcome in session.outcomes]
    return "\n".join(
        [
            f"\n## Session {session.number}: {session.title}\n",
            f"{session.minutes} minutes, of which {spare:.1f} are left besides the buffers.\n",
            markdown_table(HEADER, rows),
            "\nMinutes in the room for each learning outcome (an exercise can serve more than one):\n",
            markdown_table(["Learning outcome", "Minutes"], outcomes),
            f"\nBefore and after the session, for one person. Prework: {_prework(content, session)}\n",
            markdown_table(["Exercise", "When", "Given", "Needed"], alone),
        ]
    )


def _rows(time: SegmentTime) -> list[list[str]]:
    """A segment's row, then one for each of its exercises."""
    whole = [f"{time.segment.minutes}", f"{time.needed:g}", "", "", "", ""]
    rest = [f"{time.moving:g}" if time.moves else "", f"{time.buffer:g}", f"{time.segment.host_minutes or ''}"]
    rows = [[f"**{time.segment.title}**", *whole, *rest]]
    for one in time.exercises:
        parts = [f"{part:.1f}" for part in (one.needed, one.find, one.read, one.talk, one.write)]
        rows.append([one.exercise.title, f"{one.exercise.minutes}", *parts, "", "", ""])
    return rows


def _minutes(session: m.Session, outcome: m.Outcome) -> int:
    return sum(e.minutes for e in session.exercises if outcome.id in e.outcomes and e.when is m.When.SESSION)


def _prework(content: m.Content, session: m.Session) -> str:
    """The minutes of prework that one person is given and needs."""
    needed = sum(estimate_alone(one, content.instrument) for one in session.exercises if one.has_prework)
    return f"{sum_prework(session.exercises)} minutes given, {needed:.1f} needed."


def _given(exercise: m.Exercise) -> int:
    return exercise.prework_minutes or exercise.about_minutes


def _when(exercise: m.Exercise) -> str:
    return "before" if exercise.has_prework else "after"


def render_page(content: m.Content) -> str:
    """The page with its tables."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{write_tables(content)}{END}{after}"


def main() -> None:
    """Replace the part of the page between the marks."""
    PAGE.write_text(render_page(load_content(SERIES)), encoding="utf-8")


if __name__ == "__main__":
    main()
