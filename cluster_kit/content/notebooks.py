"""Locate the session notebooks: inside an installed kit, or beside the package in a checkout."""

from __future__ import annotations

from pathlib import Path

from cluster_kit.errors import ClusterKitError

_PACKAGE = Path(__file__).resolve().parents[1]


class NotebookMissingError(ClusterKitError, LookupError):
    """The session has no notebook."""

    def __init__(self, session: int, folder: Path) -> None:
        self.session, self.folder = session, folder
        super().__init__(
            f"There is no notebook for session {session}: {folder} holds no file named session_{session}_….ipynb."
        )


CONSOLE = "facilitator_console.ipynb"


def notebooks_folder() -> Path:
    """The folder of the notebooks that ship with the kit."""
    packaged = _PACKAGE / "notebooks"
    return packaged if packaged.is_dir() else _PACKAGE.parent / "notebooks"


def find_notebook(session: int, folder: Path | None = None) -> Path:
    """The notebook of the session with this number, from ``folder`` or the shipped one.

    Raises ``NotebookMissingError``. Of several, it is the first by name.
    """
    where = folder or notebooks_folder()
    found = sorted(where.glob(f"session_{session}_*.ipynb"))
    if not found:
        raise NotebookMissingError(session, where)
    return found[0]


def find_console(folder: Path | None = None) -> Path:
    """The console's notebook, from ``folder`` if it is there, else the one that ships."""
    own = (folder or notebooks_folder()) / CONSOLE
    return own if own.is_file() else notebooks_folder() / CONSOLE
