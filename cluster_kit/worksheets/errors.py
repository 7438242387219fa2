"""Errors in reading a returned file."""

from __future__ import annotations

from cluster_kit.errors import ClusterKitError


class UnreadableWorksheetError(ClusterKitError, ValueError):
    """A file without a readable worksheet. ``reason`` completes the sentence that begins with its name."""

    def __init__(self, name: str, reason: str) -> None:
        self.name, self.reason = name, reason
        super().__init__(f"{name} {reason}.")
