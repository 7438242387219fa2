"""The author of the answers in a returned worksheet."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from cluster_kit.roster.people import find_same_person, new_person
from cluster_kit.store import Person, Store
from cluster_kit.worksheets.returned import Submission

UNNAMED = "Someone who gave no name"


def find_author(store: Store, returned: Submission, name: str) -> Person:
    """The author that signature or staff name, else the person of that name in the state's team.

    Without one, it is a new person, not yet stored (``keep_author`` stores one).

    A worksheet without a name gets a person of its own, whose id is a hash of the worksheet's content: the same file
    twice is the same person.
    """
    if returned.author:
        return returned.author
    head = returned.head
    if name:
        known = find_same_person(store.people(head.series, head.jurisdiction), name)
        return known or new_person(head.series, head.jurisdiction, name, returned.role)
    filled_text = "\0".join(f"{filled.mark} {filled.text}" for filled in returned.filled)
    digest = hashlib.sha256(f"{head.series}/{head.jurisdiction}/{filled_text}".encode()).hexdigest()[:16]
    unnamed = new_person(head.series, head.jurisdiction, UNNAMED, returned.role)
    return unnamed.model_copy(update={"id": f"worksheet-{digest}"})


def keep_author(store: Store, author: Person) -> Person:
    """The author as stored: another person if the same name was added concurrently."""
    if author.name == UNNAMED:
        return store.add_person(author)

    def find(team: Sequence[Person]) -> Person | None:
        return next((person for person in team if person.id == author.id), None) or find_same_person(team, author.name)

    return store.find_or_add_person(author, find)
