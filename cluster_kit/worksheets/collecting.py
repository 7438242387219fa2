"""Import of returned worksheets from files, folders, and zip files into the store."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cluster_kit.content import load_content
from cluster_kit.content.errors import UnknownJurisdictionError, UnknownSeriesError, UnknownSessionError
from cluster_kit.content.models import Content
from cluster_kit.errors import UsageError
from cluster_kit.settings import Settings, sqlite_url
from cluster_kit.store import NewResponse, Store
from cluster_kit.store.deployment import open_deployment_store
from cluster_kit.temporary_folders import temporary_folder
from cluster_kit.text import join_words
from cluster_kit.worksheets.authors import UNNAMED
from cluster_kit.worksheets.errors import UnreadableWorksheetError
from cluster_kit.worksheets.files import FoundFile, find_files
from cluster_kit.worksheets.merging import merge_worksheet
from cluster_kit.worksheets.read_file import read_worksheet
from cluster_kit.worksheets.receipts import FileReceipt
from cluster_kit.worksheets.returned import Submission
from cluster_kit.worksheets.senders import Sender, identify_sender

MOST_ANSWERS, MOST_COPIES = 5_000, 20
MOST_NAMES = 100
"""People who gave answers in the forms of one notebook: as many as a team has."""


def collect(
    settings: Settings, paths: Sequence[Path], *, dry_run: bool = False, sender: Sender | None = None
) -> Iterator[FileReceipt]:
    """Merge every worksheet under the paths into the store, and yield a receipt for each file as it is read.

    A file that cannot be read, or whose state neither a signature of this deployment nor staff (``sender``) name, is
    reported with the reason, and the others are still collected. With ``dry_run`` the import runs on a copy of the
    answers, which is discarded.

    Raises
    ------
    UsageError
        If a path does not exist.
    UnknownJurisdictionError
        If the sender's state is none of the series.
    SigningKeyError, StoreError, ContentError
        If the signing key, the store, or the content cannot be used.
    """
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise UsageError(f"{', '.join(missing)} cannot be found. Name files or folders that are there.")
    collector = _Collector(settings, dry_run, sender or Sender(), settings.secret())
    with open_deployment_store(settings) as store, _scratch() as scratch:
        for found in find_files(paths):
            yield collector.take(found, store, scratch)


@contextmanager
def _scratch() -> Iterator[Store]:
    """A temporary store."""
    with temporary_folder("collect") as folder, Store.open(sqlite_url(folder / "trial.sqlite3")) as store:
        yield store


@dataclass
class _Collector:
    """Caches the content of each series, and detects duplicate files."""

    settings: Settings
    dry_run: bool
    sender: Sender
    secret: str
    _contents: dict[str, Content] = field(default_factory=dict)
    _seen: dict[str, str] = field(default_factory=dict)
    _copied: set[tuple[str, str]] = field(default_factory=set)

    def take(self, found: FoundFile, store: Store, scratch: Store) -> FileReceipt:
        """Read a file and merge it."""
        if found.trouble:
            return FileReceipt(found.name, "unreadable", found.trouble.reason)
        first = self._seen.setdefault(hashlib.sha256(found.raw).hexdigest(), found.name)
        if first is not found.name:
            return FileReceipt(found.name, "duplicate", first)
        try:
            returned = read_worksheet(found.name, found.raw)
            _check_size(found.name, returned)
            content = self._content(found.name, returned)
            returned = identify_sender(
                found.name, returned, self.sender, content=content, store=store, secret=self.secret
            )
        except UnreadableWorksheetError as error:
            return FileReceipt(found.name, "unreadable", error.reason)
        if self.dry_run:
            self._copy(store, scratch, returned)
        outcomes = merge_worksheet(content, scratch if self.dry_run else store, returned)
        head = returned.head
        gave = [outcome.by for outcome in outcomes if outcome.status in ("saved", "conflict", "replaced", "there")]
        authors = list(filter(None, dict.fromkeys(gave or [returned.name])))
        return FileReceipt(
            file=found.name,
            status="read",
            worksheet=f"session {head.session}, {content.get_session(head.session).title}",
            state=content.get_jurisdiction(head.jurisdiction).name,
            person=join_words(authors) or UNNAMED,
            named=bool(authors),
            outcomes=tuple(outcomes),
            unread=returned.unread,
            dry_run=self.dry_run,
        )

    def _content(self, name: str, returned: Submission) -> Content:
        head = returned.head
        try:
            if head.series not in self._contents:
                self._contents[head.series] = load_content(head.series, overlay=self.settings.content)
            content = self._contents[head.series]
            content.get_session(head.session)
            content.get_jurisdiction(head.jurisdiction)
        except (UnknownSeriesError, UnknownSessionError, UnknownJurisdictionError) as error:
            raise UnreadableWorksheetError(
                name, f"belongs to something that is not known here: {error}".rstrip(".")
            ) from error
        return content

    def _copy(self, store: Store, scratch: Store, returned: Submission) -> None:
        """Copy the state's current answers into the trial store, once."""
        place = (returned.head.series, returned.head.jurisdiction)
        if place in self._copied:
            return
        self._copied.add(place)
        for person in store.people(*place):
            scratch.add_person(person)
        fields = set(NewResponse.model_fields)
        kept = [NewResponse.model_construct(**r.model_dump(include=fields)) for r in store.history(*place)]
        if kept:
            scratch.append(kept)


def _check_size(name: str, returned: Submission) -> None:
    """Refuse a file with more answers than a worksheet has, or with one answer in many versions."""
    if len({typed.author for typed in returned.typed}) > MOST_NAMES:
        raise UnreadableWorksheetError(name, "names more people than fill out one worksheet")
    versions = Counter(filled.mark.key for filled in set(returned.filled))
    too_many = len(versions) > MOST_ANSWERS or len(returned.typed) > MOST_ANSWERS
    if too_many or max(versions.values(), default=0) > MOST_COPIES:
        raise UnreadableWorksheetError(name, "holds more answers than any worksheet asks for")
