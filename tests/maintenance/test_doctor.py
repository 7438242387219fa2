"""The doctor finds what is wrong with a deployment, says what to do, and changes nothing."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
from collections import namedtuple
from contextlib import closing
from pathlib import Path

import pytest

from cluster_kit.home_record import HOME_FILE
from cluster_kit.maintenance import doctor
from cluster_kit.maintenance.backup import back_up
from cluster_kit.maintenance.doctor import diagnose
from cluster_kit.settings import Settings
from cluster_kit.store import NewErasure, NewEvent, Person, SessionEvaluation
from cluster_kit.store.deployment import open_deployment_store
from cluster_kit.store.erasure_log import ERASURES_FILE, update_erasure_log
from cluster_kit.store.erasure_preview import erase
from cluster_kit.store.files import open_file_store
from tests.postgres import run_sql
from tests.store.samples import answer

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def sound(home: Settings) -> Settings:
    (home.home / "content" / "evaluation.yaml").unlink()
    home.home.chmod(0o700)
    (home.home / "secret").chmod(0o600)
    return home


@pytest.fixture(autouse=True)
def valid_content(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading all content takes a second. Tests of content read it."""
    if "content" not in request.node.name:
        monkeypatch.setattr(doctor, "check_content", lambda _: [])


def problems(settings: Settings, backups: Path | None = None) -> dict[str, str]:
    """By check, what was found and what to do, of all results that are not ok."""
    return {one.check: f"{one.found} {one.advice}" for one in diagnose(settings, backups) if one.status != "ok"}


def test_a_sound_deployment_has_no_problems_and_is_not_changed(sound: Settings) -> None:
    before = {path: path.stat().st_mtime_ns for path in sound.home.rglob("*") if path.is_file()}
    assert problems(sound) == {}
    after = {path: path.stat().st_mtime_ns for path in sound.home.rglob("*") if path.is_file()}
    assert {path for path in after if "responses" not in path.name} == {
        path for path in before if "responses" not in path.name
    }
    assert all(after[path] == stamp for path, stamp in before.items() if path in after)


def test_a_home_that_does_not_exist_is_said(tmp_path: Path) -> None:
    assert "no home folder" in problems(Settings(tmp_path / "none"))["home"]
    assert not (tmp_path / "none").exists()


def test_open_permissions_are_found(sound: Settings) -> None:
    (sound.home / "secret").chmod(0o644)
    (sound.home / "responses.sqlite3").chmod(0o640)
    (sound.home / "proxy-secret").write_text("x" * 40)
    (sound.home / "proxy-secret").chmod(0o644)
    sound.home.chmod(0o755)
    found = problems(sound)
    assert "chmod go-rwx" in found["key"]
    assert "proxy-secret" in found["key"]
    assert "responses.sqlite3" in found["store"]
    assert str(sound.home) in found["home"]


def test_a_missing_store_and_a_missing_key_are_found(sound: Settings) -> None:
    for path in sound.home.glob("responses.sqlite3*"):
        path.unlink()
    (sound.home / "secret").unlink()
    found = problems(sound)
    assert "restore a backup" in found["store"]
    assert "had one" in found["key"]


def test_another_key_is_found(sound: Settings) -> None:
    (sound.home / "secret").write_text("x" * 64)
    assert "another one than before" in problems(sound)["key"]


def test_a_damaged_store_is_found(sound: Settings) -> None:
    file = sound.home / "responses.sqlite3"
    content = bytearray(file.read_bytes())
    content[4096 * 2 : 4096 * 6] = b"\x55" * (4096 * 4)
    file.write_bytes(content)
    assert "damaged" in problems(sound)["store"]


def test_a_flipped_letter_and_a_lost_answer_are_found_by_comparing_with_the_newest_backup(
    sound: Settings, tmp_path: Path
) -> None:
    target = tmp_path / "backups"
    back_up(sound, target)
    with open_deployment_store(sound) as store:
        store.append([answer(id="later", author="ana", row="later", base=("by-ana",))])
        erase(
            store,
            open_file_store(sound.files, "2026", "OH"),
            NewErasure(series="2026", jurisdiction="OH", person="ben", asked_by="Ben", why="asked"),
        )
        update_erasure_log(sound.home, store)
    assert problems(sound, target) == {}
    with closing(sqlite3.connect(sound.store_file)) as file, file:
        file.execute("UPDATE responses SET value = json_quote('othdr') WHERE id = 'by-ana'")
        file.execute("DELETE FROM responses WHERE id = 'guam'")
        file.execute("UPDATE responses SET author = 'anb' WHERE id = 'later'")  # not in the backup
    assert "2 answers of the newest backup missing from the store, or changed" in problems(sound, target)["backups"]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("UPDATE responses SET author = 'anb' WHERE id = 'by-ana'", "1 answer of"),
        ("UPDATE events SET value = json_quote('othdr') WHERE id = 'post'", "1 event of"),
        ("UPDATE evaluations SET answers = json_quote('othdr')", "1 evaluation of"),
        ("DELETE FROM events WHERE id = 'post'", ""),
        ("UPDATE people SET name = 'Anna' WHERE id = 'ana'", ""),
    ],
)
def test_what_is_never_changed_is_compared_with_the_newest_backup(
    sound: Settings, tmp_path: Path, change: str, found: str
) -> None:
    """Events may have been erased, which is not recorded for each, and names may have been corrected."""
    with open_deployment_store(sound) as store:
        store.add_events([NewEvent(id="post", series="2026", session=1, kind="park", author="ana", value="other")])
        store.add_evaluation(SessionEvaluation(id="e" * 32, series="2026", session=1, answers={}))
    back_up(sound, tmp_path / "backups")
    assert problems(sound, tmp_path / "backups") == {}
    with closing(sqlite3.connect(sound.store_file)) as file, file:
        assert file.execute(change).rowcount == 1
    assert found in problems(sound, tmp_path / "backups").get("backups", "")
    assert bool(found) == bool(problems(sound, tmp_path / "backups"))


def test_damaged_and_missing_files_are_found(sound: Settings) -> None:
    [file] = (sound.files / "2026" / "OH").iterdir()
    file.write_bytes(b"other")
    assert "1 uploaded file damaged" in problems(sound)["files"]
    file.unlink()
    assert "1 file named by answers missing" in problems(sound)["files"]


def test_an_erasure_that_the_store_does_not_have_is_found(sound: Settings, tmp_path: Path) -> None:
    back = tmp_path / "copy"
    shutil.copytree(sound.home, back)
    request = NewErasure(series="2026", jurisdiction="OH", person="ben", asked_by="Ben", why="asked")
    with open_deployment_store(sound) as store:
        erase(store, open_file_store(sound.files, "2026", "OH"), request)
        assert "does not have every erasure" in problems(sound)["erasures"]
        update_erasure_log(sound.home, store)
    assert problems(sound) == {}
    shutil.copy(sound.home / ERASURES_FILE, back)
    assert "erased answers may be back" in problems(Settings(back, series="2026"))["erasures"]


def test_entries_from_the_future_are_found(sound: Settings) -> None:
    tomorrow = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    with open_deployment_store(sound) as store:
        store.add_person(Person(id="dee", series="2026", jurisdiction="OH", name="Dee", links_since=tomorrow))
    assert "newer links fail" in problems(sound)["clock"]
    with open_deployment_store(sound) as store:
        store.add_person(Person(id="eve", series="2026", jurisdiction="OH", name="Eve", at=tomorrow))
    assert "in the future" in problems(sound)["clock"]


@pytest.mark.parametrize(("free", "status"), [(100_000_000, "error"), (1_000_000_000, "warning")])
def test_a_disk_that_fills_up_is_found(
    sound: Settings, monkeypatch: pytest.MonkeyPatch, free: int, status: str
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**12 - free, free))
    assert [one.status for one in diagnose(sound) if one.check == "disk"] == [status]


def test_content_with_problems_is_found(sound: Settings) -> None:
    (sound.content / "notice.yaml").write_text("schema_version: 1\nwrong: true\n")
    assert "cluster-kit content check" in problems(sound)["content"]


def test_missing_old_and_damaged_backups_are_found(sound: Settings, tmp_path: Path) -> None:
    target = tmp_path / "backups"
    assert "no backup" in problems(sound, target)["backups"]
    made = back_up(sound, target)
    assert problems(sound, target) == {}
    past = made.manifest.model_copy(update={"made_at": dt.datetime.now(dt.UTC) - dt.timedelta(days=3)})
    (made.folder / "manifest.json").write_text(past.model_dump_json())
    assert "3 days old" in problems(sound, target)["backups"]
    (made.folder / "secret").write_text("y" * 64)
    assert "cannot be used" in problems(sound, target)["backups"]


def test_a_damaged_record_of_the_home_is_found(sound: Settings) -> None:
    (sound.home / HOME_FILE).write_text("{")
    assert "damaged" in problems(sound)["key"]


def test_postgres_that_can_lose_data_is_found(tmp_path: Path, postgres_database: str) -> None:
    """The test server runs without fsync."""
    settings = Settings(tmp_path / "home", postgres_database, "2026")
    open_deployment_store(settings).close()
    assert "fsync" in problems(settings)["store"]
    run_sql(postgres_database, "UPDATE cluster_kit_version SET version_num = '9999'")
    assert [one.advice for one in diagnose(settings) if "9999" in one.found] == ["Update the kit."]
