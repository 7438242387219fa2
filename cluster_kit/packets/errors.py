"""Errors while building packets."""

from __future__ import annotations

from cluster_kit.errors import ClusterKitError


class PacketError(ClusterKitError):
    """A packet that could not be built. ``notebook`` is the file's name, ``cell`` counts from 1 (0: no cell)."""

    def __init__(self, notebook: str, cell: int, sentence: str) -> None:
        self.notebook, self.cell = notebook, cell
        where = f"{notebook}, cell {cell}" if cell else notebook
        super().__init__(f"{where}: {sentence}")
