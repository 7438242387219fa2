"""Restore drills: everything comes back with its permissions, and erased answers do not."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
from pathlib import Path

import pytest

from cluster_kit.home_record import HOME_FILE
from cluster_kit.maintenance.backup import back_up
from cluster_kit.maintenance.errors import RestoreError
from cluster_kit.maintenance.restore import STAGE, restore_backup
from cluster_kit.settings import Settings
from cluster_kit.store import NewErasure, Person, Store
from cluster_kit.store.deployment import open_deployment_store
from cluster_kit.store.erasure_log import ERASURES_FILE, complete_erasures, read_erasure_log, update_erasure_log
from cluster_kit.store.erasure_preview import erase
from cluster_kit.store.errors import LostStoreError
from cluster_kit.store.files import open_file_store
from tests.commands import Command, run_command
from tests.maintenance.conftest import UPLOADED, make_much_content, read_ids
from tests.postgres import create_database
from tests.serving import wait_until
from tests.store.samples import answer

ANA = NewErasure(series="2026", jurisdiction="OH", person="ana", asked_by="Ana Reyes", why="left the agency")


def make_target(deployment: Settings, tmp_path: Path) -> Settings:
    db = create_database(deployment.db) if deployment.db else None
    return Settings(tmp_path / "restored", db, "2026")


def erase_now(settings: Settings) -> None:
    with open_deployment_store(settings) as store:
        erase(store, open_file_store(settings.files, ANA.series, ANA.jurisdiction), ANA)
        update_erasure_log(settings.home, store)


def test_a_restored_home_has_everything_with_the_right_permissions(deployment: Settings, tmp_path: Path) -> None:
    folder = back_up(deployment, tmp_path / "backups").folder
    target = make_target(deployment, tmp_path)
    before = os.umask(0)
    try:
        restored = restore_backup(folder, target)
    finally:
        os.umask(before)
    assert restored.erasures == ()
    assert read_ids(target) == ["by-ana", "by-ben", "list"]
    assert read_ids(target, "GU") == ["guam"]
    assert target.secret() == deployment.secret()
    assert target.contact().email == "team@example.org"
    [digest] = open_file_store(target.files, "2026", "OH").digests()
    uploaded = target.files / "2026" / "OH" / digest
    assert uploaded.read_bytes() == UPLOADED
    assert uploaded.stat().st_mtime_ns == (deployment.files / "2026" / "OH" / digest).stat().st_mtime_ns
    assert (target.crosswalk / "table.csv").read_text() == "a,b\n"
    for path in [target.home, *target.home.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_erasures_made_after_a_backup_are_carried_out_again(deployment: Settings, tmp_path: Path) -> None:
    folder = back_up(deployment, tmp_path / "backups").folder
    erase_now(deployment)
    target = make_target(deployment, tmp_path)
    restored = restore_backup(folder, target, [deployment.home])
    assert [(one.person, one.count) for one in restored.erasures] == [("ana", 2)]
    assert read_ids(target) == ["by-ben"]
    assert open_file_store(target.files, "2026", "OH").digests() == set()
    with open_deployment_store(target) as store:
        assert store.find_person("ana") is None
        [record] = store.erasures("2026", "OH")
        assert store.append([answer(id="by-ana", author="ana", row="a")])[0].status == "duplicate"
    assert (record.asked_by, record.why) == ("Ana Reyes", "left the agency")
    [recorded] = read_erasure_log(target.home / ERASURES_FILE)
    assert recorded.at == record.at == read_erasure_log(deployment.home / ERASURES_FILE)[0].at


def test_an_erasure_of_a_person_who_was_merged_after_the_backup_erases_both_ids(home: Settings, tmp_path: Path) -> None:
    folder = back_up(home, tmp_path / "backups").folder
    with open_deployment_store(home) as store:
        store.merge_people("ana", "ben", "Robin")
        store.erase(NewErasure(series="2026", jurisdiction="OH", person="ana", asked_by="Ana", why="left"))
        update_erasure_log(home.home, store)
    target = Settings(tmp_path / "restored", series="2026")
    restored = restore_backup(folder, target, [home.home])
    assert {one.person for one in restored.erasures} == {"ana", "ben"}
    assert read_ids(target) == []
    with open_deployment_store(target) as store:
        assert (store.find_person("ana"), store.find_person("ben")) == (None, None)


def test_a_record_of_erasures_that_is_left_in_the_home_is_used(home: Settings, tmp_path: Path) -> None:
    folder = back_up(home, tmp_path / "backups").folder
    erase_now(home)
    target = Settings(tmp_path / "restored", series="2026")
    target.home.mkdir()
    shutil.copy(home.home / ERASURES_FILE, target.home)
    assert len(restore_backup(folder, target).erasures) == 1
    assert read_ids(target) == ["by-ben"]


def test_an_erasure_that_the_backup_has_is_not_repeated(home: Settings, tmp_path: Path) -> None:
    erase_now(home)
    with open_deployment_store(home) as store:
        store.add_person(Person(id="ana", series="2026", jurisdiction="OH", name="Ana"))
        store.append([answer(id="new", author="ana", row="n")])
    folder = back_up(home, tmp_path / "backups").folder
    target = Settings(tmp_path / "restored", series="2026")
    assert restore_backup(folder, target, [home.home]).erasures == ()
    assert read_ids(target) == ["by-ben", "new"]


def test_a_store_that_was_put_back_by_hand_is_completed_from_the_record(home: Settings, tmp_path: Path) -> None:
    """What a server does when it starts. Answers that are newer than the erasure stay."""
    copy = tmp_path / "copy.sqlite3"
    with Store.open(home.db_url) as store:
        pass
    shutil.copy(home.home / "responses.sqlite3", copy)
    erase_now(home)
    for path in home.home.glob("responses.sqlite3*"):
        path.unlink()
    shutil.copy(copy, home.home / "responses.sqlite3")
    with open_deployment_store(home) as store:
        store.append([answer(id="newer", author="ana", row="n")])
        assert [one.person for one in complete_erasures(home, store)] == ["ana"]
        assert complete_erasures(home, store) == []
    assert read_ids(home) == ["by-ben", "newer"]


def test_a_home_that_exists_is_refused_and_unchanged(home: Settings, tmp_path: Path) -> None:
    folder = back_up(home, tmp_path / "backups").folder
    with open_deployment_store(home) as store:
        store.append([answer(id="after", row="z")])
    with pytest.raises(RestoreError, match=r"is not empty.*--erasures"):
        restore_backup(folder, home)
    assert "after" in read_ids(home)


def test_a_backup_of_postgres_needs_a_database(tmp_path: Path, postgres_database: str) -> None:
    settings = Settings(tmp_path / "home", postgres_database)
    open_deployment_store(settings).close()
    folder = back_up(settings, tmp_path / "backups").folder
    with pytest.raises(RestoreError, match="--db"):
        restore_backup(folder, Settings(tmp_path / "restored"))


def test_a_missing_record_of_erasures_is_said(home: Settings, tmp_path: Path) -> None:
    folder = back_up(home, tmp_path / "backups").folder
    with pytest.raises(RestoreError, match="no record of erasures"):
        restore_backup(folder, Settings(tmp_path / "restored"), [tmp_path / "nowhere.json"])


def test_a_restore_that_is_killed_leaves_a_home_that_no_server_opens(home: Settings, tmp_path: Path) -> None:
    make_much_content(home)
    folder = back_up(home, tmp_path / "backups").folder
    target = Settings(tmp_path / "restored", series="2026")
    words = ["restore", str(folder), "--home", str(target.home)]
    command = Command(words, tmp_path, tmp_path / "said", tmp_path / "said")
    wait_until(lambda: next(target.home.glob(f"{STAGE}*/content/*"), None), "it copies files")
    command.kill()
    assert command.wait() == -signal.SIGKILL
    with pytest.raises(LostStoreError):
        open_deployment_store(target)
    with pytest.raises(RestoreError, match="interrupted"):
        restore_backup(folder, target)
    shutil.rmtree(target.home)
    restore_backup(folder, target)
    assert read_ids(target) == ["by-ana", "by-ben", "list"]


def test_the_commands_back_up_restore_and_check(home: Settings, tmp_path: Path) -> None:
    made = json.loads(run_command("backup", str(tmp_path / "b"), "--home", str(home.home), "--json").stdout)
    assert made["counts"]["responses"] == 4
    assert (made["home"], made["series"]) == (str(home.home), None)
    said = {"asked-by": "Ana Reyes", "why": "left"}
    options = [word for key, value in said.items() for word in (f"--{key}", value)]
    erased = ["erase", "--home", str(home.home), "--jurisdiction", "OH", "--person", "ana", *options, "--yes"]
    assert run_command(*erased).returncode == 0
    again = ["--home", str(tmp_path / "r"), "--erasures", str(home.home)]
    restored = run_command("restore", made["folder"], *again)
    assert restored.returncode == 0, restored.stderr
    assert "1 erasure made after the backup: carried out again." in restored.stderr
    refused = run_command("restore", made["folder"], *again)
    assert refused.returncode == 1
    assert "is not empty" in refused.stderr
    (tmp_path / "r" / "content" / "evaluation.yaml").unlink()  # the fixture's is no complete file
    checked = run_command("doctor", "--home", str(tmp_path / "r"), "--backups", str(tmp_path / "b"), "--json")
    assert checked.returncode == 0, checked.stdout
    assert {one["status"] for one in json.loads(checked.stdout)} == {"ok"}
    assert (tmp_path / "r" / HOME_FILE).exists()
