"""Batch of packets: builds, checks, and stores those that are missing or out of date.

A failed packet does not affect the others.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cluster_kit.content import load_content
from cluster_kit.content.models import Content
from cluster_kit.errors import ClusterKitError, UsageError
from cluster_kit.exercises.answers import is_empty
from cluster_kit.files import hold_folder, report_write_errors
from cluster_kit.packets.checking import Checker
from cluster_kit.packets.formats import HTML, IPYNB
from cluster_kit.packets.inputs import InputReader, Inputs
from cluster_kit.packets.jobs import Job, PacketKind, plan_jobs
from cluster_kit.packets.manifest import (
    Manifest,
    PacketResult,
    collect_results,
    find_results,
    write_files,
    write_index,
    write_manifest,
)
from cluster_kit.packets.pipeline import BuildResult, Task
from cluster_kit.packets.pool import Outcome, run_here, run_on_dask
from cluster_kit.settings import Settings
from cluster_kit.store.deployment import open_deployment_store


@dataclass(frozen=True)
class PacketRequest:
    """Which packets to make. ``notebooks`` None: the shipped ones. ``sessions`` None: all.

    ``jurisdictions`` None: for preparation, all; for results, those that answered something, and those that have a
    packet in the folder already.
    """

    series: str
    sessions: Sequence[int] | None = None
    jurisdictions: Sequence[str] | None = None
    notebooks: Path | None = None
    kind: PacketKind = PacketKind.AFTER
    formats: Sequence[str] = (IPYNB, HTML)


@dataclass(frozen=True)
class BatchOptions:
    """How to make packets: with ``workers`` local processes, or at the address of a Dask ``scheduler``.

    ``force`` also makes packets whose inputs have not changed. ``require_accessible`` fails a packet that does not pass
    its accessibility check, or cannot be checked. Without ``check`` files are not checked, which saves a third of the
    time.
    """

    workers: int = 1
    scheduler: str | None = None
    force: bool = False
    require_accessible: bool = False
    check: bool = True


@dataclass(frozen=True)
class BatchPlan:
    """The plan of a run: ``total`` packets are requested, of which ``to_make`` are not up to date.

    ``unanswered``: by session, the states that get no packet because they answered nothing.
    """

    total: int
    to_make: int
    unanswered: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


Report = Callable[[BatchPlan | PacketResult], None]


def make_packets(
    settings: Settings,
    wanted: PacketRequest,
    out: Path,
    how: BatchOptions | None = None,
    report: Report = lambda _: None,
) -> Manifest:
    """Make every requested packet that is missing or out of date in the folder ``out``, and return all results.

    Results are in the order of the jobs. ``report`` is called with the plan, then with each result. Files are written
    atomically and replace older ones. ``manifest.json`` is written after every packet, so that a run that was killed
    continues where it stopped. A problem with one packet is its result's ``error``.

    Raises
    ------
    UsageError, ContentError
        If the request or the content is invalid, or all states are requested and none has answered anything; before
        anything is made.
    OutputError
        If another batch writes to the folder, before anything is made; or if the folder cannot be written to, such as
        on a full disk. The finished packets stay.
    """
    how = how or BatchOptions()
    content = load_content(wanted.series, overlay=settings.content)
    jobs = plan_jobs(content, wanted.sessions, wanted.jurisdictions, wanted.kind)
    if how.workers < 1:
        raise UsageError(f"--workers is {how.workers}; it must be at least 1.")
    if how.require_accessible and not how.check:
        raise UsageError("--require-accessible needs the check that --no-check leaves out. Take one of them away.")
    with hold_folder(out), Checker() as checker:
        unanswered: dict[int, tuple[str, ...]] = {}
        if wanted.jurisdictions is None and wanted.kind is not PacketKind.PREWORK:
            jobs, unanswered = _leave_out_unanswered(settings, wanted.series, jobs, out)
        return _Batch(settings, content, wanted, out, how).run(jobs, checker, report, unanswered)


def _leave_out_unanswered(
    settings: Settings, series: str, jobs: Sequence[Job], out: Path
) -> tuple[list[Job], dict[int, tuple[str, ...]]]:
    """The jobs with answers, or with a packet in the folder that may be out of date; and the other states by session.

    Raises ``UsageError`` if there is no such job.
    """
    with open_deployment_store(settings) as store:
        given = [one for one in store.current(series) if not is_empty(one.value)]
    answered = {(one.session, one.jurisdiction) for one in given} | {(0, one.jurisdiction) for one in given}
    known = find_results(out)
    kept: list[Job] = []
    others: defaultdict[int, list[str]] = defaultdict(list)
    for job in jobs:
        about = 0 if job.kind is PacketKind.SERIES else job.session
        if (about, job.jurisdiction) in answered or job.name in known:
            kept.append(job)
        else:
            others[job.session].append(job.jurisdiction)
    if not kept:
        raise UsageError(
            "No state has answered anything yet, so there is no packet to make. To make one without answers, name the "
            "state: --jurisdiction OH."
        )
    return kept, {session: tuple(codes) for session, codes in others.items()}


class _Batch:
    """One run."""

    def __init__(
        self, settings: Settings, content: Content, wanted: PacketRequest, out: Path, how: BatchOptions
    ) -> None:
        self._settings, self._content, self._wanted, self._out, self._how = settings, content, wanted, out, how
        self._known = find_results(out)
        self._inputs: dict[str, Inputs] = {}

    def run(
        self, jobs: Sequence[Job], checker: Checker, report: Report, unanswered: Mapping[int, tuple[str, ...]]
    ) -> Manifest:
        results: dict[str, PacketResult] = {}
        failed = self._read_inputs(jobs)
        current = [job for job in jobs if job.name not in failed and self._is_current(job)]
        tasks = [self._task(job) for job in jobs if job not in current and job.name not in failed]
        report(BatchPlan(len(jobs), len(tasks), unanswered))
        for job in current:
            results[job.name] = self._known[job.name].model_copy(update={"status": "unchanged"})
            report(results[job.name])
        with self._recording():
            broken = ((self._task(job), failed[job.name]) for job in jobs if job.name in failed)
            for task, made in itertools.chain(broken, self._outcomes(tasks)):
                with report_write_errors(self._out):
                    results[task.job.name] = self._finish(task.job, made, checker)
                report(results[task.job.name])
        return collect_results(self._content, [results[job.name] for job in jobs])

    def _read_inputs(self, jobs: Sequence[Job]) -> dict[str, BuildResult]:
        """Read the inputs of every job; returns a failed result for each job whose inputs cannot be read."""
        failed = {}
        try:
            with open_deployment_store(self._settings) as store:
                reader = InputReader(self._settings, store, self._content, self._wanted.notebooks)
                for job in jobs:
                    try:
                        self._inputs[job.name] = reader.read(job)
                    except (ClusterKitError, OSError) as error:
                        failed[job.name] = BuildResult(0.0, error=str(error))
        except ClusterKitError as error:
            failed = {job.name: BuildResult(0.0, error=str(error)) for job in jobs}
        return failed

    def _is_current(self, job: Job) -> bool:
        """True if the packet in the folder is up to date."""
        known = self._known.get(job.name)
        if self._how.force or known is None or known.status == "failed":
            return False
        if self._how.require_accessible and known.accessibility != "passed":
            return False
        has_all = set(self._wanted.formats) <= set(known.formats)
        is_same = known.inputs == self._inputs[job.name].digest
        return is_same and has_all and all(file.is_intact(self._out) for file in known.files)

    def _task(self, job: Job) -> Task:
        """The task for a job: the requested formats, plus existing files that would become out of date."""
        known = self._known.get(job.name)
        formats = dict.fromkeys([*self._wanted.formats, *(known.formats if known else ())])
        return Task(job, self._settings, tuple(formats), self._wanted.notebooks)

    def _outcomes(self, tasks: Sequence[Task]) -> Iterator[Outcome]:
        if not tasks:
            return
        if self._how.scheduler:
            yield from run_on_dask(tasks, self._how.scheduler)
        else:
            yield from run_here(tasks, min(self._how.workers, len(tasks)))

    def _finish(self, job: Job, made: BuildResult, checker: Checker) -> PacketResult:
        """Check the packet's files, store them, and record the result."""
        inputs = self._inputs.get(job.name, Inputs("", 0))
        checks = checker.check(made.files) if self._how.check else ()
        error = made.error
        if not error and self._how.require_accessible:
            found = [f"{c.format}: {p}" for c in checks for p in (*c.problems, *filter(None, [c.skipped]))]
            error = f"It is not accessible, or could not be checked. {' '.join(found)}" if found else ""
        result = PacketResult(
            job=job,
            status="failed" if error else "made",
            files=() if error else write_files(self._out, made.files),
            inputs=inputs.digest,
            answered=inputs.answered,
            seconds=made.seconds,
            made_at=dt.datetime.now(dt.UTC),
            checks=checks,
            error=error,
        )
        self._known[job.name] = result
        write_manifest(self._out, self._content, self._sorted())
        return result

    @contextmanager
    def _recording(self) -> Iterator[None]:
        """Write the HTML index at the end, even after an error."""
        try:
            yield
        finally:
            with report_write_errors(self._out):
                write_index(self._out, self._content, self._sorted())

    def _sorted(self) -> list[PacketResult]:
        return [self._known[name] for name in sorted(self._known)]
