"""Everything that is held about one person: nothing of theirs is missing, and nothing of others is theirs."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cluster_kit.cli.app import app
from cluster_kit.cli.commands import register
from cluster_kit.mail_log import MailEntry, MailLog, MailStatus
from cluster_kit.settings import Settings
from cluster_kit.store import NewErasure, NewEvent, Person, Presence, SessionEvaluation, Store
from cluster_kit.store.files import open_file_store
from tests.store.samples import answer

register()
NOW = dt.datetime(2026, 11, 3, 18, tzinfo=dt.UTC)
UPLOADED = b"program,cip\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """José of Ohio, who had two records, and a teammate who names him."""
    settings = Settings(tmp_path / "home", series="2026")
    settings.home.mkdir()
    with Store.open(settings.db_url) as store:
        for person, name in (("jose", "José O’Neil-Ruiz"), ("second", "J. Ruiz"), ("ben", "Ben Hill")):
            store.add_person(Person(id=person, series="2026", jurisdiction="OH", name=name, email=f"{person}@oh.gov"))
        digest = open_file_store(settings.files, "2026", "OH").keep(UPLOADED)
        listed = {"name": "list.csv", "sha256": digest, "size": len(UPLOADED)}
        store.append([answer(id="first", author="jose", value="draft")])
        store.append([answer(id="later", author="jose", value="<b>final</b>", base=("first",))])
        store.append([answer(id="file", author="jose", row="f", value=listed)])
        store.append([answer(id="of-second", author="second", row="s")])
        lead = {"name": "JOSÉ O'NEIL-RUIZ", "role": "lead"}
        store.append([answer(id="names", author="ben", row="n", value=lead), answer(id="not", author="ben", row="o")])
        event = {"series": "2026", "session": 1, "jurisdiction": "OH"}
        store.add_events([NewEvent(id="post", kind="post", author="jose", value={"text": "hello"}, **event)])
        store.add_events([NewEvent(id="seat", kind="seats", author="fay", value={"seats": {"jose": 2}}, **event)])
        visit = {"joined_at": NOW, "active_at": NOW, "seen_at": NOW}
        store.note_presence([Presence(series="2026", session=1, person="second", jurisdiction="OH", **visit)])
        store.take_ballot("2026", 1, "jose", "OH")
        store.add_evaluation(SessionEvaluation(id="random", series="2026", session=1, answers={"x": "secret"}))
        store.merge_people("jose", "second", "Fay")
        log = MailLog.load(settings.home, "2026")
        for person in ("jose", "second", "ben"):
            to = {"person": person, "state": "OH", "to": f"{person}@oh.gov", "message_id": f"<{person}@x.example>"}
            log.add(MailEntry(at=NOW, mailing="session-1-invitation", status=MailStatus.SENT, **to))
        store.erase(NewErasure(series="2026", jurisdiction="OH", person="jose", session=4, asked_by="J", why="w"))
    return settings


def export(settings: Settings, named: str, out: Path) -> tuple[dict[str, Any], zipfile.ZipFile]:
    words = ["person", "export", named, "--out", str(out), "--home", str(settings.home), "--json"]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output + repr(result.exception)
    found: dict[str, Any] = json.loads(result.stdout)
    return found, zipfile.ZipFile(io.BytesIO(out.read_bytes()))


def test_the_archive_has_everything_of_the_person_as_json_and_as_a_page(settings: Settings, tmp_path: Path) -> None:
    shown, archive = export(settings, "jose@oh.gov", tmp_path / "jose.zip")
    assert (shown["home"], shown["series"]) == (str(settings.home), "2026")
    record = json.loads(archive.read("record.json"))
    rows = record["rows"]
    assert {row["id"] for row in rows["responses"]} == {"first", "later", "file", "of-second"}
    assert [row["id"] for row in rows["events"]] == ["post"]
    assert {row["id"] for row in rows["people"]} == {"jose", "second"}
    assert [len(rows[name]) for name in ("presence", "evaluation_ballots", "merges")] == [1, 1, 1]
    assert {row["person"] for row in rows["erasures"]} == {"jose", "second"}
    assert {row["person"] for row in rows["mailings"]} == {"jose", "second"}
    assert {row["id"] for row in record["mentions"]} == {"names", "seat"}
    assert all("author" not in row for row in record["mentions"])
    page = archive.read("record.html").decode()
    assert "&lt;b&gt;final&lt;/b&gt;" in page
    assert "draft" in page
    assert "no one can tell which one a person sent" in " ".join(page.split())
    assert "secret" not in page + archive.read("record.json").decode()
    [name] = [one for one in archive.namelist() if one.startswith("files/")]
    assert archive.read(name) == UPLOADED
    assert (shown["files"], shown["mentions"]) == (1, 2)
    assert (tmp_path / "jose.zip").stat().st_mode & 0o077 == 0


def test_a_file_that_is_gone_is_named(settings: Settings, tmp_path: Path) -> None:
    [kept] = [path for path in settings.files.glob("*/*/*") if path.is_file()]
    kept.unlink()
    shown, archive = export(settings, "jose", tmp_path / "jose.zip")
    assert shown["missing_files"] == ["list.csv"]
    assert "list.csv" in archive.read("record.html").decode()


@pytest.mark.parametrize(
    "named",
    [
        *(
            "José O’Neil-Ruiz",
            "jose o'neil-ruiz",
            "JOSE ONEIL RUIZ",
            "O'Neil-Ruiz, José",
            "Jos\u00e9\u200b O`Neil\u2011Ruiz",
        ),
        *(
            "Jose\u0301 O´Neil-Ruiz",
            "J\u043es\u00e9 \u041e'Neil-Ruiz",
            "J\u039fs\u00e9 O'\u039deil-Ruiz",  # Greek capitals, whose small letters look different
            "Dr. José O’Neil-Ruiz",
            "J. Ruiz",
            "second",
            "SECOND@oh.gov",
        ),
    ],
)
def test_a_person_is_found_and_erased_in_any_spelling_of_the_name(settings: Settings, named: str) -> None:
    words = ["erase", "--jurisdiction", "OH", "--person", named, "--asked-by", "J", "--why", "asked"]
    place = ["--home", str(settings.home), "--series", "2026"]
    preview = CliRunner().invoke(app, [*words, *place, "--dry-run", "--json"])
    assert json.loads(preview.stdout)["request"]["person"] == "jose", preview.output
    done = CliRunner().invoke(app, [*words, *place, "--yes"])
    assert done.exit_code == 0, done.output
    with Store.open(settings.db_url) as store:
        assert [one.id for one in store.people("2026")] == ["ben"]
        assert {one.author for one in store.history("2026", "OH")} == {"ben"}


def test_of_two_with_one_name_the_one_of_the_state_is_meant(settings: Settings) -> None:
    with Store.open(settings.db_url) as store:
        store.add_person(Person(id="guam", series="2026", jurisdiction="GU", name="Jose Oneil Ruiz"))
    for state, person in (("OH", "jose"), ("GU", "guam")):
        words = ["erase", "--jurisdiction", state, "--person", "jose oneil ruiz", "--asked-by", "J", "--why", "asked"]
        done = CliRunner().invoke(
            app, [*words, "--home", str(settings.home), "--series", "2026", "--dry-run", "--json"]
        )
        assert json.loads(done.stdout)["request"]["person"] == person, done.output


def test_others_who_name_the_person_in_any_spelling_are_mentions(settings: Settings, tmp_path: Path) -> None:
    with Store.open(settings.db_url) as store:
        spellings = (
            "Ask JOSE ONEIL-RUIZ first",
            "Lead: O'Neil-Ruiz, José (Ohio)",
            "Ask J\u039fs\u00e9 O'\u039deil-Ruiz",
            "as Dr. Jos\u0435\u0301 O`Neil\u2011Ruiz said",
        )
        others = ("Ask Jose about the Ruiz case", "O'Neil and Ruiz", "Josefina O'Neil-Ruiz")
        for at, words in enumerate((*spellings, *others)):
            store.append([answer(id=f"said-{at}", author="ben", row=f"said-{at}", value=words)])
    export(settings, "jose", out := tmp_path / "jose.zip")
    record = json.loads(zipfile.ZipFile(out).read("record.json"))
    found = {one["id"] for one in record["mentions"] if one["id"].startswith("said-")}
    assert found == {f"said-{at}" for at in range(len(spellings))}


def test_the_preview_names_people_with_similar_names_who_are_not_included(settings: Settings) -> None:
    with Store.open(settings.db_url) as store:
        store.add_person(Person(id="other", series="2026", jurisdiction="OH", name="Jose Oneil-Ruis"))
    words = ["erase", "--jurisdiction", "OH", "--person", "José O'Neil-Ruiz", "--asked-by", "J", "--why", "asked"]
    shown = CliRunner().invoke(app, [*words, "--home", str(settings.home), "--series", "2026", "--dry-run"])
    assert "Not included, with a similar name: Jose Oneil-Ruis (other, OH)." in shown.output
    assert "Ben Hill" not in shown.output
