"""Locate content files: the shipped pack, and an organization's overlay whose files replace shipped ones."""

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
FACTS_FOLDER = "facts"
EXAMPLES_FOLDER = "examples"
LANGUAGES_FOLDER = "languages"


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


def between_sessions_file(series_id: str) -> str:
    """The path of what a series' states do between the sessions, within a pack."""
    return f"series/{series_id}/between_sessions.yaml"


def hosting_file(series_id: str) -> str:
    """The path of a series' room roles and cues within a pack. The file is optional."""
    return f"series/{series_id}/hosting.yaml"


def localized_file(relative: str, language: str) -> str:
    """The path of a file in another language within a pack; the file itself if the language is empty."""
    return f"{LANGUAGES_FOLDER}/{language}/{relative}" if language else relative


@dataclass(frozen=True)
class Folders:
    """The folders that make up a pack, the topmost first."""

    layers: tuple[Path, ...]

    @classmethod
    def over_shipped(cls, overlay: Path | None) -> Folders:
        """The shipped pack with the organization's overlay, if any."""
        return cls((SHIPPED,) if overlay is None or not overlay.is_dir() else (overlay.resolve(), SHIPPED))

    def find(self, relative: str) -> Path | None:
        """The file of this relative path in the topmost folder that has it, or None."""
        return next((path for layer in self.layers if (path := layer / relative).is_file()), None)

    def list_files(self, folder: str) -> list[str]:
        """The relative paths of the YAML files in a folder of any layer, sorted. The topmost file of a path counts."""
        names = {path.name for layer in self.layers for path in (layer / folder).glob("*.yaml")}
        return [f"{folder}/{name}" for name in sorted(names)]

    def shown(self, relative: str) -> str:
        """The file's display name: relative to the working directory, else absolute. It need not exist."""
        found = self.find(relative)
        home = next((layer for layer in self.layers if (layer / relative).parent.is_dir()), self.layers[-1])
        return shown_path(found or home / relative)

    def languages(self) -> list[str]:
        """The languages other than English in which a pack has files, sorted."""
        return sorted(
            {path.name for layer in self.layers for path in (layer / LANGUAGES_FOLDER).glob("*") if path.is_dir()}
        )

    def series_ids(self) -> list[str]:
        """The ids of every series that has a ``series.yaml``, sorted."""
        return sorted({path.parent.name for layer in self.layers for path in layer.glob("series/*/series.yaml")})

    def series_to_check(self) -> list[str]:
        """The series of the topmost folder or, if it has none, all series.

        An organization that edits the instrument does not get problems of shipped series that it does not run.
        """
        own = Folders(self.layers[:1]).series_ids()
        return own or self.series_ids()

    def state(self) -> frozenset[FileState]:
        """Path, modification time (ns), and size of every file. It differs after any change."""
        return frozenset(_state(path) for layer in self.layers for path in layer.rglob("*.yaml"))

    def top_files(self) -> list[str]:
        """The relative paths of every file in the topmost folder, sorted. Hidden files are omitted."""
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
    """A path relative to the working directory, else absolute."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
