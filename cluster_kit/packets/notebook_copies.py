"""The notebook that a packet is made from: a session's own, or one of this folder's."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat import NotebookNode

from cluster_kit.content.notebooks import find_notebook
from cluster_kit.packets.jobs import Job, PacketKind

PACKET_SEGMENT = "packet"
LAST_PART = "What has moved, and what comes next"


def packet_notebook(job: Job, folder: Path | None = None) -> Path:
    """The notebook for this kind of packet, from ``folder`` where it holds one, else what ships.

    After a session it is the session's own notebook; for the others ``packet_prework.ipynb`` and
    ``packet_series.ipynb``. Raises ``NotebookMissingError``.
    """
    if job.kind is PacketKind.AFTER:
        return find_notebook(job.session, folder)
    name = f"packet_{job.kind}.ipynb"
    own = folder / name if folder else None
    return own if own and own.is_file() else Path(__file__).parent / "notebooks" / name


def read_copy(path: Path, kind: PacketKind) -> NotebookNode:
    """The notebook, to be run; after a session with the cells that only a packet has.

    Those say where the team stands before the first segment, and at the end what has moved, who can help, and what is
    open. A notebook that opens no workshop gets none.
    """
    notebook: NotebookNode = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    opens = any("Workshop.open" in cell.source for cell in notebook.cells if cell.cell_type == "code")
    if kind is PacketKind.AFTER and opens:
        first = next((at for at, cell in enumerate(notebook.cells) if is_segment(cell)), len(notebook.cells))
        notebook.cells[first:first] = [_code("workshop.at_a_glance()")]
        notebook.cells += [
            _heading(LAST_PART),
            _code("workshop.movement()"),
            _code("workshop.open_actions()"),
            _code("workshop.peers()"),
        ]
    return notebook


def is_segment(cell: NotebookNode) -> bool:
    """True for a cell that opens a part of the document."""
    return bool(cell.cell_type == "markdown" and "segment" in cell.metadata.get("cluster_kit", {}))


def _code(source: str) -> NotebookNode:
    return nbformat.v4.new_code_cell(source)  # type: ignore[no-untyped-call, no-any-return]


def _heading(title: str) -> NotebookNode:
    metadata = {"cluster_kit": {"segment": PACKET_SEGMENT}}
    return nbformat.v4.new_markdown_cell(f"## {title}", metadata=metadata)  # type: ignore[no-untyped-call, no-any-return]
