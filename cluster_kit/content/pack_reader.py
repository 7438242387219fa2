"""Read the files of a series into parts. Each file is validated separately, and all problems are collected."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from cluster_kit.content import folders as at
from cluster_kit.content import models as m
from cluster_kit.content.claims import FactsFile
from cluster_kit.content.documents import (
    LocatedDocument,
    LocatedList,
    LocatedMapping,
    problem_at,
    read_located_document,
)
from cluster_kit.content.errors import ContentError, Problem, in_order
from cluster_kit.content.examples import ExamplesFile
from cluster_kit.content.findings import Findings
from cluster_kit.content.folders import Folders
from cluster_kit.content.parts import Located, Parts, SessionParts
from cluster_kit.content.validation_errors import did_you_mean, keep_valid, validate

M = TypeVar("M", bound=m.ContentModel)
T = TypeVar("T")


class Reader:
    """Reads a pack's files, each once, and collects their problems."""

    def __init__(self, folders: Folders) -> None:
        self.folders = folders
        self.problems: list[Problem] = []
        self._raw: dict[str, bytes] = {}
        self._data: dict[str, LocatedMapping | None] = {}
        self._models: dict[str, Located[Any] | None] = {}

    @property
    def used(self) -> set[str]:
        """The relative paths of the files read so far."""
        return set(self._raw)

    def digest(self) -> str:
        """A digest of the files read so far, as twelve hexadecimal digits."""
        digest = hashlib.sha256()
        for relative, raw in sorted(self._raw.items()):
            digest.update(f"{relative}\0{len(raw)}\0".encode())
            digest.update(raw)
        return digest.hexdigest()[:12]

    def with_draft(self, relative: str, draft: LocatedDocument) -> Reader:
        """A reader that has read what this one has, except for one file, which is the draft."""
        reader = Reader(self.folders)
        reader._raw = {**self._raw, relative: draft.raw}
        reader._data = {**self._data, relative: draft.data}
        reader._models = {path: model for path, model in self._models.items() if path != relative}
        drafted = self.folders.shown(relative)
        reader.problems = [*(problem for problem in self.problems if problem.file != drafted), *draft.problems]
        return reader

    def data(self, relative: str) -> LocatedMapping | None:
        """The file's data; None, with a problem added, if it is missing or unreadable."""
        if relative not in self._data:
            self._data[relative] = self._read(relative)
        return self._data[relative]

    def model(self, relative: str, model: type[M]) -> Located[M] | None:
        """The file as a model; None, with problems added, if it is invalid."""
        if relative not in self._models:
            data = self.data(relative)
            self._models[relative] = self.validated(model, data) if data is not None else None
        return self._models[relative]

    def checked(self, relative: str, model: type[M], check: Callable[[Located[M], Findings], None]) -> M | None:
        """The file as a model; None, with problems added, if it is invalid. ``check`` may find more problems."""
        located = self.model(relative, model)
        if located is None:
            return None
        found = Findings()
        check(located, found)
        self.problems.extend(found.problems)
        return located.model

    def area(self, area_id: str) -> Located[m.PolicyArea] | None:
        """A policy area with its valid items; None, with problems added, if it is invalid."""
        relative = at.area_file(area_id)
        if relative not in self._models:
            data = self.data(relative)
            if data is not None:
                data, problems = keep_valid(data, "items", m.Item)
                self.problems.extend(problems)
            self._models[relative] = self.validated(m.PolicyArea, data) if data is not None else None
        return self._models[relative]

    def validated(self, model: type[M], data: LocatedMapping) -> Located[M] | None:
        """The data as a model; None, with problems added, if it is invalid."""
        valid, problems = validate(model, data)
        self.problems.extend(problems)
        return None if valid is None else Located(valid, data)

    def _read(self, relative: str) -> LocatedMapping | None:
        path, shown = self.folders.find(relative), self.folders.shown(relative)
        if path is None:
            self.problems.append(Problem(shown, 1, "", "this file is missing"))
            return None
        document = read_located_document(path, shown)
        self._raw[relative] = document.raw
        self.problems.extend(document.problems)
        return document.data


def load_files(overlay: Path | None, read: Callable[[Reader], T | None]) -> T:
    """What ``read`` returns for the organization's own files, else the shipped ones.

    Raises ``ContentError`` with all problems, or if ``read`` returns None.
    """
    reader = Reader(Folders.over_shipped(overlay))
    found = read(reader)
    if found is None or reader.problems:
        raise ContentError(in_order(reader.problems))
    return found


def read_content_parts(reader: Reader, series_id: str) -> Parts:
    """The readable parts of a series. Problems are added to the reader."""
    series = reader.model(at.series_file(series_id), m.Series)
    numbers = _session_numbers(reader, series_id, series)
    shared = _read_shared(reader, series_id)
    sessions = (_read_session(reader, series_id, number, shared) for number in numbers)
    return replace(
        read_instrument_parts(reader),
        series=series,
        sessions=tuple(session for session in sessions if session is not None),
        framework=reader.model(at.FRAMEWORK_FILE, m.Framework),
        jurisdictions=reader.model(at.JURISDICTIONS_FILE, m.Jurisdictions),
        audiences=reader.model(at.AUDIENCES_FILE, m.Audiences),
        plain_language=reader.model(at.PLAIN_LANGUAGE_FILE, m.PlainLanguage),
        between=_read_between(reader, series_id),
        facts=read_facts_files(reader),
        examples=read_examples_files(reader),
        hosting=_read_hosting(reader, series_id),
    )


def read_facts_files(reader: Reader) -> tuple[Located[FactsFile], ...]:
    """The readable files of facts, by name."""
    read = (reader.model(path, FactsFile) for path in reader.folders.list_files(at.FACTS_FOLDER))
    return tuple(file for file in read if file is not None)


def read_examples_files(reader: Reader) -> tuple[Located[ExamplesFile], ...]:
    """The readable files of published examples, by name."""
    read = (reader.model(path, ExamplesFile) for path in reader.folders.list_files(at.EXAMPLES_FOLDER))
    return tuple(file for file in read if file is not None)


def _read_hosting(reader: Reader, series_id: str) -> Located[m.Hosting] | None:
    relative = at.hosting_file(series_id)
    return reader.model(relative, m.Hosting) if reader.folders.find(relative) else None


def read_instrument_parts(reader: Reader) -> Parts:
    """The readable parts of the instrument, and the roles."""
    head = reader.model(at.INSTRUMENT_FILE, m.InstrumentHead)
    areas = (reader.area(area) for area in dict.fromkeys(head.model.areas if head else ()))
    found = tuple(area for area in areas if area is not None)
    return Parts(head=head, areas=found, roles=reader.model(at.ROLES_FILE, m.Roles))


def _session_numbers(reader: Reader, series_id: str, series: Located[m.Series] | None) -> list[int]:
    """The schedule's sessions or, if the schedule cannot be read, those with a file."""
    if series is not None:
        return sorted({meeting.session for meeting in series.model.schedule})
    return [n for n in range(1, 10) if reader.folders.find(at.session_file(series_id, n))]


def _read_between(reader: Reader, series_id: str) -> Located[m.BetweenSessions] | None:
    """What states do between the sessions; None if the series has no such file."""
    relative = at.between_sessions_file(series_id)
    return reader.model(relative, m.BetweenSessions) if reader.folders.find(relative) else None


def _read_shared(reader: Reader, series_id: str) -> dict[str, LocatedMapping]:
    """The series' shared exercises by id; empty if there is no such file."""
    relative = at.shared_file(series_id)
    data = reader.data(relative) if reader.folders.find(relative) else None
    if data is None:
        return {}
    for key in data:
        if key not in ("schema_version", "exercises"):
            reader.problems.append(problem_at(data, (key,), f"unknown key {key!r}: this file has exercises only"))
    shared: dict[str, LocatedMapping] = {}
    for entry in _entries(reader, data):
        exercise_id = entry.get("id")
        reader.validated(m.Exercise, entry)
        if exercise_id in shared:
            reader.problems.append(problem_at(entry, ("id",), f"there is another shared exercise {exercise_id!r}"))
        elif isinstance(exercise_id, str):
            shared[exercise_id] = entry
    return shared


def _read_session(
    reader: Reader, series_id: str, number: int, shared: dict[str, LocatedMapping]
) -> SessionParts | None:
    data = reader.data(at.session_file(series_id, number))
    if data is None:
        return None
    entries = [_resolved(reader, entry, shared) for entry in _entries(reader, data)]
    read = [reader.validated(m.Exercise, entry) for entry in entries if entry is not None]
    exercises = tuple(exercise for exercise in read if exercise is not None)
    head = data.overlaid(LocatedMapping(data.mark))
    if isinstance(head.get("exercises"), LocatedList):
        head["exercises"] = [exercise.model for exercise in exercises]
    session = reader.validated(m.Session, head)
    complete = session is not None and len(exercises) == len(data.get("exercises") or ())
    return SessionParts(number, data, session.model if session else None, exercises, complete)


def _entries(reader: Reader, data: LocatedMapping) -> Iterator[LocatedMapping]:
    """The entries of the file's ``exercises``. An entry that is not a mapping is a problem."""
    exercises = data.get("exercises")
    for index, entry in enumerate(exercises if isinstance(exercises, LocatedList) else ()):
        if isinstance(entry, LocatedMapping):
            entry.trail = f"exercises.{entry.get('id') or entry.get('use') or index + 1}"
            yield entry
        else:
            sentence = "must be made of keys: use: <shared exercise>, or id: ..., title: ... and so on"
            reader.problems.append(problem_at(data, ("exercises", index), sentence))


def _resolved(reader: Reader, entry: LocatedMapping, shared: dict[str, LocatedMapping]) -> LocatedMapping | None:
    """The entry or, if it has ``use``, the shared exercise updated with the entry's other keys."""
    if "use" not in entry:
        return entry
    name = entry["use"]
    if name not in shared:
        sentence = f"there is no shared exercise {name!r} in shared.yaml{did_you_mean(str(name), shared)}"
        reader.problems.append(problem_at(entry, ("use",), sentence))
        return None
    merged = shared[name].overlaid(entry)
    del merged["use"]
    merged.trail = entry.trail
    return merged
