"""A disk that is full, has room again, and then becomes read-only, under a home; run by ``test_faults.py``.

``python -m tests.durability.small_disk FOLDER``, in a mount namespace of its own in which FOLDER is a small disk.
"""

from __future__ import annotations

import subprocess
import sys
from itertools import count
from pathlib import Path

from cluster_kit.maintenance.backup import back_up
from cluster_kit.maintenance.databases import check_sqlite
from cluster_kit.maintenance.doctor import diagnose
from cluster_kit.maintenance.errors import BackupError
from cluster_kit.settings import Settings, save_series
from cluster_kit.store import Store, StoreUnavailableError
from cluster_kit.store.deployment import open_deployment_store
from cluster_kit.store.files import open_file_store
from tests.store.samples import answer

SETTINGS = 'series = "2026"\n'


def main(disk: Path) -> None:
    """Fill the disk, make room, and make it read-only; fails if anything acknowledged is lost or anything is torn."""
    settings = Settings(disk / "home", series="2026")
    settings.secret()
    settings.file.write_text(SETTINGS)
    ballast = disk / "ballast"
    ballast.write_bytes(b"x" * 300_000)
    with open_deployment_store(settings) as store:
        acknowledged = fill(store)
        assert read(store) == acknowledged
        check_torn(settings, disk)
        ballast.unlink()
        acknowledged += [receipt.id for receipt in store.append([answer(id="after", row="after")])]
    check_sqlite(settings.store_file)
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    check_read_only(settings)
    subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
    with open_deployment_store(settings) as store:
        assert read(store) == acknowledged


def fill(store: Store) -> list[str]:
    """Append until the disk is full; the ids that were acknowledged."""
    acknowledged: list[str] = []
    for number in count():
        try:
            acknowledged += [one.id for one in store.append([answer(row=f"{number}", value="x" * 20_000)])]
        except StoreUnavailableError as error:
            if not error.retryable:
                raise
            return acknowledged
    raise AssertionError


def check_torn(settings: Settings, disk: Path) -> None:
    """Nothing that cannot be written is there in part."""
    uploads = open_file_store(settings.files, "2026", "OH")
    expect(OSError, lambda: uploads.keep(b"y" * 400_000))
    assert not [path for path in uploads.folder.glob("*") if path.is_file()]
    expect(OSError, lambda: save_series(settings.file, "2027" + "0" * 400_000))
    assert settings.file.read_text() == SETTINGS
    expect(BackupError, lambda: back_up(settings, disk / "backups"))
    assert list((disk / "backups").glob("*")) == []
    assert "disk" in {one.check for one in diagnose(settings) if one.status == "error"}


def check_read_only(settings: Settings) -> None:
    """The key can be read, and what cannot be opened or written is said."""
    assert settings.secret()
    expect(StoreUnavailableError, lambda: open_deployment_store(settings))
    expect(OSError, lambda: save_series(settings.file, "2027"))
    assert settings.file.read_text() == SETTINGS
    assert "store" in {one.check for one in diagnose(settings)}


def read(store: Store) -> list[str]:
    return [response.id for response in store.history("2026", "OH")]


def expect(error: type[Exception], call: object) -> None:
    assert callable(call)
    try:
        call()
    except error:
        return
    raise AssertionError(f"no {error.__name__}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
