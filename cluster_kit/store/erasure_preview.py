"""Preview and execute a privacy request, including files that only erased answers refer to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from cluster_kit.store import Erasure, NewErasure, Person, Store
from cluster_kit.store.files import FileStore, find_digests
from cluster_kit.store.models import Erasable


@dataclass(frozen=True)
class ErasurePreview:
    """What a request removes.

    ``answers``: their number by session and exercise, in order; each version of an answer counts. ``posts``: the number
    of posts on boards and items in the parking lot. ``other_events``: the number of other session events. ``people``:
    those whose names are removed. ``files``: the number of files removed from the file store. ``visits``: how many
    times a person is recorded as present in a session. ``ballots``: the number of evaluation forms received.
    """

    answers: dict[tuple[int, str], int]
    posts: int
    other_events: int
    people: tuple[Person, ...]
    files: int
    visits: int = 0
    ballots: int = 0

    @property
    def is_nothing(self) -> bool:
        """True if there is nothing to remove."""
        counts = (self.posts, self.other_events, self.files, self.visits, self.ballots)
        return not (self.answers or self.people or any(counts))


def preview_erasure(store: Store, file_store: FileStore, request: NewErasure) -> ErasurePreview:
    """What ``erase`` would remove now."""
    found = store.find_erasable(request)
    removed = {response.id for response in found.responses}
    remaining = [r for r in store.current(request.series, request.jurisdiction) if r.id not in removed]
    files = (find_digests(found.responses) & file_store.digests()) - find_digests(remaining)
    return _count(found, len(files | _find_leftovers(store, file_store, request.series, request.jurisdiction)))


def erase(store: Store, file_store: FileStore, request: NewErasure) -> tuple[Erasure | None, ErasurePreview]:
    """Remove the data permanently. Return the record (None if nothing was found) and what was removed.

    Files are removed after their answers. If a call is interrupted between the two, the next call for the same state,
    or ``remove_leftover_files``, removes the files.
    """
    found = store.find_erasable(request)
    record = None if found.is_nothing else store.erase(request)
    return record, _count(found, remove_leftover_files(store, file_store, request.series, request.jurisdiction))


def remove_leftover_files(store: Store, file_store: FileStore, series: str, jurisdiction: str) -> int:
    """Remove the files that a state's erasures have left behind, and return their number."""
    files = _find_leftovers(store, file_store, series, jurisdiction)
    for digest in files:
        file_store.remove(digest)
    return len(files)


def _find_leftovers(store: Store, file_store: FileStore, series: str, jurisdiction: str) -> set[str]:
    """The digests of files stored before the state's last erasure that no answer refers to.

    Later files are excluded: a file is stored before the answer that refers to it.
    """
    erasures = store.erasures(series, jurisdiction)
    if not erasures:
        return set()
    named = find_digests(store.current(series, jurisdiction))
    return file_store.digests(until=erasures[-1].at) - named


def _count(found: Erasable, files: int) -> ErasurePreview:
    posts = sum(event.kind in {"post", "park"} for event in found.events)
    return ErasurePreview(
        answers=dict(sorted(Counter((r.session, r.exercise) for r in found.responses).items())),
        posts=posts,
        other_events=len(found.events) - posts,
        people=found.people,
        files=files,
        visits=len(found.presence),
        ballots=found.ballots,
    )
