"""The person to whom the answers of a returned worksheet belong."""

from __future__ import annotations

import hashlib

from cluster_kit.roster.people import find_same_person, person_for
from cluster_kit.store import Person, Store
from cluster_kit.worksheets.returned import Submission

UNNAMED = "Somebody who gave no name"


def find_author(store: Store, returned: Submission, name: str) -> Person:
    """The person of that name in the state's team, or a new person, not yet stored (``keep_author`` stores one).

    A worksheet without a name belongs to a person of its own, whose id is a hash of what the worksheet says: the
    same file twice is the same person.
    """
    head = returned.head
    if name:
        known = find_same_person(store.people(head.series, head.jurisdiction), name)
        return known or person_for(head.series, head.jurisdiction, name, returned.role)
    said = "\0".join(f"{filled.mark} {filled.text}" for filled in returned.filled)
    digest = hashlib.sha256(f"{head.series}/{head.jurisdiction}/{said}".encode()).hexdigest()[:16]
    unnamed = person_for(head.series, head.jurisdiction, UNNAMED, returned.role)
    return unnamed.model_copy(update={"id": f"worksheet-{digest}"})


def keep_author(store: Store, author: Person) -> Person:
    """The author as stored: another person where someone else added the same name in the meantime."""
    if author.name == UNNAMED:
        return store.add_person(author)
    return store.find_or_add_person(author, lambda team: find_same_person(team, author.name))
