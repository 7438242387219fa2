"""The files that can be edited: the sessions of a series, and the exercises that several sessions use."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cluster_kit.content import folders as at
from cluster_kit.content.folders import SHIPPED, Folders
from cluster_kit.content.models import Content, Session
from cluster_kit.editor.history import FileHistory, digest_of
from cluster_kit.editor.yaml_edits import UneditableFileError, read_tree
from cluster_kit.editor.yaml_values import Tree
from cluster_kit.errors import ClusterKitError
from cluster_kit.files import write_atomically
from cluster_kit.settings import Settings

SHARED = "shared"


class UnknownFileError(ClusterKitError, LookupError):
    """There is no such file to edit."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"There is nothing to edit under the name {name!r}.")


@dataclass(frozen=True)
class FileText:
    """A file's text at one time. ``is_own``: it is in the organization's content, and not the shipped file."""

    raw: bytes
    is_own: bool

    @property
    def digest(self) -> str:
        """The digest of the text."""
        return digest_of(self.raw)

    @property
    def text(self) -> str:
        """The text. Raises ``UneditableFileError``."""
        return decode_utf8(self.raw)

    @property
    def data(self) -> dict[str, Tree]:
        """The data. Raises ``UneditableFileError``."""
        return read_tree(self.text)


def decode_utf8(raw: bytes) -> str:
    """The text of a file's bytes. Raises ``UneditableFileError``."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UneditableFileError("The file is not UTF-8 text. Save it with that encoding in a text editor.") from error


class EditableFile:
    """One file of a series. ``session`` None: the shared exercises. ``relative``: its path within a pack."""

    def __init__(self, settings: Settings, series: str, session: int | None) -> None:
        self.name = SHARED if session is None else f"session_{session}"
        self.session = session
        self.relative = at.shared_file(series) if session is None else at.session_file(series, session)
        self._overlay = settings.content
        self.own = settings.content / self.relative
        folder = Path(self.relative).with_suffix("")
        self.history = FileHistory(settings.content_history / folder, settings.content_drafts / folder)

    def read(self) -> FileText:
        """The file as it is now. Raises ``UnknownFileError`` if there is none, and ``OSError``."""
        path = Folders.over_shipped(self._overlay).find(self.relative)
        if path is None:
            raise UnknownFileError(self.name)
        return FileText(path.read_bytes(), is_own=SHIPPED not in path.parents)

    def write(self, raw: bytes) -> FileText:
        """Make a text live, after it is in the history. The shipped text needs no file of its own."""
        self.history.keep(raw)
        shipped = SHIPPED / self.relative
        if shipped.is_file() and shipped.read_bytes() == raw:
            self.own.unlink(missing_ok=True)
        else:
            write_atomically(self.own, raw)
        return self.read()


def list_files(settings: Settings, content: Content) -> list[EditableFile]:
    """The files of a series: its sessions in order, then the shared exercises, if it has any."""
    series = content.series.id
    files = [EditableFile(settings, series, session.number) for session in content.sessions]
    shared = EditableFile(settings, series, None)
    has_shared = Folders.over_shipped(settings.content).find(shared.relative)
    return [*files, shared] if has_shared else files


def sessions_of(file: EditableFile, content: Content) -> list[Session]:
    """The sessions that a file is about: its own, or those that use shared exercises."""
    if file.session is not None:
        return [session for session in content.sessions if session.number == file.session]
    return list(content.sessions)
