"""Models of reference data: the Framework, jurisdictions, audiences, roles, and plain-language terms."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, NonNegativeInt, PositiveInt

from cluster_kit.content.fields import ContentModel, SchemaVersion, Slug, Text


class SubCluster(ContentModel):
    """A Sub-Cluster of the Framework."""

    id: Slug
    title: Text


class Cluster(ContentModel):
    """A Career Cluster. ``cross_cutting`` Clusters reach into all others."""

    id: Slug
    title: Text
    cross_cutting: bool = False
    sub_clusters: tuple[SubCluster, ...]


class Grouping(ContentModel):
    """A Cluster Grouping: the Framework's top level."""

    id: Slug
    title: Text
    clusters: tuple[Cluster, ...]


class Framework(ContentModel):
    """The National Career Clusters Framework, as modernized in October 2024."""

    schema_version: SchemaVersion
    title: Text
    note: str
    groupings: tuple[Grouping, ...]

    @property
    def clusters(self) -> tuple[Cluster, ...]:
        """Every Cluster, in the order of the groupings."""
        return tuple(cluster for grouping in self.groupings for cluster in grouping.clusters)


class Jurisdiction(ContentModel):
    """A state, district, or territory. ``time_zones``: IANA names, that of its capital first.

    ``tile`` is its column and row on the tile map, from 0, or None if it is not on the map.
    """

    code: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    name: Text
    kind: Literal["state", "district", "territory", "freely_associated_state"]
    time_zones: tuple[Text, ...] = Field(min_length=1)
    tile: tuple[NonNegativeInt, NonNegativeInt] | None = None


class Jurisdictions(ContentModel):
    """The jurisdictions' file."""

    schema_version: SchemaVersion
    jurisdictions: tuple[Jurisdiction, ...]


class Audience(ContentModel):
    """An audience. ``vision`` is empty for those that the Framework's vision does not name."""

    id: Slug
    title: Text
    vision: str = ""
    cares_about: tuple[Text, ...]


class Audiences(ContentModel):
    """The audiences' file."""

    schema_version: SchemaVersion
    audiences: tuple[Audience, ...]


class Role(ContentModel):
    """What a person in a state team does in the state."""

    id: Slug
    title: Text
    description: Text


class Roles(ContentModel):
    """The roles' file."""

    schema_version: SchemaVersion
    roles: tuple[Role, ...]


class PlainTerm(ContentModel):
    """A technical term and its plain-language alternative."""

    term: Text
    plain: Text


class PlainLanguage(ContentModel):
    """The plain-language file: terms to explain or replace, and the limits of the check."""

    schema_version: SchemaVersion
    longest_sentence_words: PositiveInt
    highest_grade: PositiveInt
    terms: tuple[PlainTerm, ...]
