"""The vocabularies from which prompts may take rows and options: Clusters, audiences, roles, items, and others."""

from __future__ import annotations

from typing import NamedTuple

from cluster_kit.content.models import Content, Vocabulary


class VocabularyEntry(NamedTuple):
    """An entry of a vocabulary with its label."""

    id: str
    label: str
    help: str = ""


def list_entries(content: Content, name: Vocabulary) -> tuple[VocabularyEntry, ...]:
    """The entries of a vocabulary, in its own order."""
    framework, instrument = content.framework, content.instrument
    match name:
        case "clusters":
            return tuple(VocabularyEntry(c.id, c.title) for c in framework.clusters)
        case "cross_cutting_clusters":
            return tuple(VocabularyEntry(c.id, c.title) for c in framework.clusters if c.cross_cutting)
        case "groupings":
            return tuple(VocabularyEntry(g.id, g.title) for g in framework.groupings)
        case "sub_clusters":
            return tuple(VocabularyEntry(s.id, s.title, c.title) for c in framework.clusters for s in c.sub_clusters)
        case "audiences":
            return tuple(VocabularyEntry(a.id, a.title) for a in content.audiences)
        case "roles":
            return tuple(VocabularyEntry(r.id, r.title) for r in content.roles)
        case "areas":
            return tuple(VocabularyEntry(a.id, a.title) for a in instrument.areas)
        case "items":
            return tuple(VocabularyEntry(i.id, i.text) for i in instrument.items)
        case "jurisdictions":
            return tuple(VocabularyEntry(j.code, j.name) for j in content.jurisdictions)
