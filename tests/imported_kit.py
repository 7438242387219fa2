"""Imports what the commands import, once for all processes that ``tests.commands`` forks."""

from __future__ import annotations

import gc

from cluster_kit.startup import skip_iri_grammar

skip_iri_grammar()  # as the command does first

import cluster_kit.server.app  # noqa: E402, F401
import tests.commands  # noqa: E402, F401
from cluster_kit.cli.commands import register  # noqa: E402
from cluster_kit.server.static_files import StaticFiles  # noqa: E402

register()
StaticFiles.read()  # compresses them
gc.freeze()  # no process that is forked from this one looks through the modules for garbage
