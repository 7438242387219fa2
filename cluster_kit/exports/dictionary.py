"""What every table of the exports has in a row, and what each of its columns means.

The data dictionary is part of every export, of the metadata of Parquet files, and of ``docs/reference/exports.md``.
Names of columns are stable: a column keeps its name and meaning, and new ones are added at the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import pandas as pd

from cluster_kit.exports.attendance import ATTENDANCE_PEOPLE, ATTENDANCE_STATES
from cluster_kit.exports.evaluation import COLUMNS as EVALUATION
from cluster_kit.exports.room_record import COLUMNS as ROOM
from cluster_kit.exports.step_tables import STEPS, WITHOUT_STEP
from cluster_kit.exports.tables import CODEBOOK, REMOVED, REPLACED, TIDY

DICTIONARY = {"table": "str", "file": "str", "row": "str", "column": "str", "type": "str", "meaning": "str"}


@dataclass(frozen=True)
class ExportTable:
    """A table: its name, the end of its file's name, what a row is, and each column with its type and meaning."""

    name: str
    suffix: str
    row: str
    columns: Mapping[str, tuple[str, str]]


_SERIES = {"series": "The id of the series.", "session": "The number of the session."}
_STATE = {"jurisdiction": "The state's or territory's postal abbreviation.", "state": "Its name."}
_PLACE = {
    **_SERIES,
    "exercise": "The id of the exercise.",
    "prompt": "The id of the question; for a table's cell, table.column.",
    "row": "The id of the row, of the statement, or of the guiding question; empty outside of tables.",
}
_ANSWERS = {
    **_PLACE,
    "exercise_title": "The title of the exercise.",
    "question": "The question, or the heading of the column.",
    "row_label": "The row in words, or its place in the table.",
    **_STATE,
    "scope": "team: the team's answer. person: each person answers for themselves.",
    "person": "A number within the state for the person who gave the answer, such as OH-2. Not a name.",
    "role": "What that person does in the state, if known.",
    "kind": "The kind of question: text, choice, rating, number, date, or person.",
    "value": "The answer as stored, as JSON.",
    "words": "The answer as text.",
    "number": "The point of a rating, or the number given; empty for everything else, such as not_sure.",
    "versions": "The current answers in the team's field. If there is more than one, the team has not chosen one.",
    "may_share": "Who may see the row: team (and staff), anonymous (other states, without the state's name), or named.",
    "answered_at": "When the answer arrived, in UTC.",
    "content_version": "The version of the content that was answered.",
}
_CODEBOOK = {
    **_PLACE,
    "kind": _ANSWERS["kind"],
    "question": "The question, or the statement that is rated.",
    "help": "The help beside the question, or the decision rule for a rating.",
    "scope": _ANSWERS["scope"],
    "depth": "The depth at which it is asked: essential, standard, or full.",
    "values": "The values and their meaning.",
    "tags": "transition: the statement applies only while the state moves to the modernized Clusters.",
}
_REMOVED = {
    **_PLACE,
    **_STATE,
    "person": "As in the answers; empty for answers of a team.",
    "changed_at": "When the row last changed, in UTC.",
}
_REPLACED = {
    **_PLACE,
    **_STATE,
    **{name: _ANSWERS[name] for name in ("scope", "person", "value", "answered_at", "content_version")},
    "words": "The answer as text. Options are ids, because the question is not in the content any more.",
}
_EVALUATIONS = {
    "session": _SERIES["session"],
    "question": "The id of the question.",
    "question_text": "The question.",
    "outcome": "The id of the learning outcome, in questions about confidence.",
    "outcome_text": "The learning outcome.",
    "when": "before or now, in questions about confidence.",
    "answer": "The id of the option, or the point of the scale.",
    "label": "The option in words.",
    "people": "How many people chose it.",
    "of": "How many people answered the question.",
}
_ATTENDANCE = {
    **_SERIES,
    **_STATE,
    "on_roster": "People on the roster.",
    "invited": "Of these, people who are invited to the session.",
    "came": "People who took part, certainly or possibly.",
    "possibly_came": "Of these, people who had the page open before and after the session, and did nothing in between.",
    "not_on_roster": "People who took part, and joined with a team code or were removed from the series.",
    "did_not_come": "People who were invited and did not take part.",
    "minutes": "Minutes of everyone who took part, added up.",
    "exercises_complete": "Exercises that the team completed.",
    "exercises_asked": "Exercises that the session asks of the team.",
}
_PEOPLE = {
    **_SERIES,
    **_STATE,
    "person": "The person's id, as in the roster. A CRM can join on it.",
    "name": "The person's name.",
    "email": "The person's email address, or empty. A CRM can join on it.",
    "role": "What the person does in the state, or facilitator.",
    "listed": "roster, team code, no address, or removed: how staff know the person.",
    "invited": "yes if the person is invited to the session.",
    "attended": "yes, possibly, or no.",
    "first_seen": "YYYY-MM-DD HH:MM in the time zone of the series.",
    "last_seen": "YYYY-MM-DD HH:MM in the time zone of the series.",
    "minutes": "Minutes in the session; empty if its beginning or end was not recorded.",
    "in_call": "yes or no, from the video call's report (--call); empty without one.",
    "call_minutes": "Minutes in the video call, all joins added up; empty without a report.",
    "own_exercises_complete": "Exercises that each person answers, complete.",
    "own_exercises_asked": "Exercises that each person answers, asked.",
    "team_exercises_complete": "Exercises that the team answers, complete.",
    "team_exercises_asked": "Exercises that the team answers, asked.",
}
_ROOM = {
    "session": _SERIES["session"],
    "kind": "post, reply, question, parked, or poll.",
    "board": "The title of the board.",
    "id": "The id of the post or poll.",
    "reply_to": "The post that it replies to.",
    **_STATE,
    "at": "When it was posted, in UTC.",
    "words": "What was written, or the question of the poll.",
    "option": "The option of a poll.",
    "status": "open, answered, parked, done, removed (by a facilitator), or not posted.",
    "same_here": "Reactions “Same here”; for a question, its votes.",
    "helpful": "Reactions “Helpful.”",
    "tell_more": "Reactions “Tell us more.”",
    "people": "How many people chose the option of a poll.",
}
_STEPS = {
    **_SERIES,
    **_STATE,
    "step": "The next step as the state wrote it.",
    "owner": "Who leads it, as the state wrote it.",
    "due": "YYYY-MM-DD, or empty.",
    "status": "As the state last reviewed it, or Not reviewed.",
    "overdue": "yes if the step is open and its date has passed.",
    "contact": "The owner's email address, if exactly one person of that name is on the state's roster.",
}
_WITHOUT = {**_SERIES, **_STATE, "came": "yes if someone attended, or the state answered something."}


@cache
def export_tables() -> tuple[ExportTable, ...]:
    """Every table of ``cluster-kit export``, ``attendance``, and ``follow-up``."""
    evaluation = {name: "int64" if name in ("session", "people", "of") else "str" for name in EVALUATION}
    return (
        _table("All answers", "", "an answer", TIDY, _ANSWERS),
        _table("Removed answers", "-removed", "an answer that is no longer exported (--since)", REMOVED, _REMOVED),
        _table("Replaced questions", "-replaced", "an answer to a question that was replaced", REPLACED, _REPLACED),
        _table("Codebook", "-codebook", "a question", CODEBOOK, _CODEBOOK),
        _table("Session evaluations", "-evaluations", "an option or a point of a question", evaluation, _EVALUATIONS),
        _table("Attendance by state", "-attendance", "a session and state", ATTENDANCE_STATES, _ATTENDANCE),
        _table("Boards and questions", "-room", "a post, question, parked item, or option of a poll", ROOM, _ROOM),
        _table("Attendance", "cluster-kit attendance", "a session and person", ATTENDANCE_PEOPLE, _PEOPLE),
        _table("Next steps", "cluster-kit follow-up", "a next step", STEPS, _STEPS),
        _table("No next step", "cluster-kit follow-up", "a state without a next step", WITHOUT_STEP, _WITHOUT),
    )


def find_export_table(name: str) -> ExportTable:
    """The table of this name. Raises ``KeyError``."""
    return {table.name: table for table in export_tables()}[name]


def dictionary_frame() -> pd.DataFrame:
    """One row per column of every table (``DICTIONARY``)."""
    rows = [
        (table.name, table.suffix.removeprefix("-"), table.row, column, kind, meaning)
        for table in export_tables()
        for column, (kind, meaning) in table.columns.items()
    ]
    return pd.DataFrame(rows, columns=list(DICTIONARY)).astype(DICTIONARY)


def _table(name: str, suffix: str, row: str, kinds: Mapping[str, str], meanings: Mapping[str, str]) -> ExportTable:
    return ExportTable(name, suffix, row, {column: (_kind(kind), meanings[column]) for column, kind in kinds.items()})


def _kind(dtype: str) -> str:
    """The type of a column in words."""
    if dtype.startswith("datetime"):
        return "time (UTC)"
    return {"int64": "whole number", "float64": "number"}.get(dtype.lower(), "text")
