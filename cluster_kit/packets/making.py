"""Packets, one job after the other. One that fails leaves the others alone."""

from __future__ import annotations

import datetime as dt
import logging
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat

from cluster_kit.content import load_content
from cluster_kit.content.models import Content
from cluster_kit.errors import ClusterKitError, UsageError
from cluster_kit.insights import Answers
from cluster_kit.notebooks_path import find_notebook
from cluster_kit.packets.jobs import Job, Manifest, Result, plan_jobs
from cluster_kit.packets.page import write_page
from cluster_kit.packets.running import run_notebook
from cluster_kit.responses import Store
from cluster_kit.settings import Settings

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wanted:
    """Which packets to make. ``sessions`` and ``jurisdictions`` None: all of them; ``notebooks`` None: what ships."""

    series: str
    sessions: Sequence[int] | None = None
    jurisdictions: Sequence[str] | None = None
    notebooks: Path | None = None


def make_packets(
    settings: Settings, wanted: Wanted, out: Path, report: Callable[[Result], None] = lambda _: None
) -> Manifest:
    """Make every wanted packet in the folder ``out``: the executed notebook and one HTML file each.

    ``report`` is told of each result as it comes. Files stand under their name only when they are whole; an older
    packet of the same name is replaced. What is wrong with the request is raised before anything is made; what is
    wrong with one packet is its result's ``error``.
    """
    content = load_content(wanted.series, overlay=settings.content)
    jobs = plan_jobs(content, wanted.sessions, wanted.jurisdictions)
    _make_folder(out)
    results = []
    for job in jobs:
        results.append(make_packet(settings, content, job, out, wanted.notebooks))
        report(results[-1])
    made_at = dt.datetime.now(dt.UTC)
    return Manifest(series=wanted.series, content_version=content.version, made_at=made_at, results=tuple(results))


def make_packet(settings: Settings, content: Content, job: Job, out: Path, notebooks: Path | None = None) -> Result:
    """Make one packet. Never raises for what is wrong with it: the result says so."""
    start = time.monotonic()
    try:
        answers = _read_answers(settings, job)
        files = _write_packet(settings, content, job, answers, (out, notebooks))
    except ClusterKitError as error:
        return Result(job=job, status="failed", error=str(error), seconds=_since(start))
    except Exception as error:
        _log.exception("Packet %s could not be made", job.name)
        sentence = f"It stopped with {type(error).__name__}: {error}. The log has the details."
        return Result(job=job, status="failed", error=sentence, seconds=_since(start))
    exercises = content.get_session(job.session).exercises
    answered = sum(answers.has(job.session, exercise.id) for exercise in exercises)
    return Result(job=job, status="made", files=files, answered=answered, seconds=_since(start))


def _write_packet(
    settings: Settings, content: Content, job: Job, answers: Answers, places: tuple[Path, Path | None]
) -> tuple[str, ...]:
    out, notebooks = places
    session, jurisdiction = content.get_session(job.session), content.get_jurisdiction(job.jurisdiction)
    notebook = run_notebook(find_notebook(job.session, notebooks), job, settings)
    notebook.metadata["title"] = f"{jurisdiction.name}: Session {session.number}, {session.title}"
    written = {
        f"{job.name}.ipynb": str(nbformat.writes(notebook)),  # type: ignore[no-untyped-call]
        f"{job.name}.html": write_page(content, session, jurisdiction, answers, notebook),
    }
    for name, text in written.items():
        _write_whole(out / name, text)
    return tuple(written)


def _read_answers(settings: Settings, job: Job) -> Answers:
    where = (job.series, job.jurisdiction)
    with Store.open(settings.db_url) as store:
        return Answers(store.current(*where), store.people(*where), store.history(*where))


def _make_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"The folder {out} cannot be made ({error.strerror}). Name another with --out.") from error


def _write_whole(path: Path, text: str) -> None:
    """Write beside the file first and put it in place at the end, so that nobody ever sees half a packet."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _since(start: float) -> float:
    return round(time.monotonic() - start, 2)
