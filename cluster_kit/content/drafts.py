"""Check a file that is being edited as if it were in place, and time its sessions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cluster_kit.content import models as m
from cluster_kit.content.budget import SegmentTime, time_session
from cluster_kit.content.documents import parse_located_document
from cluster_kit.content.errors import Problem, in_order
from cluster_kit.content.folders import FileState, Folders
from cluster_kit.content.loading import assemble_content
from cluster_kit.content.pack_reader import Reader, read_content_parts
from cluster_kit.content.parts import Parts
from cluster_kit.content.validation import validate_parts


@dataclass(frozen=True)
class CheckedDraft:
    """A draft of one file of a series.

    ``problems`` are those of the file, ``elsewhere`` those that it causes in other files, ``before`` those that other
    files have without it. ``content`` None: reference files cannot be read. Exercises with problems are not in it.
    """

    parts: Parts
    problems: tuple[Problem, ...]
    elsewhere: tuple[Problem, ...]
    before: tuple[Problem, ...]
    content: m.Content | None

    @property
    def is_usable(self) -> bool:
        """Whether the draft can go live: it causes no problem."""
        return not self.problems and not self.elsewhere

    def time(self, number: int) -> list[SegmentTime]:
        """The time of a session's segments, with the exercises that can be read; empty if the session cannot be."""
        part = next((part for part in self.parts.sessions if part.number == number), None)
        if part is None or part.session is None:
            return []
        return time_session(
            part.session.segments, tuple(exercise.model for exercise in part.exercises), self.parts.instrument
        )


def check_draft(series: str, overlay: Path | None, relative: str, raw: bytes) -> CheckedDraft:
    """Check a series with these bytes in place of one of its files, a path within the pack."""
    folders = Folders.over_shipped(overlay)
    base, problems_before = _read(series, folders, folders.state())
    name = folders.shown(relative)
    draft = parse_located_document(raw, name)
    # Problems of the files as they are may come from the file that is replaced: then nothing is reused.
    reader = (Reader(folders) if problems_before else base).with_draft(relative, draft)
    parts = read_content_parts(reader, series)
    found = in_order([*reader.problems, *validate_parts(parts)])
    others = [problem for problem in found if problem.file != name]
    is_complete = all((parts.series, parts.framework, parts.jurisdictions, parts.audiences, parts.roles))
    return CheckedDraft(
        parts,
        tuple(problem for problem in found if problem.file == name),
        tuple(problem for problem in others if problem not in problems_before),
        tuple(problem for problem in others if problem in problems_before),
        assemble_content(parts, reader.digest()) if is_complete and parts.plain_language and parts.head else None,
    )


@lru_cache(maxsize=4)
def _read(series: str, folders: Folders, state: frozenset[FileState]) -> tuple[Reader, frozenset[Problem]]:  # noqa: ARG001
    """The files as they are, and their problems. ``state`` is a part of the key."""
    reader = Reader(folders)
    parts = read_content_parts(reader, series)
    return reader, frozenset([*reader.problems, *validate_parts(parts)])
