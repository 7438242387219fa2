"""Short documents around the series, and its glossary, as data: ``handouts.yaml`` and ``glossary.yaml``.

A handout in another language is in ``languages/<language>/handouts.yaml`` of a pack.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Literal

from pydantic import Field, PositiveInt

from cluster_kit.content import folders as at
from cluster_kit.content.fields import AsOf, ContentModel, SchemaVersion, Slug, Text, WebAddress
from cluster_kit.content.findings import Findings
from cluster_kit.content.folders import Folders
from cluster_kit.content.pack_reader import Reader, load_files, read_facts_files
from cluster_kit.content.parts import Located
from cluster_kit.content.templates import find_template_problem
from cluster_kit.content.validation_errors import did_you_mean
from cluster_kit.errors import UsageError

PRIMER = "primer"
HANDOUTS_FILE, GLOSSARY_FILE = "handouts.yaml", "glossary.yaml"
HANDOUT_FIELDS = ("series_title", "session_count", "session_number", "session_title", "session_question")
Shown = Literal["clusters", "sessions", "prework", "session_steps", "follow_up", "terms"]


class HandoutSection(ContentModel):
    """A part of a handout: Markdown with fields, statements from the facts, and what the content has on it.

    ``facts`` are claims whose statements are printed. ``based_on`` are claims on which the text is based;
    ``{id}`` in the text becomes the number of the claim's source.
    """

    title: Text
    text: str = ""
    facts: tuple[Slug, ...] = ()
    based_on: tuple[Slug, ...] = ()
    shows: Shown | None = None


class Handout(ContentModel):
    """A document for readers outside a session. With ``per_session``, it is written once for each session."""

    id: Slug
    title: Text
    subtitle: Text
    readers: Text
    most_pages: PositiveInt
    per_session: bool = False
    sections: tuple[HandoutSection, ...] = Field(min_length=1)


class HandoutsFile(ContentModel):
    """The handouts in one language. ``sources_title`` is above the list of sources."""

    schema_version: SchemaVersion
    sources_title: Text
    handouts: tuple[Handout, ...] = Field(min_length=1)


class GlossaryTerm(ContentModel):
    """A term with its definition. ``claim`` is the statement that it comes from, or ``source`` and ``as_of`` say it.

    ``also``: other spellings by which texts name it.
    """

    id: Slug
    term: Text
    also: tuple[Text, ...] = ()
    definition: Text
    claim: Slug | None = None
    source: str = ""
    address: WebAddress | None = None
    as_of: AsOf | None = None

    @property
    def spellings(self) -> tuple[str, ...]:
        """The term as texts write it, without a remark in parentheses, and its other spellings."""
        return (self.term.partition(" (")[0], *self.also)


class Glossary(ContentModel):
    """The terms that sessions, guides, and packets use, in the order of the alphabet."""

    schema_version: SchemaVersion
    title: Text
    intro: Text
    terms: tuple[GlossaryTerm, ...] = Field(min_length=1)


def load_handouts(overlay: Path | None = None, language: str = "") -> HandoutsFile:
    """The handouts in a language; empty means English.

    Raises ``ContentError`` with all problems, or ``UsageError`` if there are no handouts in the language.
    """
    if language and not Folders.over_shipped(overlay).find(at.localized_file(HANDOUTS_FILE, language)):
        known = ", ".join(Folders.over_shipped(overlay).languages()) or "none"
        raise UsageError(f"There are no handouts in the language {language!r}. Other languages are: {known}.")
    return load_files(overlay, lambda reader: read_handouts(reader, language))


def find_primer(pack: HandoutsFile) -> Handout | None:
    """The handout for people who are new to the Framework, which the server shows; None if the pack has none."""
    return next((handout for handout in pack.handouts if handout.id == PRIMER), None)


def load_glossary(overlay: Path | None = None) -> Glossary:
    """The glossary: the organization's own, else the shipped one. Raises ``ContentError`` with all problems."""
    return load_files(overlay, read_glossary)


def read_handouts(reader: Reader, language: str) -> HandoutsFile | None:
    """The handouts, checked; None, with problems added to the reader, if their file is invalid."""
    path = at.localized_file(HANDOUTS_FILE, language)
    known = _known_claims(reader, path)
    return reader.checked(path, HandoutsFile, lambda read, found: _check_handouts(read, known, found))


def read_glossary(reader: Reader) -> Glossary | None:
    """The glossary, checked; None, with problems added to the reader, if its file is invalid."""
    known = _known_claims(reader, GLOSSARY_FILE)
    return reader.checked(GLOSSARY_FILE, Glossary, lambda read, found: _check_glossary(read, known, found))


def _known_claims(reader: Reader, path: str) -> set[str]:
    """The ids of all claims; none if the file is shipped and the facts are not, as it cannot know them."""
    own, shipped = reader.folders.layers[0], reader.folders.layers[-1]
    file = reader.folders.find(path)
    if own != shipped and (own / at.FACTS_FOLDER).is_dir() and file is not None and file.is_relative_to(shipped):
        return set()
    return {claim.id for file in read_facts_files(reader) for claim in file.model.claims}


def _check_handouts(read: Located[HandoutsFile], claims: Collection[str], found: Findings) -> None:
    handouts = read.model.handouts
    found.unique(read.data, ((("handouts", i), one.id) for i, one in enumerate(handouts)), "handout")
    for i, handout in enumerate(handouts):
        for j, section in enumerate(handout.sections):
            path = ("handouts", i, "sections", j)
            for key in ("facts", "based_on"):
                found.known(read.data, (*path, key), getattr(section, key), claims, "statement")
            if problem := find_template_problem(section.text, (*HANDOUT_FIELDS, *section.based_on)):
                found.add(read.data, (*path, "text"), problem)


def _check_glossary(read: Located[Glossary], claims: Collection[str], found: Findings) -> None:
    terms = read.model.terms
    found.unique(read.data, ((("terms", i), one.id) for i, one in enumerate(terms)), "term")
    for i, term in enumerate(terms):
        if claims and term.claim and term.claim not in claims:
            near = did_you_mean(term.claim, claims)
            found.add(read.data, ("terms", i, "claim"), f"there is no statement {term.claim!r}{near}")
        if not term.claim and not (term.source and term.as_of):
            found.add(read.data, ("terms", i), "needs a claim, or a source and as_of")
        if i and term.term.casefold() < terms[i - 1].term.casefold():
            found.add(read.data, ("terms", i, "term"), "put the terms in the order of the alphabet")
