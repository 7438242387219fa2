"""Imports what the commands import, once for all processes that ``tests.commands`` forks."""

from __future__ import annotations

import cluster_kit.server.app  # noqa: F401
from cluster_kit.cli.commands import register
from cluster_kit.server.static_files import StaticFiles

register()
StaticFiles.read()  # compresses them
