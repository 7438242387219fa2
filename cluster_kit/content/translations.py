"""The texts of the join pages in other languages, by their English text, as data."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path

from pydantic import Field

from cluster_kit.content import folders as at
from cluster_kit.content.fields import ContentModel, SchemaVersion, Text
from cluster_kit.content.findings import Findings
from cluster_kit.content.folders import Folders
from cluster_kit.content.pack_reader import Reader, load_files
from cluster_kit.content.parts import Located

JOIN_FILE = "join.yaml"
_VALUE = re.compile(r"\{(\w+)\}")


class TranslatedText(ContentModel):
    """A text and its translation. ``{name}`` in either is a value."""

    english: Text
    text: Text

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches the English text with any values."""
        parts = _VALUE.split(self.english)
        return re.compile("".join(f"(?P<{p}>.+?)" if i % 2 else re.escape(p) for i, p in enumerate(parts)))


class Translation(ContentModel):
    """The join pages in a language. ``language_name`` is the language's name in itself."""

    schema_version: SchemaVersion
    language_name: Text
    texts: tuple[TranslatedText, ...] = Field(min_length=1)

    @cached_property
    def by_english(self) -> dict[str, str]:
        """The translations by their English text."""
        return {text.english: text.text for text in self.texts}

    def translate(self, english: str, **values: str) -> str:
        """The translation of a text, or of a message that has its values already; without one, the English text."""
        if english in self.by_english:
            return fill_in(self.by_english[english], values)
        for text in self.texts:
            if "{" in text.english and (found := text.pattern.fullmatch(english)):
                return fill_in(text.text, found.groupdict())
        return fill_in(english, values)


def fill_in(text: str, values: dict[str, str]) -> str:
    """The text with its values. A brace that is no known value is left as it is."""
    return _VALUE.sub(lambda found: values.get(found[1], found[0]), text)


def load_translations(overlay: Path | None = None) -> dict[str, Translation]:
    """The join pages' translations, by language. Raises ``ContentError`` with all problems."""
    folders = Folders.over_shipped(overlay)
    found = (language for language in folders.languages() if folders.find(at.localized_file(JOIN_FILE, language)))
    return {language: load_translation(overlay, language) for language in found}


def load_translation(overlay: Path | None, language: str) -> Translation:
    """The join pages' translation into a language. Raises ``ContentError`` with all problems."""
    return load_files(overlay, lambda reader: read_translation(reader, language))


def read_translation(reader: Reader, language: str) -> Translation | None:
    """A translation, checked; None, with problems added to the reader, if its file is invalid."""
    return reader.checked(at.localized_file(JOIN_FILE, language), Translation, _check)


def _check(read: Located[Translation], found: Findings) -> None:
    entries = ((("texts", index, "english"), one.english) for index, one in enumerate(read.model.texts))
    found.unique(read.data, entries, "text")
    for index, one in enumerate(read.model.texts):
        unknown = sorted(set(_VALUE.findall(one.text)) - set(_VALUE.findall(one.english)))
        if unknown:
            found.add(read.data, ("texts", index, "text"), f"there is no value {{{unknown[0]}}} in the English text")
