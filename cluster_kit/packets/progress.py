"""Progress of a batch: a bar on a terminal, lines in a log, JSON events for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from pathlib import Path

import typer

from cluster_kit.packets.batch import BatchPlan
from cluster_kit.packets.manifest import MANIFEST, PacketResult
from cluster_kit.text import count_of

Report = Callable[[BatchPlan | PacketResult], None]
FEW_STATES = 8  # that a line names; more are counted


def choose_packet_progress(
    out: Path, place: Mapping[str, str | None], *, as_json: bool
) -> AbstractContextManager[Report]:
    """JSON events if requested, a bar on a terminal, lines otherwise. ``place`` is that of ``packet_events``."""
    if as_json:
        return packet_events(out, place)
    return packet_bar() if sys.stderr.isatty() else packet_lines()


@contextmanager
def packet_lines() -> Iterator[Report]:
    """One line on stderr for each packet."""
    yield lambda event: typer.echo(format_packet_event(event), err=True)


@contextmanager
def packet_bar() -> Iterator[Report]:
    """A bar on stderr, with a line above it for each failed packet."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    name = TextColumn("{task.fields[now]}")
    columns = (TextColumn("Packets"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), name)
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("packets", total=None, now="")

        def report(event: BatchPlan | PacketResult) -> None:
            if isinstance(event, BatchPlan):
                progress.update(task, total=event.total)
                if event.unanswered:
                    progress.console.print(_name_unanswered(event), markup=False, highlight=False)
                return
            progress.update(task, advance=1, now=event.job.name)
            if event.status == "failed":
                progress.console.print(format_packet_event(event), markup=False, highlight=False)

        yield report


@contextmanager
def packet_events(out: Path, place: Mapping[str, str | None]) -> Iterator[Report]:
    """JSON lines on stdout: ``planned``, a ``packet`` for each result, ``finished`` with the keys of ``place``."""
    result = {"made": 0, "unchanged": 0, "failed": 0}

    def report(event: BatchPlan | PacketResult) -> None:
        if isinstance(event, BatchPlan):
            typer.echo(json.dumps({"event": "planned", **asdict(event)}))
            return
        result[event.status] += 1
        data = event.model_dump(mode="json")
        typer.echo(json.dumps({"event": "packet", "accessibility": event.accessibility, **data}))

    yield report
    typer.echo(json.dumps({"event": "finished", **result, "manifest": str(out / MANIFEST), **place}))


@contextmanager
def explain_interruption(report: Report) -> Iterator[Report]:
    """Pass events on. If the run is interrupted, say on stderr how many packets are done and how to continue."""
    total, done = 0, 0

    def count(event: BatchPlan | PacketResult) -> None:
        nonlocal total, done
        if isinstance(event, BatchPlan):
            total = event.total
        else:
            done += event.status != "failed"
        report(event)

    try:
        yield count
    except KeyboardInterrupt:
        if total:
            stopped = f"Stopped with {done} of {count_of(total, 'packet')} up to date."
            typer.echo(f"{stopped} To make the others, run the same command again.", err=True)
        raise


def format_packet_event(event: BatchPlan | PacketResult) -> str:
    """An event as a sentence."""
    if isinstance(event, BatchPlan):
        unanswered = f" {_name_unanswered(event)}" if event.unanswered else ""
        return f"{count_of(event.total, 'packet')}, {event.to_make} to make.{unanswered}"
    if event.status == "failed":
        return f"{event.job.name}: FAILED. {event.error}"
    if event.status == "unchanged":
        return f"{event.job.name}: up to date"
    exercises = "no exercise complete yet"
    if event.answered:
        exercises = f"{count_of(event.answered, 'exercise')} complete"
    checked = f", accessibility: {event.accessibility}" if event.checks else ""
    return f"{event.job.name}: made in {event.seconds:.1f} s, {exercises}{checked}"


def _name_unanswered(plan: BatchPlan) -> str:
    """The states without a packet, by session if there are several, and how to make one. Many are only counted."""
    several = len(plan.unanswered) > 1
    parts = [
        f"{_name_few(codes)} in session {session}" if several else _name_few(codes)
        for session, codes in plan.unanswered.items()
    ]
    example = next(iter(plan.unanswered.values()))[0]
    names = " --json names them." if any(len(codes) > FEW_STATES for codes in plan.unanswered.values()) else ""
    return (
        f"None for those that answered nothing: {'; '.join(parts)}.{names} "
        f"To make one anyway, add --jurisdiction {example}."
    )


def _name_few(codes: Sequence[str]) -> str:
    return ", ".join(codes) if len(codes) <= FEW_STATES else count_of(len(codes), "state")
