"""The crosswalk's content files: successors of the 16 Clusters, retired codes, and a small sample crosswalk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from cluster_kit.content import folders as at
from cluster_kit.content.findings import Findings
from cluster_kit.content.models import ContentModel, Framework, SchemaVersion, Slug, Text
from cluster_kit.content.pack_reader import Reader, load_files
from cluster_kit.content.parts import Located

FORMER_CLUSTERS_FILE = "crosswalk/former_clusters.yaml"
RETIRED_CODES_FILE = "crosswalk/retired_codes.yaml"
SAMPLE_CODES_FILE = "crosswalk/sample_codes.yaml"

CipCode = Annotated[str, Field(pattern=r"^\d\d\.\d{4}$")]


class Successor(ContentModel):
    """A successor of a former Cluster, with ``most`` or ``part`` of its field.

    ``basis``: a public page says so (``published``), or only the ``titles`` suggest it.
    """

    cluster: Slug
    share: Literal["most", "part"]
    basis: Literal["published", "titles"] = "titles"
    note: str = ""


class FormerCluster(ContentModel):
    """A Cluster of 2002, its other names in data, and its successors.

    ``added_by_states``: not one of the 16, but several states added it.
    """

    id: Slug
    title: Text
    also: tuple[Text, ...] = ()
    added_by_states: bool = False
    became: tuple[Successor, ...] = Field(min_length=1)


class FormerClusters(ContentModel):
    """The file of former Clusters."""

    schema_version: SchemaVersion
    former_clusters: tuple[FormerCluster, ...]


class RetiredCode(ContentModel):
    """A CIP code of 2010 with the codes of 2020 that replaced it."""

    code: CipCode
    title: Text
    became: tuple[CipCode, ...] = Field(min_length=1)


class RetiredCodes(ContentModel):
    """The file of retired codes."""

    schema_version: SchemaVersion
    retired_codes: tuple[RetiredCode, ...]


class SampleCode(ContentModel):
    """A CIP code of the sample crosswalk, with its Sub-Clusters."""

    code: CipCode
    title: Text
    sub_clusters: tuple[Slug, ...] = Field(min_length=1)


class SampleCodes(ContentModel):
    """The file of the sample crosswalk."""

    schema_version: SchemaVersion
    codes: tuple[SampleCode, ...]


@dataclass(frozen=True)
class CrosswalkContent:
    """The crosswalk's data before any import."""

    framework: Framework
    former_clusters: tuple[FormerCluster, ...]
    retired_codes: tuple[RetiredCode, ...]
    sample_codes: tuple[SampleCode, ...]


def load_crosswalk_content(overlay: Path | None = None) -> CrosswalkContent:
    """The crosswalk's content and the Framework. Raises ``ContentError`` with all problems."""
    return load_files(overlay, read_crosswalk_files)


def read_crosswalk_files(reader: Reader) -> CrosswalkContent | None:
    """The crosswalk's files, checked against the Framework; None, with problems added to the reader, if invalid."""
    framework = reader.model(at.FRAMEWORK_FILE, Framework)
    former = reader.model(FORMER_CLUSTERS_FILE, FormerClusters)
    retired = reader.model(RETIRED_CODES_FILE, RetiredCodes)
    sample = reader.model(SAMPLE_CODES_FILE, SampleCodes)
    if framework is None or former is None or retired is None or sample is None:
        return None
    findings = Findings()
    _check_former(former, framework.model, findings)
    _check_sample(sample, framework.model, findings)
    codes = ((("retired_codes", i), code.code) for i, code in enumerate(retired.model.retired_codes))
    findings.unique(retired.data, codes, "retired code")
    reader.problems.extend(findings.problems)
    return CrosswalkContent(
        framework.model, former.model.former_clusters, retired.model.retired_codes, sample.model.codes
    )


def _check_former(former: Located[FormerClusters], framework: Framework, found: Findings) -> None:
    clusters = {cluster.id for cluster in framework.clusters}
    entries = former.model.former_clusters
    found.unique(former.data, ((("former_clusters", i), e.id) for i, e in enumerate(entries)), "former Cluster")
    found.unique(former.data, _names(entries), "former Cluster called")
    for index, entry in enumerate(entries):
        path = ("former_clusters", index, "became")
        found.known(former.data, path, [became.cluster for became in entry.became], clusters, "Cluster")


def _names(entries: Iterable[FormerCluster]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for index, entry in enumerate(entries):
        for name in {name.casefold() for name in (entry.title, *entry.also)}:
            yield ("former_clusters", index, "also"), name


def _check_sample(sample: Located[SampleCodes], framework: Framework, found: Findings) -> None:
    known = {sub.id for cluster in framework.clusters for sub in cluster.sub_clusters}
    entries = sample.model.codes
    found.unique(sample.data, ((("codes", i), entry.code) for i, entry in enumerate(entries)), "code")
    for index, entry in enumerate(entries):
        found.known(sample.data, ("codes", index, "sub_clusters"), entry.sub_clusters, known, "Sub-Cluster")
