"""Load and check content, and list the series."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from pathlib import Path

from cluster_kit.content import folders as at
from cluster_kit.content import models as m
from cluster_kit.content.crosswalk_files import FORMER_CLUSTERS_FILE, read_crosswalk_files
from cluster_kit.content.errors import ContentError, Problem, UnknownSeriesError, in_order
from cluster_kit.content.evaluation import EVALUATION_FILE, read_evaluation
from cluster_kit.content.facilitation import facilitation_file, find_facilitation_notices, read_facilitation
from cluster_kit.content.facts_checks import find_notices, gather_facts
from cluster_kit.content.findings import Findings
from cluster_kit.content.folders import SHIPPED, FileState, Folders
from cluster_kit.content.handouts import GLOSSARY_FILE, HANDOUTS_FILE, read_glossary, read_handouts
from cluster_kit.content.messages import find_messages_file, read_messages
from cluster_kit.content.notice import NOTICE_FILE, read_notice
from cluster_kit.content.pack_reader import Reader, read_content_parts, read_instrument_parts
from cluster_kit.content.parts import Parts
from cluster_kit.content.translations import JOIN_FILE, read_translation
from cluster_kit.content.validation import check_instrument, validate_parts
from cluster_kit.content.validation_errors import did_you_mean


def load_content(series: str, overlay: Path | None = None) -> m.Content:
    """Load and validate all content of a series. The result is cached until a file changes.

    Parameters
    ----------
    series
        The series' id, such as ``"2026"``.
    overlay
        An organization's own pack, whose files replace the shipped ones. It need not exist.

    Raises
    ------
    UnknownSeriesError
        If neither folder has the series.
    ContentError
        With every problem of every file, if there are any.
    """
    folders = Folders.over_shipped(overlay)
    return _load(series, folders, folders.state())


@lru_cache(maxsize=4)
def _load(series: str, folders: Folders, state: frozenset[FileState]) -> m.Content:  # noqa: ARG001  (part of the key)
    known = folders.series_ids()
    if series not in known:
        raise UnknownSeriesError(series, known)
    reader = Reader(folders)
    parts = read_content_parts(reader, series)
    problems = in_order([*reader.problems, *validate_parts(parts)])
    if problems:
        raise ContentError(problems)
    return assemble_content(parts, reader.digest())


def list_series(overlay: Path | None = None) -> list[str]:
    """The ids of every series, shipped or in the overlay, sorted."""
    return Folders.over_shipped(overlay).series_ids()


def list_real_series(overlay: Path | None = None) -> list[str]:
    """The ids of the series that are not fictional, shipped or in the overlay, by their first date.

    Raises
    ------
    ContentError
        If the file of a series cannot be read.
    """
    starts = {
        id_: min((meeting.date for meeting in series.schedule), default=dt.date.max)
        for id_ in list_series(overlay)
        if not (series := load_series(id_, overlay)).fictional
    }
    return sorted(starts, key=lambda id_: (starts[id_], id_))


def find_newest_series() -> str:
    """The id of the shipped series with the latest first date, of those that are not fictional."""
    return list_real_series()[-1]


def load_series(series: str, overlay: Path | None = None) -> m.Series:
    """Load only a series' title and schedule, quickly and without checking them against the other files.

    Raises
    ------
    UnknownSeriesError
        If there is no such series, shipped or in the overlay.
    ContentError
        If its file cannot be read.
    """
    folders = Folders.over_shipped(overlay)
    known = folders.series_ids()
    if series not in known:
        raise UnknownSeriesError(series, known)
    reader = Reader(folders)
    read = reader.model(at.series_file(series), m.Series)
    if read is None or reader.problems:
        raise ContentError(in_order(reader.problems))
    return read.model


def load_instrument(overlay: Path | None = None) -> m.Instrument:
    """Load only the instrument, which is the same for all series.

    Raises
    ------
    ContentError
        If its files or the roles have problems.
    """
    reader = Reader(Folders.over_shipped(overlay))
    parts, found = read_instrument_parts(reader), Findings()
    check_instrument(parts, found)
    if problems := in_order([*reader.problems, *found.problems]):
        raise ContentError(problems)
    assert parts.instrument  # noqa: S101
    return parts.instrument


def load_roles(overlay: Path | None) -> m.Roles:
    """Load only the roles.

    Raises
    ------
    ContentError
        If their file has problems.
    """
    reader = Reader(Folders.over_shipped(overlay))
    roles = reader.model(at.ROLES_FILE, m.Roles)
    if roles is None or reader.problems:
        raise ContentError(in_order(reader.problems))
    return roles.model


def series_to_check(overlay: Path | None = None) -> list[str]:
    """The ids of the series that ``check_content`` checks: the overlay's, or, if it has none, the shipped ones."""
    return Folders.over_shipped(overlay).series_to_check()


def check_content(overlay: Path | None = None, base: Path = SHIPPED) -> list[Problem]:
    """Every problem of every series to check, in order of file and line; empty if there are none.

    ``base`` is a complete pack (the shipped one), ``overlay`` a folder whose files replace those of ``base``.
    """
    layers = (base,) if overlay is None or not overlay.is_dir() else (overlay.resolve(), base)
    reader = Reader(Folders(layers))
    series_ids = reader.folders.series_to_check()
    parts = {series: read_content_parts(reader, series) for series in series_ids}
    problems = [problem for read in parts.values() for problem in validate_parts(read)]
    if reader.folders.find(FORMER_CLUSTERS_FILE):
        read_crosswalk_files(reader)
    if reader.folders.find(EVALUATION_FILE):
        read_evaluation(reader)
    _read_public_files(reader)
    for series, read in parts.items():
        _read_staff_files(reader, series, _sessions(read))
    if not series_ids:
        problems.append(Problem(at.shown_path(layers[0]), 1, "", "has no series: series/<id>/series.yaml is missing"))
    return in_order([*reader.problems, *problems, *_strays(reader)])


def find_content_notices(today: dt.date, overlay: Path | None = None) -> list[Problem]:
    """What staff should look at, although the content is valid, in order of file and line; empty if there is nothing.

    These are statements and examples older than a year, references to what the series and the instrument do not have,
    areas and policy levers without a published example, sessions with more prework than planned, questions to an
    example state that are on no slide, cues that misquote the button that begins the session, and prepared messages
    that the time of their exercise contradicts.
    """
    reader = Reader(Folders.over_shipped(overlay))
    parts = {series: read_content_parts(reader, series) for series in reader.folders.series_to_check()}
    notices = [notice for part in parts.values() for notice in find_notices(part, today)]
    for series, part in parts.items():
        notices += find_facilitation_notices(reader, series, _sessions(part), part.instrument)
    return in_order(notices)


def _sessions(parts: Parts) -> tuple[m.Session, ...]:
    return tuple(part.session for part in parts.sessions if part.session is not None)


def _read_public_files(reader: Reader) -> None:
    """Check the notice, the handouts, and the glossary, in every language in which they exist."""
    for language in ("", *reader.folders.languages()):
        if reader.folders.find(at.localized_file(NOTICE_FILE, language)):
            read_notice(reader, language)
        if reader.folders.find(at.localized_file(HANDOUTS_FILE, language)):
            read_handouts(reader, language)
        if language and reader.folders.find(at.localized_file(JOIN_FILE, language)):
            read_translation(reader, language)
    if reader.folders.find(GLOSSARY_FILE):
        read_glossary(reader)


def _read_staff_files(reader: Reader, series: str, sessions: tuple[m.Session, ...]) -> None:
    """Check the messages and the facilitation steps of a series, if it has any."""
    if reader.folders.find(find_messages_file(reader.folders, series)):
        read_messages(reader, series)
    if reader.folders.find(facilitation_file(series)):
        read_facilitation(reader, series, sessions)


def _strays(reader: Reader) -> list[Problem]:
    """Problems for unread files in the topmost folder, which may have a misspelled name."""
    known = sorted(reader.used)
    return [
        Problem(reader.folders.shown(path), 1, "", f"nothing reads a file of this name{did_you_mean(path, known)}")
        for path in reader.folders.top_files()
        if path not in reader.used and Path(path).suffix in (".yaml", ".yml", ".YAML", ".YML")
    ]


def assemble_content(parts: Parts, version: str) -> m.Content:
    """The content of parts that are all there. Sessions that could not be read are left out."""
    found = (parts.series, parts.framework, parts.jurisdictions, parts.audiences, parts.roles, parts.plain_language)
    series, framework, jurisdictions, audiences, roles, plain_language = found
    instrument = parts.instrument
    assert series and framework and jurisdictions and audiences and roles  # noqa: PT018, S101
    assert plain_language and instrument  # noqa: PT018, S101
    return m.Content(
        version=version,
        series=series.model,
        sessions=tuple(part.session for part in parts.sessions if part.session is not None),
        instrument=instrument,
        framework=framework.model,
        jurisdictions=jurisdictions.model.jurisdictions,
        audiences=audiences.model.audiences,
        roles=roles.model.roles,
        plain_language=plain_language.model,
        between=parts.between.model if parts.between else None,
        facts=gather_facts(parts),
        examples=tuple(example for file in parts.examples for example in file.model.examples),
        hosting=parts.hosting.model if parts.hosting else None,
    )
