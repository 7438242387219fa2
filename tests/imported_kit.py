"""Imports and prepares what the commands need, once for all processes that ``tests.commands`` forks."""

from __future__ import annotations

import contextlib
import gc
import tempfile
from pathlib import Path

from cluster_kit.startup import skip_iri_grammar

skip_iri_grammar()  # as the command does first

import typer.main  # noqa: E402
from nbformat.validator import get_validator  # noqa: E402

import cluster_kit.server.app  # noqa: E402, F401
import tests.commands  # noqa: E402, F401
from cluster_kit.cli.app import app  # noqa: E402
from cluster_kit.cli.commands import register  # noqa: E402
from cluster_kit.cli.demo import prepare_demo  # noqa: E402
from cluster_kit.server.pages.pages import page_environment  # noqa: E402
from cluster_kit.server.static_files import StaticFiles  # noqa: E402
from cluster_kit.settings import Settings  # noqa: E402


def prepare() -> None:
    """Do what every process would do again: make commands, compress files, compile templates, and parse content."""
    register()
    command = typer.main.get_command(app)
    typer.main.get_command = lambda _app: command  # type: ignore[assignment]
    StaticFiles.read()
    page_environment()
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):  # parsed files are known by full names
        prepare_demo(Settings(Path(folder)))
    get_validator(4, 5)  # type: ignore[no-untyped-call]


prepare()
gc.freeze()  # no process that is forked from this one looks through the modules for garbage
