"""Disks, clocks, and files that fail: what was acknowledged stays, and a message says what to do.

Locked, deleted, and replaced databases are in ``tests/store/test_trouble.py``.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cluster_kit.errors import ClusterKitError
from cluster_kit.home_record import read_home_record
from cluster_kit.maintenance.backup import back_up, find_backups
from cluster_kit.maintenance.databases import check_sqlite
from cluster_kit.maintenance.doctor import diagnose
from cluster_kit.maintenance.manifest import MANIFEST_FILE, verify_backup
from cluster_kit.server.auth.tokens import ExpiredLinkError, make_link, read_token
from cluster_kit.settings import Settings
from cluster_kit.store import Presence, Store
from cluster_kit.store.erasure_log import read_erasure_log
from tests.maintenance.conftest import home, read_ids
from tests.store.samples import ROOT, answer

__all__ = ["home"]
NOW = dt.datetime.now(dt.UTC)


@pytest.mark.parametrize("module", ["small_disk", "full_folder"])
def test_a_disk_that_is_full_and_then_read_only_loses_nothing_and_tears_no_file(tmp_path: Path, module: str) -> None:
    """In a mount namespace of its own, where a small file system can be mounted without being root."""
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    run = f"{sys.executable} -m tests.durability.{module} {tmp_path}"
    script = f"mount -t tmpfs -o size=1500k tmpfs {tmp_path} && exec {run}"
    done = subprocess.run(
        ["unshare", *user, "--mount", "sh", "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("jump", [dt.timedelta(days=-400), dt.timedelta(days=400)])
def test_a_clock_that_jumps_keeps_the_order_of_answers_and_doctor_says_so(
    home: Settings, jump: dt.timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answers are ordered by ``seq``, not by time; presence never goes back."""
    visit = {"series": "2026", "session": 1, "person": "ana", "jurisdiction": "OH"}
    with Store.open(home.db_url) as store:
        store.note_presence([Presence(**visit, joined_at=NOW, active_at=NOW, seen_at=NOW)])
        monkeypatch.setattr("cluster_kit.store.writes.utc_now", lambda: NOW + jump)
        [during] = store.append([answer(id="during", author="ana", row="a", base=("by-ana",))])
        then = NOW + jump
        store.note_presence([Presence(**visit, joined_at=then, active_at=then, seen_at=then)])
        monkeypatch.undo()
        store.append([answer(id="after", author="ana", row="a", base=("during",))])
        assert during.at == NOW + jump
        assert [one.id for one in store.history("2026", "OH")][-2:] == ["during", "after"]
        assert [one.id for one in store.since(during.seq, "2026", "OH")] == ["after"]
        assert "after" in {one.id for one in store.current("2026", "OH")}
        [seen] = store.presence("2026", 1)
        assert seen.seen_at == max(NOW, NOW + jump)
    [clock] = [one for one in diagnose(home) if one.check == "clock"]
    assert clock.status == ("error" if jump > dt.timedelta() else "ok")


def test_links_work_until_their_end_whatever_a_clock_does_in_between(home: Settings) -> None:
    token = make_link(home, "ana", address="http://127.0.0.1", session=1, days=30).partition("#")[2]
    for days in (0, 29):
        assert read_token(home.secret(), token, NOW + dt.timedelta(days=days)).person == "ana"
    with pytest.raises(ExpiredLinkError):
        read_token(home.secret(), token, NOW + dt.timedelta(days=31))
    assert read_token(home.secret(), token, NOW).person == "ana"  # the clock is right again


def test_a_lost_log_leaves_a_whole_database_with_what_was_checkpointed(home: Settings, tmp_path: Path) -> None:
    """The log is part of the database: without it, the newest answers are gone, and no half of one is there."""
    before = read_ids(home)
    with Store.open(home.db_url) as store:
        store.append([answer(id=f"in-log-{number}", row=f"{number}", value="x" * 5000) for number in range(20)])
        copy = Settings(tmp_path / "copy", series="2026")
        copy.home.mkdir()
        shutil.copyfile(home.store_file, copy.store_file)  # as a careless backup does it
        assert len(store.history("2026", "OH")) == len(before) + 20
    check_sqlite(copy.store_file)
    assert read_ids(copy) == before


@pytest.mark.parametrize("half", [0.0, 0.5, 0.95])
def test_half_a_manifest_is_no_backup_and_an_older_whole_one_is_still_found(
    home: Settings, tmp_path: Path, half: float
) -> None:
    whole, torn = (back_up(home, tmp_path / "backups").folder for _ in range(2))
    manifest = torn / MANIFEST_FILE
    raw = manifest.read_bytes()
    manifest.write_bytes(raw[: int(len(raw) * half)])
    with pytest.raises(ClusterKitError, match=r"manifest\.json is damaged"):
        verify_backup(torn)
    assert [folder for folder, _ in find_backups(tmp_path / "backups")] == [whole]


def test_half_written_files_of_a_home_are_named_and_never_taken_for_empty_ones(home: Settings) -> None:
    home.file.write_text('series = "2026')
    (home.home / "home.json").write_bytes(b'{"schema_version": 1, "sto')
    (home.home / "erasures.json").write_bytes(b'[{"series": "2026", "juris')
    for read in (
        home.contact,
        lambda: read_home_record(home.home),
        lambda: read_erasure_log(home.home / "erasures.json"),
    ):
        with pytest.raises(ClusterKitError, match=str(home.home)):
            read()
    assert {"settings", "key", "erasures"} <= {one.check for one in diagnose(home) if one.status == "error"}
