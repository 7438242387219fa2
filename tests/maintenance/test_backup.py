"""Backups of a deployment in use: complete, private, verified, and never half there."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import signal
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cluster_kit.cli.app import app
from cluster_kit.cli.commands import register
from cluster_kit.files import write_atomically
from cluster_kit.mail_log import MailEntry, MailLog, MailStatus
from cluster_kit.maintenance.backup import back_up, find_backups
from cluster_kit.maintenance.doctor import diagnose
from cluster_kit.maintenance.errors import BackupError, DamagedBackupError
from cluster_kit.maintenance.manifest import MANIFEST_FILE, verify_backup
from cluster_kit.maintenance.restore import restore_backup
from cluster_kit.server.auth.sign_on import SECRET_FILE, SignOn
from cluster_kit.settings import Settings
from cluster_kit.store.deployment import open_deployment_store
from tests.commands import Command
from tests.maintenance.conftest import make_much_content, read_ids
from tests.postgres import create_database
from tests.serving import wait_until
from tests.store.samples import answer, read_line, read_receipts, running, tell

DOCS = Path(__file__).parents[2] / "docs"
LEFT_OUT = {
    "home.json",  # a restore writes it
    "mail-password",  # as docs/reference/settings.md says
    "responses.sqlite3-wal",  # part of the store, which is copied whole
    "responses.sqlite3-shm",
}


def test_a_backup_has_everything_that_a_home_owns_and_only_its_owner_can_read_it(
    deployment: Settings, tmp_path: Path
) -> None:
    made = back_up(deployment, tmp_path / "backups")
    names = {file.path.partition("/")[0] for file in made.manifest.files}
    store = "store.dump" if deployment.db else "responses.sqlite3"
    assert names == {store, "secret", "settings.toml", "content", "files", "crosswalk"}
    assert made.manifest.counts["responses"] == 4
    assert made.manifest.counts["people"] == 3
    for path in [made.folder, *made.folder.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    assert verify_backup(made.folder) == made.manifest
    assert sorted(path.name for path in (tmp_path / "backups").iterdir()) == [made.folder.name]


def test_the_logo_the_columns_and_the_versions_of_content_come_back(home: Settings, tmp_path: Path) -> None:
    home.file.write_text('[organization]\nname = "Example Association"\nlogo = "our.svg"\n')
    (home.home / "our.svg").write_text("<svg/>")
    (home.home / "columns.json").write_text("{}")
    write_atomically(home.home / SECRET_FILE, b"x" * 40, mode=0o600)
    for folder in (home.content_history, home.content_drafts):
        (folder / "series").mkdir(parents=True)
        (folder / "series" / "one.yaml").write_text("schema_version: 1\n")
    to = {
        "mailing": "session-1-invitation",
        "person": "p",
        "state": "OH",
        "to": "p@ohio.example",
        "message_id": "<p@x>",
    }
    sent = MailEntry(at=dt.datetime.now(dt.UTC), status=MailStatus.SENT, **to)
    MailLog.load(home.home, "2026").add(sent)
    made = back_up(home, tmp_path / "backups")
    assert made.left_out == ()
    restored = Settings(tmp_path / "restored", series="2026")
    restore_backup(made.folder, restored)
    assert (restored.home / "our.svg").read_text() == "<svg/>"
    assert (restored.home / "columns.json").read_text() == "{}"
    assert MailLog.load(restored.home, "2026").entries == (sent,)
    sign_on = SignOn.read("127.0.0.1", restored.home)  # refuses a file that others can read
    assert sign_on
    assert sign_on.secret == "x" * 40
    for folder in (restored.content_history, restored.content_drafts):
        assert (folder / "series" / "one.yaml").is_file()


def test_every_file_of_a_used_home_is_in_a_backup_or_known_to_be_left_out(home: Settings, tmp_path: Path) -> None:
    """Whatever these commands write into the home must be in a backup, or in ``LEFT_OUT``."""
    home.file.write_text('series = "2026"\n[contact]\nemail = "a@b.org"\n[mail]\npassword_file = "mail-password"\n')
    (home.content / "evaluation.yaml").unlink()  # is not a form
    write_atomically(home.home / "mail-password", b"x", mode=0o600)
    write_atomically(home.home / SECRET_FILE, b"x" * 40, mode=0o600)
    people = tmp_path / "people.csv"
    people.write_text("Colleague,Where,Reach at\nAda Byrne,OH,ada@oh.gov\n")
    for words in (
        ["roster", "import", str(people), "--column", "name=Colleague", "--column", "jurisdiction=Where"],
        ["calendar", "--out", str(tmp_path / "calendars")],
        ["export", "--out", str(tmp_path / "all.csv")],
        ["erase", "--jurisdiction", "OH", "--person", "ben", "--asked-by", "B", "--why", "asked", "--yes"],
    ):
        register(words[:1])
        done = CliRunner().invoke(app, [*words, "--home", str(home.home)])
        assert done.exit_code == 0, (words, done.output)
    made = back_up(home, tmp_path / "backups")
    assert set(made.left_out) <= LEFT_OUT
    kept = {file.path for file in made.manifest.files}
    assert {"columns.json", "exports.json", "erasures.json", "proxy-secret"} <= kept
    assert find_files_in(home.home) - kept <= LEFT_OUT
    restored = Settings(tmp_path / "restored", series="2026")
    restore_backup(made.folder, restored)
    assert kept <= find_files_in(restored.home)
    found = [one for one in diagnose(restored) if one.check in ("home", "key", "store", "files", "erasures")]
    assert [one for one in found if one.status != "ok"] == []
    for page in ("data-inventory.md", "settings.md"):
        text = (DOCS / "reference" / page).read_text(encoding="utf-8")
        for name in {path.partition("/")[0] for path in kept} | {"home.json"}:
            assert re.search(rf"`{re.escape(name)}/?`", text), (page, name)


def find_files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_answers_that_were_acknowledged_before_a_backup_are_in_it_while_others_arrive(
    home: Settings, tmp_path: Path
) -> None:
    order = json.dumps({"url": home.db_url, "name": "busy", "count": 400})
    with running("-m", "tests.store.writer", order) as writer:
        assert read_line(writer) == "ready"
        tell(writer, "go")
        before = [read_line(writer).split()[0] for _ in range(20)]
        made = back_up(home, tmp_path / "backups")
        assert writer.poll() is None, "the backup was made while answers arrived"
        later = read_receipts(writer)
    assert later
    assert all(status == "saved" for _, _, status in later)
    restored = Settings(tmp_path / "restored", series="2026")
    restore_backup(made.folder, restored)
    assert set(before) <= set(read_ids(restored))


def test_a_backup_that_is_killed_leaves_nothing_that_could_be_taken_for_one(home: Settings, tmp_path: Path) -> None:
    target = tmp_path / "backups"
    make_much_content(home)
    words = ["backup", str(target), "--home", str(home.home)]
    command = Command(words, tmp_path, tmp_path / "said", tmp_path / "said")
    wait_until(lambda: next(target.glob(".part-*/content/*"), None), "it copies files")
    command.kill()
    assert command.wait() == -signal.SIGKILL
    [part] = target.iterdir()
    assert find_backups(target) == []
    with pytest.raises(DamagedBackupError, match="making it was interrupted"):
        restore_backup(part, Settings(tmp_path / "restored"))
    assert not (tmp_path / "restored").exists()
    made = back_up(home, target)
    assert part.exists(), "another backup may be running"
    os.utime(part, (0, 0))
    assert back_up(home, target).folder != made.folder
    assert not part.exists()


@pytest.mark.parametrize(
    "damage", ["no manifest", "half a manifest", "a missing file", "a short file", "a changed byte"]
)
def test_a_damaged_backup_is_refused_and_nothing_is_restored(home: Settings, tmp_path: Path, damage: str) -> None:
    folder = back_up(home, tmp_path / "backups").folder
    manifest, store = folder / MANIFEST_FILE, folder / "responses.sqlite3"
    content = bytearray(store.read_bytes())
    if damage == "no manifest":
        manifest.unlink()
    elif damage == "half a manifest":
        manifest.write_bytes(manifest.read_bytes()[:200])
    elif damage == "a missing file":
        (folder / "secret").unlink()
    elif damage == "a short file":
        store.write_bytes(content[:-4096])
    else:
        content[len(content) // 2] ^= 1
        store.write_bytes(content)
    with pytest.raises(DamagedBackupError, match="cannot be used"):
        restore_backup(folder, Settings(tmp_path / "restored"))
    assert not (tmp_path / "restored").exists()


def test_a_manifest_cannot_name_a_file_outside_of_its_folder(home: Settings, tmp_path: Path) -> None:
    folder = back_up(home, tmp_path / "backups").folder
    text = (folder / MANIFEST_FILE).read_text()
    for path in ("../outside", "content/../../outside", "/etc/passwd", "other"):
        (folder / MANIFEST_FILE).write_text(text.replace('"path": "secret"', f'"path": "{path}"'))
        with pytest.raises(DamagedBackupError):
            verify_backup(folder)


def test_old_backups_are_deleted_only_if_asked(home: Settings, tmp_path: Path) -> None:
    target = tmp_path / "backups"
    old = back_up(home, target)
    past = old.manifest.model_copy(update={"made_at": dt.datetime(2026, 1, 2, tzinfo=dt.UTC)})
    (old.folder / MANIFEST_FILE).write_text(past.model_dump_json())
    assert back_up(home, target).removed == 0
    (target / "mine").mkdir()
    assert back_up(home, target, keep_days=30).removed == 1
    assert not old.folder.exists()
    assert len(find_backups(target)) == 2
    assert (target / "mine").exists()


def test_a_home_without_a_store_has_no_backup(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    with pytest.raises(BackupError, match="no store to copy"):
        back_up(Settings(tmp_path / "home"), tmp_path / "backups")
    assert list((tmp_path / "backups").iterdir()) == []
    assert list((tmp_path / "home").iterdir()) == []


def test_a_damaged_store_has_no_backup(home: Settings, tmp_path: Path) -> None:
    file = home.home / "responses.sqlite3"
    content = bytearray(file.read_bytes())
    content[4096 * 2 : 4096 * 6] = b"\x55" * (4096 * 4)
    file.write_bytes(content)
    with pytest.raises(BackupError, match=r"damaged|malformed"):
        back_up(home, tmp_path / "backups")
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_link_that_would_be_left_out_silently_is_named(home: Settings, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (home.home / "content" / "series").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BackupError, match="link to a folder"):
        back_up(home, tmp_path / "backups")


def test_what_a_backup_does_not_have_is_said(home: Settings, tmp_path: Path) -> None:
    (home.home / "packets").mkdir()
    assert back_up(home, tmp_path / "backups").left_out == ("packets",)


def test_postgres_without_its_programs_is_one_sentence(
    tmp_path: Path, postgres_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(tmp_path / "home", postgres_database)
    open_deployment_store(settings).close()
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(BackupError, match="pg_dump is not installed"):
        back_up(settings, tmp_path / "backups")


def test_a_postgres_backup_is_restored_into_an_empty_database_only(tmp_path: Path, postgres_database: str) -> None:
    settings = Settings(tmp_path / "home", postgres_database)
    with open_deployment_store(settings) as store:
        store.append([answer(id="kept")])
    folder = back_up(settings, tmp_path / "backups").folder
    with pytest.raises(Exception, match="is not empty"):
        restore_backup(folder, Settings(tmp_path / "restored", postgres_database))
    assert not (tmp_path / "restored").exists()
    empty = Settings(tmp_path / "restored", create_database(postgres_database))
    restore_backup(folder, empty)
    assert read_ids(empty) == ["kept"]
