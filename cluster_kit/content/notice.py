"""The notice about privacy, records, and accessibility that every page links to, as data."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from cluster_kit.content import folders as at
from cluster_kit.content.fields import ContentModel, SchemaVersion, Slug, Text
from cluster_kit.content.findings import Findings
from cluster_kit.content.folders import Folders
from cluster_kit.content.pack_reader import Reader, load_files
from cluster_kit.content.parts import Located

NOTICE_FILE = "notice.yaml"


class NoticeSection(ContentModel):
    """A part of the notice. ``text`` is Markdown: paragraphs, lists, and tables."""

    id: Slug
    title: Text
    text: Text


class SiteNotice(ContentModel):
    """The notice. The contact that follows its sections comes from the deployment's settings.

    ``retention_days``: a sentence at the end of the section ``retention``, if the settings limit it; ``{days}`` is the
    number of days.
    """

    schema_version: SchemaVersion
    title: Text
    intro: Text
    sections: tuple[NoticeSection, ...] = Field(min_length=1)
    contact_title: Text
    contact: Text
    retention_days: str = ""
    contents_title: str = "On this page"
    language_name: str = "English"
    no_contact: str = "Ask your facilitator during a session, or the person who told you about these sessions."
    email_label: str = "Email"
    phone_label: str = "Phone"


def load_notice(overlay: Path | None = None, language: str = "") -> SiteNotice:
    """The notice: the organization's own, else the shipped one. Raises ``ContentError`` with all problems."""
    return load_files(overlay, lambda reader: read_notice(reader, language))


def load_translated_notices(overlay: Path | None) -> dict[str, SiteNotice]:
    """The notices in other languages, by language. Raises ``ContentError`` with all problems."""
    folders = Folders.over_shipped(overlay)
    found = (language for language in folders.languages() if folders.find(at.localized_file(NOTICE_FILE, language)))
    return {language: load_notice(overlay, language) for language in found}


def read_notice(reader: Reader, language: str) -> SiteNotice | None:
    """The notice, checked; None, with problems added to the reader, if its file is invalid."""
    return reader.checked(at.localized_file(NOTICE_FILE, language), SiteNotice, _check)


def _check(read: Located[SiteNotice], found: Findings) -> None:
    entries = ((("sections", index, "id"), section.id) for index, section in enumerate(read.model.sections))
    found.unique(read.data, entries, "section")
