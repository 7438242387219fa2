"""What a home folder has had: its stores and its signing key.

Without this record, a missing one would look like a first start.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from cluster_kit.errors import ClusterKitError
from cluster_kit.files import PRIVATE, write_atomically

HOME_FILE = "home.json"
SCHEMA_VERSION = 1


class HomeRecordError(ClusterKitError, ValueError):
    """The home's record cannot be read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(
            f"{path} is damaged. Restore it from a backup. If the answers and the signing key are in place, delete it."
        )


@dataclass(frozen=True)
class HomeRecord:
    """``stores``: the places of the stores that the home has had, relative to it if they are in it. ``key``: the
    fingerprint of its signing key, or empty."""

    stores: tuple[str, ...] = ()
    key: str = ""


def read_home_record(home: Path) -> HomeRecord:
    """The home's record, empty if there is none. Raises ``HomeRecordError`` if it is damaged."""
    path = home / HOME_FILE
    try:
        found = json.loads(path.read_bytes())
        if found["schema_version"] != SCHEMA_VERSION:
            raise HomeRecordError(path)
        return HomeRecord(tuple(map(str, found["stores"])), str(found["key"]))
    except (FileNotFoundError, NotADirectoryError):
        return HomeRecord()
    except (ValueError, KeyError, TypeError) as error:
        raise HomeRecordError(path) from error


def write_home_record(home: Path, record: HomeRecord) -> None:
    """Write the record, readable only by its owner."""
    text = json.dumps({"schema_version": SCHEMA_VERSION, **asdict(record)}, indent=2)
    write_atomically(home / HOME_FILE, text.encode(), mode=PRIVATE)


def had_store(home: Path, place: str | Path) -> bool:
    """True if the home has had this store."""
    return _name_in(home, place) in read_home_record(home).stores


def remember_store(home: Path, place: str) -> None:
    """Add a store to the record. A home that cannot be written to is left as it is."""
    record, name = read_home_record(home), _name_in(home, place)
    if name not in record.stores:
        with suppress(OSError):
            write_home_record(home, replace(record, stores=(*record.stores, name)))


def remember_key(home: Path, key: str) -> None:
    """Add the signing key's fingerprint to the record, unless it has one."""
    record = read_home_record(home)
    if not record.key:
        with suppress(OSError):
            write_home_record(home, replace(record, key=key_fingerprint(key)))


def key_fingerprint(key: str) -> str:
    """A short digest that tells two keys apart and does not reveal them."""
    return hashlib.sha256(f"cluster-kit key {key}".encode()).hexdigest()[:16]


def _name_in(home: Path, place: str | Path) -> str:
    """A file in the home by its name there, so that the home can be moved; another place as it is."""
    path = Path(place)
    return path.relative_to(home).as_posix() if path.is_relative_to(home) else str(place)
