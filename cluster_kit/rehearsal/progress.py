"""Progress of a rehearsal: an updated line on a terminal, lines in a log, JSON events for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict

import typer

from cluster_kit.rehearsal.play import Moment, OnEvent, RehearsalOpening
from cluster_kit.rehearsal.tally import Report
from cluster_kit.text import count_of

MINUTES_A_LINE = 5.0
MOST_ERRORS = 5


def choose_rehearsal_progress(*, as_json: bool) -> AbstractContextManager[OnEvent]:
    """JSON events if requested, an updated line on a terminal, lines otherwise."""
    if as_json:
        return rehearsal_events()
    return rehearsal_bar() if sys.stderr.isatty() else rehearsal_lines()


@contextmanager
def rehearsal_events() -> Iterator[OnEvent]:
    """JSON lines on stdout: ``opening``, ``moment``, ``report``."""

    def show(event: RehearsalOpening | Moment | Report) -> None:
        data = event.as_json() if isinstance(event, Report) else asdict(event)
        typer.echo(json.dumps({"event": type(event).__name__.lower().removeprefix("rehearsal"), **data}))

    yield show


@contextmanager
def rehearsal_lines() -> Iterator[OnEvent]:
    """A line on stderr every few minutes of the session; the links before, and the report after, on stdout."""
    typer.echo(
        "Starting the server and preparing each state's page. With all states, this takes about a minute.", err=True
    )
    latest = Moment(-MINUTES_A_LINE, "", 0, 0, 0, 0)

    def show(event: RehearsalOpening | Moment | Report) -> None:
        nonlocal latest
        if not isinstance(event, Moment):
            typer.echo(format_moment(event))
            return
        if event.killed or event.segment != latest.segment or event.minute - latest.minute >= MINUTES_A_LINE:
            latest = event
            typer.echo(format_moment(event), err=True)

    yield show


@contextmanager
def rehearsal_bar() -> Iterator[OnEvent]:
    """An updated status line on stderr; the links before, and the report after, on stdout."""
    from rich.console import Console
    from rich.status import Status

    with Status("Starting the server and preparing each state's page …", console=Console(stderr=True)) as status:

        def show(event: RehearsalOpening | Moment | Report) -> None:
            if isinstance(event, Moment) and not event.killed:
                status.update(format_moment(event))
            else:
                typer.echo(format_moment(event))

        yield show


def format_moment(event: RehearsalOpening | Moment | Report) -> str:
    """An event as text."""
    if isinstance(event, RehearsalOpening):
        return _format_opening(event)
    if isinstance(event, Moment) and event.killed:
        connected = count_of(event.here, "person", "people")
        return (
            f"minute {event.minute:5.1f}  server killed     as in a power failure, with {connected} connected; it"
            " starts again, and their pages reconnect"
        )
    if isinstance(event, Moment):
        where = event.segment.replace("_", " ") or "no segment"
        waiting = f", {event.waiting} on their way" if event.waiting else ""
        sentence = f"{event.here} people here, {event.answers:,} answers kept{waiting}, {event.actions:,} actions"
        return f"minute {event.minute:5.1f}  {where:<16}  {sentence}"
    return _format_report(event)


def _format_opening(event: RehearsalOpening) -> str:
    guests = "\n".join(f"  {link}" for link in event.guests)
    return (
        f"{event.session}. All people in it are fictional: {event.people} people from {event.states} states, "
        f"about {event.minutes:.0f} minutes.\n\n"
        f"The console, for you as a facilitator:\n  {event.console}\n\n"
        f"The console for a second facilitator, in another browser or a private window:\n  {event.co_facilitator}\n\n"
        f"Sit in as a participant, in another browser or a private window:\n{guests}\n"
    )


def _format_report(report: Report) -> str:
    held = f", {report.answers_held:,} still with their pages" if report.answers_held else ""
    refused = f", {report.answers_refused:,} refused" if report.answers_refused else ""
    declined = f", {report.events_refused:,} refused" if report.events_refused else ""
    verdict = "Nothing was lost." if not report.lost else f"LOST: {report.lost:,}."
    if not report.finished:
        verdict = f"Stopped before the end. {verdict}"
    words = [
        f"People    {report.came:,} of {report.invited:,} invited came, {report.got_in:,} got in",
        f"Answers   {report.answers_sent:,} sent, {report.answers_acknowledged:,} acknowledged, "
        f"{report.answers_found:,} found in the store{held}{refused}",
        f"Actions   {report.events_sent:,} sent, {report.events_acknowledged:,} acknowledged, "
        f"{report.events_found:,} found in the store{declined}",
        f"Evaluated {report.evaluations_acknowledged:,} acknowledged, {report.evaluations_found:,} found in the store",
        f"Opening   {_ms(report.open_p50_ms)} in the middle, {_ms(report.open_max_ms)} for the slowest page",
        f"Saving    {_ms(report.save_p50_ms)} in the middle, {_ms(report.save_p99_ms)} for the slowest of a hundred",
        f"Server    started {count_of(report.server_starts, 'time')}; pages reconnected {report.reconnects:,} times",
        *(f"Trouble   {count:,} × {what}" for what, count in list(report.errors.items())[:MOST_ERRORS]),
        verdict,
    ]
    return "\n".join(words)


def _ms(milliseconds: int | None) -> str:
    return "nothing" if milliseconds is None else f"{milliseconds:,} ms"
