"""The formats of packets. Packages add formats through the entry point group ``cluster_kit.packet_formats``."""

from __future__ import annotations

from typing import Protocol

import nbformat
from nbformat import NotebookNode

from cluster_kit.documents.model import Document
from cluster_kit.registry import Registry

IPYNB, HTML, PDF, DOCX = "ipynb", "html", "pdf", "docx"


class PacketFormat(Protocol):
    """A function that writes a packet as bytes. Its name in the registry is the file's ending, without the dot."""

    def __call__(self, packet: Document, notebook: NotebookNode, /) -> bytes:
        """The packet, from the document or from the notebook that was run to make it."""


def _write_ipynb(_packet: Document, notebook: NotebookNode) -> bytes:
    return str(nbformat.writes(notebook)).encode()  # type: ignore[no-untyped-call]


# Writers are imported when they are first used: fonts and libraries take a while to load.


def _write_html(packet: Document, _notebook: NotebookNode) -> bytes:
    from cluster_kit.documents.page import write_page

    return write_page(packet).encode()


def _write_pdf(packet: Document, _notebook: NotebookNode) -> bytes:
    from cluster_kit.documents.pdf import write_pdf

    return write_pdf(packet)


def _write_docx(packet: Document, _notebook: NotebookNode) -> bytes:
    from cluster_kit.documents.docx import write_docx

    return write_docx(packet)


PACKET_FORMATS: Registry[PacketFormat] = Registry("cluster_kit.packet_formats", "packet format")
"""How packets are written, by file ending. Packages add to it."""
PACKET_FORMATS.register(IPYNB, _write_ipynb)
PACKET_FORMATS.register(HTML, _write_html)
PACKET_FORMATS.register(PDF, _write_pdf)
PACKET_FORMATS.register(DOCX, _write_docx)
