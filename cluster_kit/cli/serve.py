"""``cluster-kit serve``: run the live server."""

from __future__ import annotations

import json
import shlex
import sys
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from cluster_kit.cli.app import app, drop_lines_at_end
from cluster_kit.cli.options import Db, Home, Notebooks, Port, Series, find_upcoming, open_store, read_settings
from cluster_kit.content import Content, load_content
from cluster_kit.content.notebook_checks import find_display_notices
from cluster_kit.errors import UsageError
from cluster_kit.files import find_open_paths
from cluster_kit.server.monitoring.logs import LogFormat
from cluster_kit.settings import Settings
from cluster_kit.text import count_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from cluster_kit.server.listening import ServeOptions
    from cluster_kit.server.pages.preparation import Preparation
    from cluster_kit.store import Store


@app.command("serve")
def serve_command(  # noqa: PLR0913  (each is an option of the command)
    *,
    series: Series = None,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Port = None,
    home: Home = None,
    db: Db = None,
    behind_proxy: Annotated[bool, typer.Option(help="A proxy in front of this server provides HTTPS.")] = False,
    sign_on_proxy: Annotated[
        str, typer.Option(help="The addresses of a proxy that signs people in with their agency's account.")
    ] = "",
    certfile: Annotated[Path | None, typer.Option(help="The TLS certificate, if there is no proxy.")] = None,
    keyfile: Annotated[Path | None, typer.Option(help="The certificate's key.")] = None,
    notebooks: Notebooks = None,
    prepare: Annotated[
        str, typer.Option(help="Render the pages of all invited states at the start: a session's number, next, or all.")
    ] = "",
    grace: Annotated[
        float,
        typer.Option(min=0, help="Seconds to keep the kernel of a page with widgets after its connection is lost."),
    ] = 20,
    most_kernels: Annotated[int, typer.Option(min=0, help="The most kernels. 0 means as many as fit in memory.")] = 0,
    processes: Annotated[
        int, typer.Option(min=1, max=64, help="Processes that share the port, such as one per core.")
    ] = 1,
    worker: Annotated[str, typer.Option(hidden=True)] = "",
    log: Annotated[
        LogFormat, typer.Option(help="The log format: text for people, or JSON for machines.")
    ] = LogFormat.PLAIN,
) -> None:
    """Run the server of a series until it is interrupted.

    By default, only this computer can open its pages. Stop with Ctrl+C.
    """
    from cluster_kit.server.auth.sign_on import SignOn
    from cluster_kit.server.listening import ServeOptions
    from cluster_kit.server.ports import DEFAULT_PORT
    from cluster_kit.server.workers import Worker

    settings, chosen = read_settings(series, home, db, creates=True)
    content = load_content(chosen, overlay=settings.content)
    options = ServeOptions(
        host,
        DEFAULT_PORT if port is None else port,
        is_fixed=port is not None or behind_proxy,  # a proxy asks one port
        behind_proxy=behind_proxy,
        certfile=certfile,
        keyfile=keyfile,
        notebooks=notebooks,
        prepare=choose_sessions(content, prepare, partial(find_upcoming, settings, content)),
        grace_s=grace,
        most_kernels=most_kernels,
        worker=Worker.parse(worker),
        log=log,
        sign_on=SignOn.read(sign_on_proxy, settings.home),
        report_wait=partial(report_wait, log),
    )
    options.check()
    if log is LogFormat.JSON:
        drop_lines_at_end()
    if not worker:
        _report_cells(content, notebooks, log)
    if processes > 1:
        _run_workers(settings, chosen, options, processes)
    else:
        _run_server(settings, content, options)


def _run_server(settings: Settings, content: Content, options: ServeOptions) -> None:
    """Run the server in this process, also as one of several workers."""
    from cluster_kit.server.app import serve

    with open_store(settings) as store:
        if options.worker is None:
            report_open_files(settings, options.log)
            _complete_erasures(settings, store, options.log)
        announce = partial(_print_address, options.port, options.log if options.worker is None else LogFormat.JSON)
        serve(settings, content, store, options, announce, _show_progress)


def _run_workers(settings: Settings, series: str, options: ServeOptions, processes: int) -> None:
    """Run server processes that share the port, and restart those that end."""
    from cluster_kit.server.workers import supervise

    with open_store(settings) as store:  # migrated once, before the workers open it
        report_open_files(settings, options.log)
        _complete_erasures(settings, store, options.log)
    settings.secret()
    # The series is fixed: a worker that is restarted must not read a setting that has changed since.
    arguments = [*sys.argv[1:], "--series", series, "--processes", "1"]
    announce = partial(_print_address, options.port, options.log)
    supervise(arguments, options.host, options.ports, processes, announce, options.report_wait)


def report_open_files(settings: Settings, log: LogFormat) -> None:
    """Name the key and the store if other accounts can read them: a copy of a home can have lost its permissions."""
    for path in find_open_paths(settings.private_files):
        if log is LogFormat.JSON:
            found = {"level": "WARNING", "what": "other accounts have access to a private file", "path": str(path)}
            typer.echo(json.dumps(found), err=True)
        else:
            typer.echo(f"Other accounts have access to {path}. Run: chmod go-rwx {shlex.quote(str(path))}", err=True)


def _complete_erasures(settings: Settings, store: Store, log: LogFormat) -> None:
    from cluster_kit.store.erasure_log import complete_erasures

    applied = complete_erasures(settings, store)
    if applied and log is LogFormat.PLAIN:  # JSON logs have it already
        erasures = count_of(len(applied), "recorded erasure")
        typer.echo(f"{erasures} that this store did not have: carried out again.", err=True)


def choose_sessions(content: Content, which: str, upcoming: Callable[[], int]) -> tuple[int, ...]:
    """The sessions that ``--prepare`` names: none for "", one by its number, the ``next`` one, or ``all``."""
    numbers = tuple(session.number for session in content.sessions)
    if which == "next":
        return (upcoming(),)
    if which in {"", "all"}:
        return numbers if which else ()
    if which.isdecimal() and int(which) in numbers:
        return (int(which),)
    raise UsageError(f"--prepare is a session's number ({', '.join(map(str, numbers))}), next, or all, not '{which}'.")


def _report_cells(content: Content, notebooks: Path | None, log: LogFormat) -> None:
    """List the cells that a session page cannot show as they are."""
    for notice in find_display_notices(content, notebooks):
        found = {**asdict(notice), "what": "a cell cannot be shown as it is"}
        typer.echo(json.dumps(found) if log is LogFormat.JSON else str(notice), err=True)


def _show_progress(preparation: Preparation) -> None:
    """Show one line, which is updated in place on a terminal."""
    end = "\n" if not preparation.missing or not sys.stderr.isatty() else "\r"
    failed = f", {preparation.failed} of them failed (see the log)" if preparation.failed else ""
    sys.stderr.write(f"Prepared {preparation.done} of {preparation.total} pages{failed}.{end}")
    sys.stderr.flush()


def report_wait(log: LogFormat, port: int) -> None:
    """Report that a server waits for its port."""
    from cluster_kit.server.ports import PORT_WAIT_S

    sentence = f"Port {port} is in use. Waiting up to {PORT_WAIT_S:.0f} seconds until it is free."
    if log is LogFormat.JSON:
        sentence = json.dumps({"level": "WARNING", "what": sentence})
    typer.echo(sentence, err=True)


def report_other_port(port: int, address: str) -> None:
    """Report that the server listens on a port other than ``port``; 0 asks for any."""
    used = urlsplit(address).port
    if port and used != port:
        typer.echo(f"Port {port} is in use; using {used}, the next free one.", err=True)


def _print_address(port: int, log: LogFormat, address: str) -> None:
    if log is LogFormat.JSON:  # stderr is for machines then
        typer.echo(address)
        return
    report_other_port(port, address)
    typer.echo(address)
    typer.echo("Make links with: cluster-kit roster links. Stop with Ctrl+C.", err=True)
