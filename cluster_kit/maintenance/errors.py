"""The errors of backups and restores."""

from __future__ import annotations

from pathlib import Path

from cluster_kit.errors import ClusterKitError


class BackupError(ClusterKitError, RuntimeError):
    """A backup could not be made. Its files were deleted."""


class RestoreError(ClusterKitError, RuntimeError):
    """A backup was not restored."""


class DamagedBackupError(RestoreError):
    """A backup is incomplete or was changed. ``problems`` says how, one sentence each."""

    def __init__(self, folder: Path, problems: tuple[str, ...]) -> None:
        self.folder, self.problems = folder, problems
        more = f" There are {len(problems) - 3} more problems." if len(problems) > 3 else ""
        super().__init__(f"The backup {folder} cannot be used. {' '.join(problems[:3])}{more} Use another backup.")
