"""A privacy request: what it would take away, and taking it away, with the files that only erased answers named."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from cluster_kit.store import Erasure, NewErasure, Person, Store
from cluster_kit.store.files import FileStore, find_digests
from cluster_kit.store.models import Erasable


@dataclass(frozen=True)
class ErasurePreview:
    """What a request takes away.

    ``answers`` counts them by session and exercise, every version of an answer for itself, in order. ``posts`` are
    words on boards and in the parking lot, ``doings`` what else was done in sessions, ``people`` those whose names go,
    ``files`` what is removed from the shelf.
    """

    answers: dict[tuple[int, str], int]
    posts: int
    doings: int
    people: tuple[Person, ...]
    files: int

    @property
    def is_nothing(self) -> bool:
        """True when the request finds nothing."""
        return not (self.answers or self.posts or self.doings or self.people or self.files)


def foresee(store: Store, shelf: FileStore, request: NewErasure) -> ErasurePreview:
    """What ``erase`` would take away now."""
    found = store.find_erasable(request)
    going = {response.id for response in found.responses}
    stays = [r for r in store.current(request.series, request.jurisdiction) if r.id not in going]
    files = (find_digests(found.responses) & shelf.digests()) - find_digests(stays)
    return _count(found, len(files | _left_behind(store, shelf, request.series, request.jurisdiction)))


def erase(store: Store, shelf: FileStore, request: NewErasure) -> tuple[Erasure | None, ErasurePreview]:
    """Take it away for good: the record, and what went. Where nothing is found there is no record.

    Files are removed when their answers are gone for good. A call that was cut off between the two is finished by the
    next one for the same state, or by ``finish``.
    """
    found = store.find_erasable(request)
    record = None if found.is_nothing else store.erase(request)
    return record, _count(found, finish(store, shelf, request.series, request.jurisdiction))


def finish(store: Store, shelf: FileStore, series: str, jurisdiction: str) -> int:
    """Remove the files that a state's erasures have left behind; how many that were."""
    files = _left_behind(store, shelf, series, jurisdiction)
    for digest in files:
        shelf.remove(digest)
    return len(files)


def _left_behind(store: Store, shelf: FileStore, series: str, jurisdiction: str) -> set[str]:
    """What lies on the shelf since before the state's last erasure, and no answer names.

    What came later may be on its way: a file is here before the answer that names it.
    """
    erasures = store.erasures(series, jurisdiction)
    if not erasures:
        return set()
    named = find_digests(store.current(series, jurisdiction))
    return shelf.digests(until=erasures[-1].at) - named


def _count(found: Erasable, files: int) -> ErasurePreview:
    posts = sum(event.kind in {"post", "park"} for event in found.events)
    return ErasurePreview(
        answers=dict(sorted(Counter((r.session, r.exercise) for r in found.responses).items())),
        posts=posts,
        doings=len(found.events) - posts,
        people=found.people,
        files=files,
    )
