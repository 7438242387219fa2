"""The formats of packets. Packages add formats through the entry point group ``cluster_kit.packet_formats``."""

from __future__ import annotations

from typing import Protocol

import nbformat
from nbformat import NotebookNode

from cluster_kit.documents.model import Document
from cluster_kit.registry import Registry

IPYNB, HTML, PDF, DOCX = "ipynb", "html", "pdf", "docx"


class PacketFormat(Protocol):
    """A function that writes a packet as bytes, registered under the file name extension without the dot."""

    def __call__(self, packet: Document, notebook: NotebookNode, /) -> bytes:
        """The packet's bytes, from the document or from its executed notebook."""


def _write_ipynb(_packet: Document, notebook: NotebookNode) -> bytes:
    return str(nbformat.writes(notebook)).encode()  # type: ignore[no-untyped-call]


# Writers are imported on first use: fonts and libraries are slow to load.


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
"""Packet writers by file name extension. Other packages can register more."""
PACKET_FORMATS.register(IPYNB, _write_ipynb)
PACKET_FORMATS.register(HTML, _write_html)
PACKET_FORMATS.register(PDF, _write_pdf)
PACKET_FORMATS.register(DOCX, _write_docx)
