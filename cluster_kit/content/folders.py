"""Where content files stand: what ships, and an organization's folder laid over it, file by file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SHIPPED = Path(__file__).parent / "packs"
FileState = tuple[str, int, int]

FRAMEWORK_FILE = "framework.yaml"
JURISDICTIONS_FILE = "jurisdictions.yaml"
AUDIENCES_FILE = "audiences.yaml"
ROLES_FILE = "roles.yaml"
PLAIN_LANGUAGE_FILE = "plain_language.yaml"
INSTRUMENT_FILE = "instrument/instrument.yaml"


def area_file(area_id: str) -> str:
    """The path of a policy area's file within a pack."""
    return f"instrument/areas/{area_id}.yaml"


def series_file(series_id: str) -> str:
    """The path of a series' own file within a pack."""
    return f"series/{series_id}/series.yaml"


def session_file(series_id: str, number: int) -> str:
    """The path of a session's file within a pack."""
    return f"series/{series_id}/session_{number}.yaml"


def shared_file(series_id: str) -> str:
    """The path of a series' shared exercises within a pack."""
    return f"series/{series_id}/shared.yaml"


@dataclass(frozen=True)
class Folders:
    """The folders that make up a pack, the topmost first."""

    layers: tuple[Path, ...]

    @classmethod
    def over_shipped(cls, overlay: Path | None) -> Folders:
        """What ships, with the organization's folder over it where there is one."""
        return cls((SHIPPED,) if overlay is None or not overlay.is_dir() else (overlay.resolve(), SHIPPED))

    def find(self, relative: str) -> Path | None:
        """The file of this relative path in the topmost folder that has it, or None."""
        return next((path for layer in self.layers if (path := layer / relative).is_file()), None)

    def shown(self, relative: str) -> str:
        """The file's name for people: as seen from where they stand, else in full. It need not exist."""
        found = self.find(relative)
        home = next((layer for layer in self.layers if (layer / relative).parent.is_dir()), self.layers[-1])
        return shown_path(found or home / relative)

    def series_ids(self) -> list[str]:
        """The ids of every series that has a ``series.yaml``, sorted."""
        return sorted({path.parent.name for layer in self.layers for path in layer.glob("series/*/series.yaml")})

    def series_to_check(self) -> list[str]:
        """The topmost folder's own series; where it has none, all of them.

        So an organization that words the instrument anew is not told to mend a shipped series that it does not run.
        """
        own = Folders(self.layers[:1]).series_ids()
        return own or self.series_ids()

    def state(self) -> frozenset[FileState]:
        """Path, time of change (ns) and size of every file. Another state: something has changed."""
        return frozenset(_state(path) for layer in self.layers for path in layer.rglob("*.yaml"))

    def top_files(self) -> list[str]:
        """The relative paths of every file in the topmost folder, sorted. Hidden files are left out."""
        top = self.layers[0]
        paths = (path.relative_to(top) for path in top.rglob("*") if path.is_file())
        return sorted(p.as_posix() for p in paths if not any(part.startswith(".") for part in p.parts))


def _state(path: Path) -> FileState:
    try:
        found = path.stat()
    except OSError:
        return str(path), -1, -1
    return str(path), found.st_mtime_ns, found.st_size


def shown_path(path: Path) -> str:
    """A path as seen from the folder where people stand, else in full."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
