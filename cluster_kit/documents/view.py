"""A view as a notebook cell's result."""

from __future__ import annotations

from typing import Any

from cluster_kit.documents.html import to_html
from cluster_kit.documents.markdown import to_markdown
from cluster_kit.documents.model import VIEW_MIME, Section, section_to_json

EXERCISE_LEVEL = 3


class DocumentView:
    """Displays a section in a notebook as HTML, as Markdown, and as the document model (``VIEW_MIME``).

    ``level`` is the level of the section's own heading. ``reads`` names the answers that the section was made from,
    for pages that are cached. It is in the output's metadata, under ``cluster_kit``.
    """

    def __init__(self, section: Section, level: int = EXERCISE_LEVEL, reads: str = "") -> None:
        self.section, self.level, self.reads = section, level, reads

    def __repr__(self) -> str:
        return self.section.title

    def _repr_html_(self) -> str:
        return to_html(self.section, level=self.level)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Any:  # noqa: ARG002
        data = {
            "text/html": self._repr_html_(),
            "text/markdown": to_markdown(self.section, level=self.level),
            "text/plain": repr(self),
            VIEW_MIME: section_to_json(self.section),
        }
        return (data, {"cluster_kit": {"reads": self.reads}}) if self.reads else data
