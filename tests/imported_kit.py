"""Imports what the commands import, once for all processes that ``tests.commands`` forks."""

from __future__ import annotations

import cluster_kit.server.app
from cluster_kit.cli.commands import register

__all__ = ["cluster_kit"]

register()
