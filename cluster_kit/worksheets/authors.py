"""Whose worksheet it is."""

from __future__ import annotations

import hashlib

from cluster_kit.responses import Person, Store
from cluster_kit.worksheets.returned import Returned

UNNAMED = "Somebody who gave no name"


def find_author(store: Store, returned: Returned, name: str) -> Person:
    """Whoever filled the worksheet: the one person of that name in the state's team, or somebody new.

    The id of somebody new follows from the name, so that the next worksheet of theirs is the same person's. A
    worksheet without a name is a person of its own.
    """
    head = returned.head
    known = [p for p in store.people(head.series, head.jurisdiction) if name and _plain(p.name) == _plain(name)]
    if len(known) == 1:
        return known[0]
    said = name.casefold() if name else "\0".join(f"{f.mark} {f.text}" for f in returned.filled)
    digest = hashlib.sha256(f"{head.series}/{head.jurisdiction}/{said}".encode()).hexdigest()[:16]
    return Person(
        id=f"worksheet-{digest}",
        series=head.series,
        jurisdiction=head.jurisdiction,
        name=name or UNNAMED,
        role=returned.role,
    )


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
