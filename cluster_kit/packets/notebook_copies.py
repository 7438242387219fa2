"""The notebook for a packet: from the given folder or as shipped."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat import NotebookNode

from cluster_kit.content.notebooks import find_notebook
from cluster_kit.packets.jobs import Job, PacketKind

PACKET_SEGMENT = "packet"
FIRST_PAGE = "first_page"
LAST_PART = "What has moved, and what comes next"


def packet_notebook(job: Job, folder: Path | None) -> Path:
    """The notebook for this kind of packet, from ``folder`` if it is there, otherwise as shipped.

    After a session it is the session's own notebook; for the other kinds ``packet_prework.ipynb`` and
    ``packet_series.ipynb``. Raises ``NotebookMissingError``.
    """
    if job.kind is PacketKind.AFTER:
        return find_notebook(job.session, folder)
    name = f"packet_{job.kind}.ipynb"
    own = folder / name if folder else None
    return own if own and own.is_file() else Path(__file__).parent / "notebooks" / name


def read_copy(path: Path, kind: PacketKind) -> NotebookNode:
    """The notebook to execute; after a session with extra cells that only packets have.

    The first one summarizes the team's results for the packet's first page; those at the end report changes, what is
    still open, peers who can help, and answers to replaced questions. A notebook that opens no workshop gets none.
    """
    notebook: NotebookNode = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    opens = any("Workshop.open" in cell.source for cell in notebook.cells if cell.cell_type == "code")
    if kind is PacketKind.AFTER and opens:
        first = next((at for at, cell in enumerate(notebook.cells) if is_segment(cell)), len(notebook.cells))
        notebook.cells[first:first] = [_code("workshop.at_a_glance()", {FIRST_PAGE: True})]
        notebook.cells += [
            _heading(LAST_PART),
            _code("workshop.movement()"),
            _code("workshop.earlier_actions()"),
            _code("workshop.peers()"),
            _code("workshop.replaced_answers()"),
        ]
    return notebook


def is_segment(cell: NotebookNode) -> bool:
    """True for a cell that starts a segment."""
    return bool(cell.cell_type == "markdown" and "segment" in cell.metadata.get("cluster_kit", {}))


def is_first_page(cell: NotebookNode) -> bool:
    """True for the cell whose output is the packet's first page."""
    return bool(cell.metadata.get("cluster_kit", {}).get(FIRST_PAGE))


def _code(source: str, metadata: dict[str, bool] | None = None) -> NotebookNode:
    return nbformat.v4.new_code_cell(source, metadata={"cluster_kit": metadata or {}})  # type: ignore[no-untyped-call, no-any-return]


def _heading(title: str) -> NotebookNode:
    metadata = {"cluster_kit": {"segment": PACKET_SEGMENT}}
    return nbformat.v4.new_markdown_cell(f"## {title}", metadata=metadata)  # type: ignore[no-untyped-call, no-any-return]
