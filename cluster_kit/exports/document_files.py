"""What all documents of the exports say, and their files in the formats of packets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import nbformat

from cluster_kit.content.models import Content
from cluster_kit.documents.model import Document
from cluster_kit.errors import UsageError
from cluster_kit.exercises.labels import format_date
from cluster_kit.files import PRIVATE, READABLE, report_write_errors, staging_folder
from cluster_kit.packets.formats import IPYNB, PACKET_FORMATS
from cluster_kit.packets.packet import FICTIONAL

FORMATS = ("docx", "html", "pdf")
ReportProgress = Callable[[int, int], None]
"""Called with the number of documents that are made so far, and the number of all."""


def choose_formats(given: Sequence[str]) -> tuple[str, ...]:
    """The formats by name, in lower case. Raises ``UsageError`` for one that is unknown, or only for notebooks."""
    known = [name for name in PACKET_FORMATS.names() if name != IPYNB]
    chosen = tuple(dict.fromkeys(name.lower() for name in given))
    if not chosen:
        raise UsageError(f"Give at least one format: {', '.join(known)}.")
    for name in chosen:
        if name not in known:
            raise UsageError(f"{name!r} is not a format of this document; it can be {', '.join(known)}.")
    return chosen


def format_today() -> str:
    """Today in UTC, in words."""
    return format_date(dt.datetime.now(dt.UTC).date().isoformat())


def fictional_notice(content: Content) -> str:
    """The notice of a fictional series, else an empty text."""
    return FICTIONAL if content.series.fictional else ""


def describe_source(content: Content) -> str:
    """The series and the content that a document is made for, as a sentence."""
    return f"Made for series {content.series.id}, content {content.version}."


def write_documents(
    documents: Mapping[str, Document],
    formats: Sequence[str],
    out: Path,
    *,
    private: bool = False,
    report: ReportProgress = lambda made, total: None,  # noqa: ARG005
) -> tuple[Path, ...]:
    """Write each document in each format to a folder, under its name and the format's extension.

    No file is replaced before all are written. With ``private``, only the owner can read them. Raises ``UsageError`` if
    the folder is not writable, and ``DocumentError``.
    """
    notebook = nbformat.v4.new_notebook()  # type: ignore[no-untyped-call]
    files = []
    for number, (name, document) in enumerate(documents.items(), start=1):
        files += [(f"{name}.{form}", PACKET_FORMATS.get(form)(document, notebook)) for form in formats]
        report(number, len(documents))
    with report_write_errors(out), staging_folder(out) as folder:
        for name, written in files:
            (folder / name).write_bytes(written)
            (folder / name).chmod(PRIVATE if private else READABLE)
    return tuple(out / name for name, _ in files)
