"""Published examples of state practice: what a state did, where it is published, and what others could borrow."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import Field

from cluster_kit.content.fields import AsOf, ContentModel, PostalCode, SchemaVersion, Slug, Text, WebAddress

TRANSFERS = "Practice that would transfer"
"""The label of a practice that was made for earlier Clusters or for CTE in general, wherever it is shown."""


@dataclass(frozen=True)
class ExampleSource:
    """A page that reports an example: the text of the link to it, and its address."""

    name: str
    address: str


class PublishedExample(ContentModel):
    """A practice found on a public page. No state's team wrote it here; see ``insights.peers`` for theirs.

    ``link`` is the text of the link to ``address``; ``also`` are further addresses. ``areas``, ``levers`` (rows of the
    exercise on policy levers), and ``items`` say where it is shown. ``caution`` says why to check it first.
    ``undated``: the page has no date, and ``as_of`` is the month in which it was read. ``transfers``: the practice is
    not about the modernized Framework, but about earlier Clusters or CTE in general.
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
    transfers: bool = False
    borrow: Text
    areas: tuple[Slug, ...] = Field(min_length=1)
    levers: tuple[Slug, ...] = ()
    items: tuple[Slug, ...] = ()
    caution: str = ""

    @property
    def label(self) -> str:
        """``TRANSFERS`` for a practice that is not about the modernized Framework, otherwise empty."""
        return TRANSFERS if self.transfers else ""

    @property
    def sources(self) -> tuple[ExampleSource, ...]:
        """Every page that reports the example, the main one first. Everything that shows an example shows all of them.

        Further pages are named by their site. Pages of the same site are numbered, so that no two names are alike.
        """
        sites = [urlsplit(address).netloc.removeprefix("www.") for address in self.also]
        more = (
            ExampleSource(site if sites.count(site) == 1 else f"{site}, page {sites[: index + 1].count(site)}", address)
            for index, (site, address) in enumerate(zip(sites, self.also, strict=True))
        )
        return (ExampleSource(self.link, self.address), *more)


class ExamplesFile(ContentModel):
    """A file of published examples."""

    schema_version: SchemaVersion
    examples: tuple[PublishedExample, ...]
