"""What a session's notebook leaves out, and what its cells show that a session page cannot. Nothing is executed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.reader import NotJSONError

from cluster_kit.content.folders import shown_path
from cluster_kit.content.models import Content, Exercise, Session
from cluster_kit.content.notebooks import NotebookMissingError, find_notebook
from cluster_kit.content.validation_errors import did_you_mean

CHART_PACKAGES = frozenset(
    {"altair", "bokeh", "folium", "holoviews", "hvplot", "itables", "panel", "plotly", "pydeck", "pyvis"}
)
_AS_PICTURE = 'Show a picture of it instead, with display.Image(data=…, alt="…"), or link to it.'
_NO_SCRIPT = f"a script does not run on the page. {_AS_PICTURE}"
_REMOTE = (
    "a picture of another website appears as a link, because the page requests nothing from there. Download the"
    ' picture, and show it with display.Image(filename=…, alt="…").'
)
_DESCRIBE = 'Say what it shows, with alt="…".'
_CALL = re.compile(r"""\.exercise\(\s*["'](\w+)["']""")
_MAGIC = re.compile(r"^\s*[%!?].*$|^.*\?\s*$", re.MULTILINE)
_SCRIPT = re.compile(r"<script\b", re.IGNORECASE)
_REMOTE_IMAGE = re.compile(
    r"""<img\b[^>]*\bsrc\s*=\s*["']?(?:https?:)?//|!\[[^\]]*\]\(\s*<?(?:https?:)?//""", re.IGNORECASE
)
_NAMELESS_IMAGE = re.compile(r"!\[\s*\]\(")


@dataclass(frozen=True)
class NotebookNotice:
    """Something in a notebook that its author should know. ``cell`` counts from 1; 0 is the whole notebook.

    ``is_error``: the page shows an error there.
    """

    notebook: str
    cell: int
    sentence: str
    is_error: bool = False

    def __str__(self) -> str:
        where = f"{self.notebook}, cell {self.cell}" if self.cell else self.notebook
        return f"{where}: {self.sentence}"


def find_calls(source: str) -> list[str]:
    """The ids of the exercises that a code cell shows with ``workshop.exercise("id")``."""
    tree = _parse(source)
    if tree is None:
        return _CALL.findall(source)
    return [name for call in _calls(tree) if _name_of(call) == "exercise" for name in _exercise_of(call)]


def find_left_out(cells: Iterable[NotebookNode], exercises: Iterable[Exercise]) -> dict[str, list[Exercise]]:
    """The exercises that no cell calls as ``workshop.exercise("id")``, by segment."""
    called = {name for cell in cells if cell.cell_type == "code" for name in find_calls(cell.source)}
    left_out: dict[str, list[Exercise]] = {}
    for exercise in exercises:
        if exercise.id not in called:
            left_out.setdefault(exercise.segment.value, []).append(exercise)
    return left_out


def check_notebooks(content: Content, folder: Path | None = None) -> list[NotebookNotice]:
    """Notices about the notebook of each session, from ``folder`` or the shipped ones, in order."""
    return [notice for session in content.sessions for notice in _check_session(session, folder)]


def find_display_notices(content: Content, folder: Path | None) -> list[NotebookNotice]:
    """Only the cells that a session page cannot show as they are."""
    return [
        NotebookNotice(shown_path(path), number, sentence)
        for session in content.sessions
        if (path := _find(session, folder)) and (notebook := _read(path))
        for number, cell in enumerate(notebook.cells, start=1)
        for sentence in _find_unshown(cell)
    ]


def _check_session(session: Session, folder: Path | None) -> Iterator[NotebookNotice]:
    path = _find(session, folder)
    if path is None:
        yield NotebookNotice(
            shown_path(folder) if folder else "notebooks",
            0,
            f"session {session.number} has no notebook: its page needs a file named session_{session.number}_….ipynb",
        )
        return
    shown, notebook = shown_path(path), _read(path)
    if notebook is None:
        yield NotebookNotice(shown, 0, "this is not a whole notebook file: save it again in JupyterLab", is_error=True)
        return
    known = [exercise.id for exercise in session.exercises]
    for number, cell in enumerate(notebook.cells, start=1):
        calls = find_calls(cell.source) if cell.cell_type == "code" else []
        for name in dict.fromkeys(call for call in calls if call not in known):
            sentence = f"session {session.number} has no exercise {name!r}{did_you_mean(name, known)}"
            yield NotebookNotice(shown, number, sentence, is_error=True)
        for sentence in _find_unshown(cell):
            yield NotebookNotice(shown, number, sentence)
    titles = {segment.kind.value: segment.title for segment in session.segments}
    for segment, exercises in find_left_out(notebook.cells, session.exercises).items():
        names = ", ".join(exercise.id for exercise in exercises)
        sentence = f"no cell shows {names}: the page adds them at the end of “{titles.get(segment, segment)}”"
        yield NotebookNotice(shown, 0, sentence if len(exercises) > 1 else sentence.replace("adds them", "adds it"))


def _find(session: Session, folder: Path | None) -> Path | None:
    try:
        return find_notebook(session.number, folder)
    except NotebookMissingError:
        return None


def _read(path: Path) -> NotebookNode | None:
    try:
        notebook: NotebookNode = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, KeyError, AttributeError, NotJSONError, nbformat.ValidationError):
        return None
    return notebook


# --- what a page cannot show --------------------------------------------------------------------------------------


def _find_unshown(cell: NotebookNode) -> list[str]:
    """A sentence for each thing in a cell that a page cannot show, with what to do about it."""
    if cell.cell_type == "markdown":
        return list(_in_markup(cell.source))
    if cell.cell_type != "code":
        return []
    tree = _parse(cell.source)
    found = [*_in_magics(cell.source), *(_in_code(tree) if tree else ())]
    return list(dict.fromkeys(found))


def _in_markup(source: str) -> Iterator[str]:
    if _SCRIPT.search(source):
        yield _NO_SCRIPT
    if _REMOTE_IMAGE.search(source):
        yield _REMOTE
    if _NAMELESS_IMAGE.search(source):
        yield "a picture has no alternative text. Write it between the brackets: ![what it shows](…)."


def _in_magics(source: str) -> Iterator[str]:
    first = source.lstrip().partition("\n")[0].strip()
    if first.startswith(("%%javascript", "%%js")):
        yield _NO_SCRIPT
    elif first.startswith(("%%html", "%%HTML", "%%markdown")):
        yield from _in_markup(source)


def _in_code(tree: ast.Module) -> Iterator[str]:
    for package in sorted(_imported(tree) & CHART_PACKAGES):
        yield f"charts of {package} need a script, which the page does not run. {_AS_PICTURE}"
    for call in _calls(tree):
        name, given = _name_of(call), {keyword.arg for keyword in call.keywords}
        first = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else ""
        if name in ("HTML", "Markdown") and isinstance(first, str):
            yield from _in_markup(first)
        elif name == "Javascript":
            yield _NO_SCRIPT
        elif name in ("Video", "Audio") and not str(first).startswith(("http://", "https://")):
            yield "a recording does not play on the page. Put it on a website, and link to it."
        elif name == "Image" and ("url" in given or str(first).startswith(("http://", "https://"))):
            yield _REMOTE
        elif name == "Image" and "alt" not in given and (given & {"data", "filename"} or call.args):
            yield f"a picture has no alternative text. {_DESCRIBE}"


def _parse(source: str) -> ast.Module | None:
    """The cell's syntax tree without magic commands, or None if it cannot be parsed."""
    try:
        return ast.parse(_MAGIC.sub("", source))
    except (SyntaxError, ValueError, RecursionError):
        return None


def _calls(tree: ast.Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else str(getattr(call.func, "id", ""))


def _exercise_of(call: ast.Call) -> list[str]:
    """The id that a call of ``exercise`` names in its text, if any."""
    given = [*call.args[:1], *(keyword.value for keyword in call.keywords if keyword.arg == "exercise_id")]
    return [node.value for node in given if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def _imported(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found
