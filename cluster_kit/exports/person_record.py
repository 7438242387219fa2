"""Everything that is held about one person, in one archive: JSON, a readable page, and the files that they uploaded."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import JsonValue, ValidationError

from cluster_kit.content.models import Content
from cluster_kit.documents.model import Document, Fact, Facts, Paragraph, Section, Table, Texts, one_text
from cluster_kit.documents.page import write_page
from cluster_kit.exports.document_files import describe_source, fictional_notice, format_today
from cluster_kit.files import PRIVATE, report_write_errors, write_atomically
from cluster_kit.mail_log import MailLog
from cluster_kit.roster.people import find_role_title, is_named_in
from cluster_kit.settings import Settings
from cluster_kit.store import Event, Person, Response, Store
from cluster_kit.store.files import LostFileError, UploadedFile, open_file_store
from cluster_kit.store.models import ERASURE, SAME_PERSON, SPEED

RECORD_JSON, RECORD_PAGE = "record.json", "record.html"
EVALUATIONS = (
    "Evaluations of sessions are not part of this record. They are stored without a name, state, role, or time, so no "
    "one can tell which one a person sent."
)
OTHER_PLACES = (
    "The record covers the store, the uploaded files, and the log of sent messages of this deployment. Backups, "
    "exports, packets, and worksheets that were made from them are not searched."
)
Row = dict[str, Any]


@dataclass(frozen=True)
class PersonExport:
    """What an archive has: the number of rows by table, of mentions by others, and of files."""

    path: Path
    rows: dict[str, int]
    mentions: int
    files: int
    missing_files: tuple[str, ...]


def export_person(settings: Settings, content: Content, store: Store, person: Person, out: Path) -> PersonExport:
    """Write the archive, readable only by its owner. ``out`` ends in .zip and is replaced if it exists."""
    rows = store.person_rows(person.id)
    ids = {person.id, *(row["person"] for row in rows["aliases"])}
    entries = MailLog.load(settings.home, content.series.id).entries
    rows["mailings"] = [entry.model_dump(mode="json") for entry in entries if entry.person in ids]
    mentions = _find_mentions(content, store, person, rows)
    files, missing = _read_files(settings, rows["responses"])
    record = {
        "schema_version": 1,
        "made_at": dt.datetime.now(dt.UTC),
        "series": content.series.id,
        "person": person.model_dump(mode="json"),
        "rows": rows,
        "mentions": mentions,
        "missing_files": missing,
        "not_included": [EVALUATIONS, OTHER_PLACES],
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(RECORD_JSON, json.dumps(record, indent=2, ensure_ascii=False, default=_as_text))
        archive.writestr(RECORD_PAGE, write_page(_describe(content, person, rows, mentions, missing)))
        for name, raw in files.items():
            archive.writestr(name, raw)
    with report_write_errors(out):
        write_atomically(out, packed.getvalue(), mode=PRIVATE)
    counts = {name: len(found) for name, found in rows.items()}
    return PersonExport(out, counts, len(mentions), len(files), tuple(missing))


def _find_mentions(content: Content, store: Store, person: Person, rows: dict[str, list[Row]]) -> list[Row]:
    """Answers and events of others that have the person's id or name, without who wrote them."""
    series = content.series.id
    own = {row["id"] for table in ("responses", "events") for row in rows[table]}
    ids = {person.id, *(row["person"] for row in rows["aliases"])}
    names = {row["name"] for row in rows["people"]}
    answers = [response for state in store.watermarks(series) for response in store.history(series, state)]
    happened = [event for session in content.sessions for event in store.events(series, session.number)]
    events = [
        one for one in happened if one.kind not in (ERASURE, SAME_PERSON, SPEED)
    ]  # notices, which the other tables tell
    found: list[Row] = []
    both: Iterable[Response | Event] = (*answers, *events)
    for one in both:
        words = [*_texts(one.value), getattr(one, "subject", ""), getattr(one, "row", "")]
        if one.id not in own and any(word in ids or any(is_named_in(name, word) for name in names) for word in words):
            found.append(one.model_dump(mode="json", exclude={"author", "base"}))
    return found


def _texts(value: JsonValue) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from (key, *_texts(inner))
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _read_files(settings: Settings, responses: Sequence[Row]) -> tuple[dict[str, bytes], list[str]]:
    """The content of uploaded files by their paths in the archive, and the names of files that are not stored any more.

    A file that was replaced is deleted when its answer is.
    """
    files: dict[str, bytes] = {}
    missing: list[str] = []
    for row in responses:
        try:
            given = UploadedFile.model_validate(row["value"])
        except ValidationError:
            continue
        try:
            raw = open_file_store(settings.files, row["series"], row["jurisdiction"]).read(given)
        except LostFileError:
            missing.append(given.name)
        else:
            files[f"files/{given.sha256[:12]}-{Path(given.name).name}"] = raw
    return files, missing


def _describe(
    content: Content, person: Person, rows: dict[str, list[Row]], mentions: list[Row], missing: list[str]
) -> Document:
    """The record as a document for reading."""
    state = next(
        (jurisdiction.name for jurisdiction in content.jurisdictions if jurisdiction.code == person.jurisdiction),
        "Facilitators",
    )
    about = (
        ("Name", person.name),
        ("State", state),
        ("Role", find_role_title(content, person)),
        ("Email", person.email),
        ("Id", person.id),
        ("Added", _as_time(person.at)),
    )
    known = tuple(Fact(label, one_text(words)) for label, words in about if words)
    parts = [Section("On the roster", (Facts(known),))]
    parts += [_section(content, *table) for table in _tables(rows, mentions)]
    if missing:
        names = ", ".join(missing)
        sentence = f"These files are not stored any more, because they were replaced or removed: {names}."
        parts.append(Section("Files", (Paragraph(sentence),)))
    return Document(
        title=f"Record of {person.name}",
        heading=person.name,
        subtitle="What is held about this person",
        series=content.series.title,
        when=format_today(),
        notice=fictional_notice(content),
        opening=(Paragraph("Times are in UTC. The same data is in record.json, with every field."),),
        parts=tuple(parts),
        about=(EVALUATIONS, OTHER_PLACES, describe_source(content)),
        about_title="About this record",
        layout="landscape",
    )


def _tables(rows: dict[str, list[Row]], mentions: list[Row]) -> list[tuple[str, list[Row], tuple[str, ...]]]:
    """The titles of sections, their rows, and the columns to show."""
    place = ("session", "exercise", "prompt", "row")
    return [
        ("Answers, with earlier versions", rows["responses"], ("at", *place, "value")),
        ("Posts, reactions, and other actions in sessions", rows["events"], ("at", "session", "kind", "value")),
        ("Attendance", rows["presence"], ("joined_at", "seen_at", "session", "exercise")),
        ("Evaluation forms that were opened", rows["evaluation_ballots"], ("session",)),
        ("Names under which the person is known", rows["people"], ("at", "name", "email", "id")),
        ("Records that were merged", rows["merges"], ("at", "kept", "merged", "asked_by")),
        ("Messages that were sent", rows["mailings"], ("at", "mailing", "to", "status")),
        (
            "Registrations",
            rows["registrations"],
            ("at", "name", "email", "sessions", "needs", "status", "decided_by"),
        ),
        ("Requests to be signed in", rows["identity_requests"], ("at", "person", "answer", "answered_by")),
        ("Erasures", rows["erasures"], ("at", *place, "count", "asked_by", "why")),
        ("Where others name this person", mentions, ("at", "session", "exercise", "kind", "value")),
    ]


def _section(content: Content, title: str, found: list[Row], columns: tuple[str, ...]) -> Section:
    if not found:
        return Section(title, (Paragraph("Nothing.", "quiet"),))
    headings = tuple(column.replace("_", " ").capitalize() for column in columns)
    lines = tuple(tuple(_cell(content, row, column) for column in columns) for row in found)
    return Section(title, (Table(title, headings, lines),))


def _cell(content: Content, row: Row, column: str) -> Texts:
    value = row.get(column)
    if column == "exercise" and value:
        exercises = (exercise for session in content.sessions for exercise in session.exercises)
        value = next((exercise.title for exercise in exercises if exercise.id == value), value)
    return one_text(_as_text(value))


def _as_text(value: object) -> str:
    if isinstance(value, dt.datetime):
        return _as_time(value)
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False)


def _as_time(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S")
