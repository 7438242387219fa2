"""The tidy table and its codebook as data frames, and as CSV, Parquet, or JSON Lines files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from cluster_kit.content.models import (
    AnswerSource,
    CellPrompt,
    ChoicePrompt,
    Content,
    Exercise,
    ItemsPrompt,
    Prompt,
    QuestionsPrompt,
    Scope,
    TablePrompt,
)
from cluster_kit.exercises.labels import vocabulary_labels
from cluster_kit.exports.gathering import AnswerLine, ReplacedLine
from cluster_kit.text import guard_formula

TIDY = {
    "series": "str",
    "session": "int64",
    "exercise": "str",
    "exercise_title": "str",
    "prompt": "str",
    "question": "str",
    "row": "str",
    "row_label": "str",
    "jurisdiction": "str",
    "state": "str",
    "scope": "str",
    "person": "str",
    "role": "str",
    "kind": "str",
    "value": "str",
    "words": "str",
    "number": "Float64",
    "versions": "int64",
    "may_share": "str",
    "answered_at": "datetime64[us, UTC]",
    "content_version": "str",
}
REMOVED = {
    "series": "str",
    "session": "int64",
    "exercise": "str",
    "prompt": "str",
    "row": "str",
    "jurisdiction": "str",
    "state": "str",
    "person": "str",
    "changed_at": "datetime64[us, UTC]",
}
REPLACED = {
    "series": "str",
    "session": "int64",
    "exercise": "str",
    "prompt": "str",
    "row": "str",
    "jurisdiction": "str",
    "state": "str",
    "scope": "str",
    "person": "str",
    "value": "str",
    "words": "str",
    "answered_at": "datetime64[us, UTC]",
    "content_version": "str",
}
CODEBOOK = {
    "session": "Int64",
    "exercise": "str",
    "prompt": "str",
    "row": "str",
    "kind": "str",
    "question": "str",
    "help": "str",
    "scope": "str",
    "depth": "str",
    "values": "str",
    "tags": "str",
}
STATEMENTS = "The id of a statement of the instrument, which is in the column row beside its words"
"""The statements of all areas would be a text that no row of a workbook can show."""
_BESIDE = {
    "note": "What makes you say so, or why the statement does not apply",
    "consensus": "The team rating: proposed after the reveal, agreed once a teammate has answered (agreement)",
    "rationale": "Why the team chose this rating",
    "dissent": "A view in the team that differs",
    "agreement": "Whether a person agrees with the rating that the team's consensus proposes",
}


def tidy_frame(content: Content, lines: Sequence[AnswerLine]) -> pd.DataFrame:
    """One row per current answer (``TIDY`` has the columns and dtypes), in the order of the lines.

    ``value`` is the answer as JSON, ``words`` the answer as text, ``number`` a rating's point or a number prompt's
    value. ``person`` is a number within the state, not a name.
    """
    rows = [
        {
            "series": content.series.id,
            "session": line.session,
            "exercise": line.exercise.id,
            "exercise_title": line.exercise.title,
            "prompt": line.prompt,
            "question": line.asks.label,
            "row": line.row,
            "row_label": line.row_label,
            "jurisdiction": line.jurisdiction,
            "state": line.state,
            "scope": line.field.scope.value,
            "person": line.person,
            "role": line.role,
            "kind": line.asks.kind,
            "value": json.dumps(line.value, ensure_ascii=False),
            "words": line.text,
            "number": _number(line),
            "versions": line.versions,
            "may_share": line.may_share,
            "answered_at": line.answered_at,
            "content_version": line.content_version,
        }
        for line in lines
    ]
    return pd.DataFrame(rows, columns=list(TIDY)).astype(TIDY)


def replaced_frame(content: Content, lines: Sequence[ReplacedLine]) -> pd.DataFrame:
    """One row per answer to a question that the content no longer asks (``REPLACED``), in the order of the lines."""
    rows = [
        {
            "series": content.series.id,
            **line.answer.response.model_dump(include={"session", "exercise", "prompt", "row", "jurisdiction"}),
            "state": line.state,
            "scope": line.answer.response.scope.value,
            "person": line.person,
            "value": json.dumps(line.answer.response.value, ensure_ascii=False),
            "words": line.answer.text,
            "answered_at": line.answer.response.at,
            "content_version": line.answer.response.content_version,
        }
        for line in lines
    ]
    return pd.DataFrame(rows, columns=list(REPLACED)).astype(REPLACED)


def _number(line: AnswerLine) -> float | None:
    is_number = isinstance(line.value, int | float) and not isinstance(line.value, bool)
    return float(line.value) if is_number else None  # type: ignore[arg-type]


def codebook_frame(content: Content) -> pd.DataFrame:
    """One row per question (``CODEBOOK``): its text, and the meaning of its values."""
    rows: list[dict[str, Any]] = []
    for session in content.sessions:
        for exercise in session.exercises:
            for prompt in exercise.prompts:
                rows += [{"session": session.number, **row} for row in _entries(content, exercise, prompt)]
    frame = pd.DataFrame(rows, columns=list(CODEBOOK))
    return frame.fillna(dict.fromkeys((n for n in CODEBOOK if n != "session"), "")).astype(CODEBOOK)


def _entries(content: Content, exercise: Exercise, prompt: Prompt) -> Iterator[dict[str, Any]]:
    base = {
        "exercise": exercise.id,
        "prompt": prompt.id,
        "kind": prompt.kind,
        "question": prompt.label,
        "help": prompt.help,
        "scope": (prompt.scope or exercise.scope).value,
        "depth": prompt.depth.value,
    }
    match prompt:
        case TablePrompt():
            rows = "; ".join(f"{option.id} = {option.label}" for option in prompt.rows)
            yield base | {"values": rows or _source(content, prompt.rows_from)}
            for column in prompt.columns:
                more = {"prompt": f"{prompt.id}.{column.id}", "question": column.label, "help": column.help}
                depth = prompt.depth if prompt.depth.includes(column.depth) else column.depth
                yield base | more | {"kind": column.kind, "depth": depth.value, "values": _values(content, column)}
        case ItemsPrompt():
            yield from _items(content, prompt, base)
        case QuestionsPrompt():
            part = content.instrument.goals if prompt.part == "goals" else content.instrument.plan
            for question in (q for q in part if q.id in prompt.questions):
                more = {"prompt": f"{prompt.id}.answer", "row": question.id, "kind": "text"}
                yield base | more | {"question": question.text, "help": question.help, "depth": question.depth.value}
        case _:
            yield base | {"values": _values(content, prompt)}


def _items(content: Content, prompt: ItemsPrompt, base: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """One row per item and column, labeled with the item's text. ``help`` has the decision rule for the rating."""
    scale = content.instrument.scale
    for area in (area for area in content.instrument.areas if area.id in prompt.areas):
        for item in area.items:
            tags = "transition" if item.transition else ""
            about = {"row": item.id, "question": item.text, "depth": item.depth.value, "tags": tags}
            columns = prompt.as_columns(item.describe_points(scale), Scope(base["scope"]))
            for column in columns:
                asked = {"prompt": f"{prompt.id}.{column.id}", "kind": column.kind, "scope": str(column.scope)}
                values = {"values": _values(content, column)} if column.kind in ("rating", "choice") else {}
                beside = {"help": _BESIDE.get(column.id, content.instrument.rule)}
                yield base | about | asked | values | beside


def _values(content: Content, asks: Prompt) -> str:
    """The meaning of an answer's values, on one line."""
    match asks:
        case ChoicePrompt():
            named = [f"{option.id} = {option.label}" for option in asks.options]
            named += [f"{option.id} = {option.label} (no longer offered)" for option in asks.earlier_options]
            options = "; ".join(named)
            listed = options or _source(content, asks.options_from)
            several = "Several. " if asks.many else ""
            return several + listed + ("; other:… = people's own words" if asks.other else "")
        case CellPrompt():
            return asks.codebook
        case _:
            return ""


def _source(content: Content, source: object) -> str:
    if isinstance(source, AnswerSource):
        return f"Rows of {source.exercise}.{source.prompt} (session {source.session})"
    if not isinstance(source, str):
        return ""
    labels = vocabulary_labels(content, source)  # type: ignore[arg-type]
    if source != "items":
        return _list_values(labels)
    prompts = (p for session in content.sessions for exercise in session.exercises for p in exercise.prompts)
    rated = {area for prompt in prompts if isinstance(prompt, ItemsPrompt) for area in prompt.areas}
    others = {i.id: i.label for area in content.instrument.areas if area.id not in rated for i in area.items}
    return "; ".join(filter(None, (STATEMENTS, _list_values(others))))


def _list_values(labels: Mapping[str, str]) -> str:
    return "; ".join(f"{id_} = {label}" for id_, label in labels.items())


def write_table(
    frame: pd.DataFrame, path: Path, facts: Mapping[str, str] | None = None, meanings: Mapping[str, str] | None = None
) -> None:
    """Write a frame to a CSV, Parquet, or JSON Lines file, depending on the extension.

    In CSV, text that a spreadsheet would read as a formula is prefixed with an apostrophe. The schema of a Parquet file
    has ``facts`` about the table, and the meaning of each column as its ``description``.
    """
    match path.suffix.lower():
        case ".csv":
            guard_formulas(frame).to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n")
        case ".parquet":
            _write_parquet(frame, path, facts or {}, meanings or {})
        case _:
            with path.open("w", encoding="utf-8") as file:
                frame.to_json(file, orient="records", lines=True, force_ascii=False, date_format="iso")


def _write_parquet(frame: pd.DataFrame, path: Path, facts: Mapping[str, str], meanings: Mapping[str, str]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(frame, preserve_index=False)
    fields = [field.with_metadata({"description": meanings.get(field.name, "")}) for field in table.schema]
    about = {f"cluster_kit.{name}": value for name, value in facts.items()}
    pq.write_table(table.cast(pa.schema(fields, {**(table.schema.metadata or {}), **about})), path)


def guard_formulas(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with an apostrophe before every text that a spreadsheet would read as a formula."""
    texts = frame.select_dtypes(include=["str"]).columns
    return frame.assign(**{name: frame[name].map(guard_formula) for name in texts})
