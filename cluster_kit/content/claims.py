"""Sourced statements about law, federal guidance, the Framework, and a state's practice.

The files are in ``facts/`` of a pack. Several claims share a source, and an owner keeps a file up to date.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field, PositiveInt

from cluster_kit.content.fields import AsOf, ContentModel, SchemaVersion, Slug, Text, WebAddress

Status = Literal["settled", "unsettled"]


class FactSource(ContentModel):
    """A published document. ``published`` is its own date in words; ``as_of`` says when it last was as we read it."""

    id: Slug
    title: Text
    published: Text
    address: WebAddress
    as_of: AsOf


class Claim(ContentModel):
    """A statement with its source, and where it is used. ``citation`` names the place in the source.

    ``owner`` and ``as_of`` are those of the file and of the source unless they are given here.
    """

    id: Slug
    statement: Text
    source: Slug
    citation: str = ""
    as_of: AsOf | None = None
    owner: str = ""
    status: Status = "settled"
    sessions: tuple[PositiveInt, ...] = ()
    areas: tuple[Slug, ...] = ()
    items: tuple[Slug, ...] = ()
    files: tuple[Text, ...] = ()


class FederalQuestion(ContentModel):
    """A question that facilitators are asked, with an answer to say aloud.

    ``guides`` are the sessions under which the facilitator guide lists it; ``sessions`` those whose context sheet
    has it.
    """

    id: Slug
    question: Text
    answer: Text
    as_of: AsOf
    claims: tuple[Slug, ...] = Field(min_length=1)
    sessions: tuple[PositiveInt, ...] = Field(min_length=1)
    guides: tuple[PositiveInt, ...] = ()


class FactsFile(ContentModel):
    """A file of facts. ``owner`` is responsible for everything in it."""

    schema_version: SchemaVersion
    owner: Text
    sources: tuple[FactSource, ...] = ()
    claims: tuple[Claim, ...] = ()
    questions: tuple[FederalQuestion, ...] = ()


class SourcedClaim(ContentModel):
    """A claim with its source and its owner."""

    claim: Claim
    source: FactSource
    owner: Text

    @property
    def as_of(self) -> dt.date:
        """When the statement was last known to agree with its source."""
        return self.claim.as_of or self.source.as_of

    @property
    def is_settled(self) -> bool:
        """False if the statement may change soon, or if sources disagree."""
        return self.claim.status == "settled"


class OwnedQuestion(ContentModel):
    """A federal question with its owner."""

    question: FederalQuestion
    owner: Text


class FactBase(ContentModel):
    """All sourced statements and federal questions of a pack, in the order of their files."""

    claims: tuple[SourcedClaim, ...] = ()
    questions: tuple[OwnedQuestion, ...] = ()

    def of_session(self, number: int) -> tuple[SourcedClaim, ...]:
        """The claims that a session uses."""
        return tuple(found for found in self.claims if number in found.claim.sessions)

    def of_item(self, item_id: str) -> tuple[SourcedClaim, ...]:
        """The claims that an item of the instrument uses."""
        return tuple(found for found in self.claims if item_id in found.claim.items)

    def of_question(self, question: FederalQuestion) -> tuple[SourcedClaim, ...]:
        """The claims that an answer is based on, in its order."""
        by_id = {found.claim.id: found for found in self.claims}
        return tuple(by_id[claim] for claim in question.claims if claim in by_id)

    def questions_of(self, number: int) -> tuple[OwnedQuestion, ...]:
        """The questions on the context sheet of a session."""
        return tuple(owned for owned in self.questions if number in owned.question.sessions)


def format_as_of(as_of: dt.date) -> str:
    """``as of June 2026``."""
    return f"as of {as_of:%B %Y}"
