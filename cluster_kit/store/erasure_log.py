"""The record of erasures outside of the store, so that a restored backup does not bring erased answers back.

``erasures.json`` in the home folder has every erasure of every store that the home has had.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from cluster_kit.errors import ClusterKitError
from cluster_kit.files import PRIVATE, write_atomically
from cluster_kit.mail_log import MailLog, list_mail_logs, remove_mail_entries
from cluster_kit.settings import Settings
from cluster_kit.store.erasure_preview import remove_leftover_files
from cluster_kit.store.files import open_file_store
from cluster_kit.store.models import Erasure, NewErasure
from cluster_kit.store.store import Store

ERASURES_FILE = "erasures.json"
_ERASURES = TypeAdapter(tuple[Erasure, ...])
_log = logging.getLogger(__name__)


class ErasureLogError(ClusterKitError, ValueError):
    """The record of erasures is damaged."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"The record of erasures {path} cannot be read. Put a copy of it from a backup in its place.")


def read_erasure_log(path: Path) -> tuple[Erasure, ...]:
    """The erasures in a file, oldest first; none if there is no file.

    Raises ``ErasureLogError`` if it is damaged.
    """
    try:
        return _ERASURES.validate_json(path.read_bytes())
    except FileNotFoundError:
        return ()
    except (ValidationError, OSError) as error:
        raise ErasureLogError(path) from error


def write_erasure_log(path: Path, erasures: Iterable[Erasure]) -> None:
    """Write a file, readable only by its owner."""
    ordered = tuple(sorted(erasures, key=lambda one: (one.at, one.id)))
    write_atomically(path, _ERASURES.dump_json(ordered, indent=2), mode=PRIVATE)


def update_erasure_log(home: Path, store: Store) -> tuple[Erasure, ...]:
    """Add the store's erasures to the home's log, and return all of it.

    What the log of sent messages has about erased people is removed.
    """
    path = home / ERASURES_FILE
    known = read_erasure_log(path)
    merged = merge_erasures(known, store.erasures())
    if len(merged) > len(known):
        write_erasure_log(path, merged)
    remove_sent_to(home, merged)
    return merged


def remove_sent_to(home: Path, erasures: Iterable[Erasure]) -> None:
    """Remove from the log of sent messages the people, and the people of states, who were erased as a whole.

    Entries with the address of such a person go as well: a record that was merged into theirs had another id.
    """
    whole = [erasure for erasure in erasures if erasure.session is None]
    for series in list_mail_logs(home):
        entries = MailLog.load(home, series).entries
        for erasure in (one for one in whole if one.series == series):
            before = [entry for entry in entries if entry.at <= erasure.at and entry.state == erasure.jurisdiction]
            own = {one.to.casefold() for one in before if erasure.person in (None, one.person)}
            gone = [one for one in before if one.to.casefold() in own]
            remove_mail_entries(home, series, gone)


def merge_erasures(*lists: Iterable[Erasure]) -> tuple[Erasure, ...]:
    """The erasures of several records, each one once, oldest first."""
    merged = {_identify(erasure): erasure for erasures in reversed(lists) for erasure in erasures}
    return tuple(sorted(merged.values(), key=lambda one: (one.at, one.id)))


def find_missing(store: Store, erasures: Iterable[Erasure]) -> list[Erasure]:
    """Those of the erasures that the store does not have, oldest first."""
    known = {_identify(erasure) for erasure in store.erasures()}
    return [erasure for erasure in merge_erasures(erasures) if _identify(erasure) not in known]


def reapply_erasures(store: Store, files: Path, erasures: Iterable[Erasure]) -> list[Erasure]:
    """Carry out those of the erasures that the store does not have, and return their records, oldest first.

    ``files`` is the root folder of uploaded files; those that only erased answers referred to are removed.
    """
    applied = [store.reapply_erasure(erasure) for erasure in find_missing(store, erasures)]
    for series, jurisdiction in sorted({(one.series, one.jurisdiction) for one in applied if one.jurisdiction}):
        remove_leftover_files(store, open_file_store(files, series, jurisdiction), series, jurisdiction)
    return applied


def complete_erasures(settings: Settings, store: Store) -> list[Erasure]:
    """Carry out erasures that only the home's log has, and add those that only the store has to the log."""
    applied = reapply_erasures(store, settings.files, read_erasure_log(settings.home / ERASURES_FILE))
    update_erasure_log(settings.home, store)
    for one in applied:
        _log.warning("Erasure of %s was carried out again: this store did not have it", one.at.isoformat())
    return applied


def _identify(erasure: Erasure) -> tuple[dt.datetime, str]:
    """What tells two erasures apart in any store: their time and the request."""
    request = NewErasure.model_validate(erasure.model_dump(exclude={"id", "at", "count"}))
    return erasure.at.astimezone(dt.UTC), request.model_dump_json()
