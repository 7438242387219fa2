"""Clusters and Sub-Clusters by id and by the names in use."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from rapidfuzz import fuzz, process

from cluster_kit.content.crosswalk_files import FormerCluster
from cluster_kit.content.models import Cluster, Framework

CLOSE_ENOUGH = 90.0
_FOOTNOTE = re.compile(r"(\s*[*†‡§¹²³]+|\s*\[\w{1,2}\]|\s*\(\d\))+$")


class Placement(NamedTuple):
    """Ids of a Cluster and a Sub-Cluster; the latter is empty if only the Cluster is known."""

    cluster: str
    sub_cluster: str = ""


def normalize_title(name: str) -> str:
    """A normalized name, without case, accents, punctuation, and footnote marks, for comparison."""
    name = _FOOTNOTE.sub("", name.strip())
    name = unicodedata.normalize("NFKD", name.casefold())
    name = "".join(char for char in name if not unicodedata.combining(char))
    words = re.sub(r"[\W_]+", " ", name.replace("&", " and ")).split()
    return " ".join(word for word in words if word != "and")


@dataclass(frozen=True)
class Places:
    """Lookup of the Framework by id and by name."""

    framework: Framework

    @cached_property
    def clusters(self) -> dict[str, Cluster]:
        """The Clusters by id, in the Framework's order."""
        return {cluster.id: cluster for cluster in self.framework.clusters}

    @cached_property
    def cluster_of(self) -> dict[str, str]:
        """The Cluster id of every Sub-Cluster id, in the Framework's order."""
        return {sub.id: cluster.id for cluster in self.framework.clusters for sub in cluster.sub_clusters}

    @cached_property
    def titles(self) -> dict[str, str]:
        """Titles of Clusters and Sub-Clusters by id."""
        subs = {sub.id: sub.title for cluster in self.framework.clusters for sub in cluster.sub_clusters}
        return subs | {cluster.id: cluster.title for cluster in self.framework.clusters}

    @cached_property
    def _clusters_by_name(self) -> dict[str, str]:
        ids = {normalize_title(cluster.id): cluster.id for cluster in self.framework.clusters}
        return ids | {normalize_title(cluster.title): cluster.id for cluster in self.framework.clusters}

    @cached_property
    def _subs_by_name(self) -> dict[str, str]:
        subs = [sub for cluster in self.framework.clusters for sub in cluster.sub_clusters]
        return {normalize_title(sub.id): sub.id for sub in subs} | {normalize_title(sub.title): sub.id for sub in subs}

    def find_cluster(self, name: str) -> str | None:
        """The id of the Cluster that a name refers to, allowing for typos, or None."""
        return _closest(name, self._clusters_by_name)

    def find_sub_cluster(self, name: str) -> str | None:
        """The id of the Sub-Cluster that a name refers to, allowing for typos, or None."""
        return _closest(name, self._subs_by_name)

    def format_place(self, place: Placement) -> str:
        """``Cluster`` or ``Cluster: Sub-Cluster``, by title."""
        cluster = self.titles.get(place.cluster, place.cluster)
        return f"{cluster}: {self.titles.get(place.sub_cluster, place.sub_cluster)}" if place.sub_cluster else cluster


class FormerClusterLookup:
    """Lookup of the 16 Clusters of 2002 by id, and by the names that data use."""

    def __init__(self, entries: Iterable[FormerCluster]) -> None:
        self.by_id = {entry.id: entry for entry in entries}
        self._names = {normalize_title(name): e.id for e in self.by_id.values() for name in (e.id, e.title, *e.also)}

    def find(self, name: str) -> str | None:
        """The id of the former Cluster that a name, a short name, or a number refers to, or None."""
        text = re.sub(r"^0+(?=\d)|\.0+$", "", name.strip())
        numbered = re.match(r"(\d{1,2})\s*[-.:–]\s*(\D.+)", text)
        return _closest(numbered[2] if numbered else text, self._names)


def _closest(name: str, known: dict[str, str]) -> str | None:
    wanted = normalize_title(name)
    if wanted in known or len(wanted) < 6:
        return known.get(wanted)
    best = process.extractOne(wanted, known.keys(), scorer=fuzz.ratio, score_cutoff=CLOSE_ENOUGH)
    return known[best[0]] if best else None
