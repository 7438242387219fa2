"""What is older than the retention period is deleted, and a restored backup does not bring it back."""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cluster_kit.cli.app import app
from cluster_kit.cli.commands import register
from cluster_kit.content.notice import load_notice
from cluster_kit.maintenance.backup import back_up
from cluster_kit.maintenance.doctor import diagnose
from cluster_kit.maintenance.restore import restore_backup
from cluster_kit.maintenance.retention import apply_retention, plan_retention
from cluster_kit.server.pages.notice import NoticePage
from cluster_kit.settings import Contact, Settings, SettingsFileError, save_series
from cluster_kit.store import NewEvent, Person, Presence, SessionEvaluation, TeamCode
from cluster_kit.store.deployment import open_deployment_store

register()
NOW = dt.datetime.now(dt.UTC)
LONG_AGO = "2019"


@pytest.fixture
def old(home: Settings) -> Settings:
    """The home, with a series of long ago whose content is gone, and 90 days of retention."""
    with home.file.open("a") as file:
        file.write("\n[retention]\ndays = 90\n")
    then = NOW - dt.timedelta(days=400)
    with open_deployment_store(home) as store:
        for person, state in (("zoe", "UT"), ("fay", "")):
            store.add_person(Person(id=person, series=LONG_AGO, jurisdiction=state, name=person.title(), at=then))
        visit = {"joined_at": then, "active_at": then, "seen_at": then}
        store.note_presence([Presence(series=LONG_AGO, session=1, person="fay", **visit)])
        store.take_ballot(LONG_AGO, 1, "zoe", "OH")
        store.add_evaluation(SessionEvaluation(id="random", series=LONG_AGO, session=1, answers={"useful": 4}))
        store.add_team_code(TeamCode(code="ABC1234", series=LONG_AGO, jurisdiction="UT"))
    return home


def find_due(settings: Settings) -> set[str]:
    with open_deployment_store(settings) as store:
        plan = plan_retention(settings, store, NOW.date())
    return {one.rows.series for one in plan.due}


def run(settings: Settings, *words: str) -> dict[str, object]:
    result = CliRunner().invoke(app, ["retention", "--json", "--home", str(settings.home), *words])
    assert result.exit_code == 0, result.output
    found: dict[str, object] = json.loads(result.stdout)
    return found


def test_the_command_lists_what_is_due_and_deletes_it_only_with_apply(old: Settings) -> None:
    counts = {"people": 2, "presence": 1, "evaluations": 1, "evaluation_ballots": 1, "team_codes": 1}
    for _ in range(2):
        shown = run(old)
        assert shown["deleted"] is False
        [due] = shown["series"]  # type: ignore[misc]
        assert due["series"] == LONG_AGO  # type: ignore[has-type]
        assert due["counts"] == counts  # type: ignore[has-type]
    assert run(old, "--apply")["deleted"] is True
    assert run(old)["series"] == []
    with open_deployment_store(old) as store:
        assert store.people(LONG_AGO) == []
        assert store.evaluations(LONG_AGO) == []
        assert [one.jurisdiction for one in store.erasures(LONG_AGO)] == ["UT", ""]
        assert len(store.people("2026")) == 3


def test_a_series_whose_dates_are_known_is_due_that_many_days_after_its_last_session(old: Settings) -> None:
    assert find_due(old) == {LONG_AGO}
    with open_deployment_store(old) as store:
        store.add_events(
            [NewEvent(id="m", series="2026", session=1, kind="message", author="fay", value={"text": "x"})]
        )
        plan = plan_retention(old, store, NOW.date())
        [kept] = plan.kept
        assert kept.due == kept.ended + dt.timedelta(days=90)
        assert plan_retention(old, store, kept.due - dt.timedelta(days=1)).kept
        due = plan_retention(old, store, kept.due)
        assert due.due[-1].counts["files"] == 1
        apply_retention(old, store, due)
        assert store.current("2026") == []
        assert store.people("2026") == []
        assert [event.kind for event in store.events("2026", 1) if event.kind != "erasure"] == []
        assert plan_retention(old, store, kept.due).due == ()
    assert not [path for path in old.files.glob("*/*/*") if path.is_file()]


def test_a_restored_backup_does_not_bring_it_back(old: Settings, tmp_path: Path) -> None:
    backup = back_up(old, tmp_path / "backups").folder
    run(old, "--apply")
    restored = Settings(tmp_path / "restored", series="2026")
    assert len(restore_backup(backup, restored, [old.home / "erasures.json"]).erasures) == 2
    with open_deployment_store(restored) as store:
        assert store.evaluations(LONG_AGO) == []
        assert store.people(LONG_AGO) == []
        assert len(store.current("2026")) == 4


def test_old_logs_and_exports_in_the_home_are_deleted_and_nothing_else(old: Settings) -> None:
    due = [old.home / name for name in ("server.log", "packets-out/OH.pdf", "exports/all.xlsx")]
    others = [old.home / name for name in ("packets-out/new.pdf", "crosswalk/old.csv", "notes.txt")]
    (old.home / "leads-out").symlink_to(old.home / "crosswalk")
    for path in (*due, *others):
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
        if path.name != "new.pdf":
            os.utime(path, (0, 0))
    shown = run(old, "--apply")
    assert {*shown["logs"], *shown["exports"]} == set(map(str, due))  # type: ignore[misc]
    assert not any(path.exists() for path in due)
    assert all(path.exists() for path in others)


def test_doctor_warns_when_something_is_due(old: Settings) -> None:
    [found] = [one for one in diagnose(old) if one.check == "retention"]
    assert (found.status, found.advice) == ("warning", "List it with: cluster-kit retention")
    assert LONG_AGO in found.found
    run(old, "--apply")
    assert [one.status for one in diagnose(old) if one.check == "retention"] == ["ok"]


def test_without_a_period_nothing_is_due(home: Settings) -> None:
    assert run(home, "--apply") == {
        "days": None, "deleted": False, "series": [], "kept": [], "logs": [], "exports": []
    }  # fmt: skip
    shown = CliRunner().invoke(app, ["retention", "--home", str(home.home)])
    assert (shown.stdout, "No retention period is set, so nothing is due." in shown.stderr) == ("", True)


@pytest.mark.parametrize("value", ["days = 29", "days = '90'", "days = true", "years = 3"])
def test_a_period_that_cannot_be_used_is_one_sentence(home: Settings, value: str) -> None:
    home.file.write_text(f"[retention]\n{value}\n")
    with pytest.raises(SettingsFileError, match="days = 1095"):
        home.retention_days()


def test_the_period_stays_when_the_series_is_set(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('"series" = "2025"\n[retention]\ndays = 365\n')
    save_series(path, "2026")
    assert Settings(tmp_path).retention_days() == 365


def test_the_notice_says_how_long_the_record_is_kept() -> None:
    notice = load_notice()
    texts = [
        dict(zip(("id", "title", "text"), one, strict=True))
        for one in NoticePage.make(notice, Contact(), days=1095).sections
    ]
    [kept] = [one["text"] for one in texts if one["id"] == "retention"]
    assert "1,095 days after the last session" in kept
    assert "days after the last session" not in str(NoticePage.make(notice, Contact()).sections)
