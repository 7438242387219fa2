"""Published examples of state practice: what a state did, where it is published, and what others could borrow."""

from __future__ import annotations

from pydantic import Field

from cluster_kit.content.fields import AsOf, ContentModel, PostalCode, SchemaVersion, Slug, Text, WebAddress


class PublishedExample(ContentModel):
    """A practice found on a public page. No state's team wrote it here; see ``insights.peers`` for theirs.

    ``link`` is the text of the link to ``address``; ``also`` are further addresses. ``areas``, ``levers`` (rows of the
    exercise on policy levers), and ``items`` say where it is shown. ``caution`` says why to check it first.
    ``undated``: the page has no date, and ``as_of`` is the month in which it was read.
    """

    id: Slug
    states: tuple[PostalCode, ...] = Field(min_length=1)
    title: Text
    did: Text
    when: Text
    link: Text
    address: WebAddress
    also: tuple[WebAddress, ...] = ()
    as_of: AsOf
    undated: bool = False
    borrow: Text
    areas: tuple[Slug, ...] = Field(min_length=1)
    levers: tuple[Slug, ...] = ()
    items: tuple[Slug, ...] = ()
    caution: str = ""


class ExamplesFile(ContentModel):
    """A file of published examples."""

    schema_version: SchemaVersion
    examples: tuple[PublishedExample, ...]
