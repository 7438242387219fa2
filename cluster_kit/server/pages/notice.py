"""The notice about privacy, records, and accessibility, prepared for its page."""

from __future__ import annotations

from dataclasses import dataclass

from cluster_kit.content.notice import SiteNotice
from cluster_kit.documents.html import blocks_html
from cluster_kit.documents.model import LANGUAGE
from cluster_kit.documents.prose import read_prose
from cluster_kit.settings import Contact


@dataclass(frozen=True)
class NoticePage:
    """The notice as HTML: pairs of a section's id and title, and its text."""

    language: str
    notice: SiteNotice
    sections: tuple[tuple[str, str, str], ...]
    contact: Contact

    @classmethod
    def make(
        cls, notice: SiteNotice, contact: Contact, language: str = LANGUAGE, days: int | None = None
    ) -> NoticePage:
        """Convert the sections' Markdown, once, when the server starts. ``days``: the retention period, if any."""
        limit = notice.retention_days.replace("{days}", f"{days:,}") if days else ""
        texts = {one.id: f"{one.text}\n\n{limit}" if one.id == "retention" else one.text for one in notice.sections}
        sections = ((one.id, one.title, blocks_html(read_prose(texts[one.id]), level=3)) for one in notice.sections)
        return cls(language, notice, tuple(sections), contact)
