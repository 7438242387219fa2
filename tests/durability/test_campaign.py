"""The kill campaign, small: ``python -m tests.durability`` runs it by hand with more kills."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cluster_kit.settings import Settings
from cluster_kit.store import Store
from tests.durability.__main__ import main
from tests.durability.campaign import CampaignStoppedError, run_target
from tests.durability.ledger import Ledger, compare_with_store
from tests.maintenance.conftest import home
from tests.store.samples import answer

__all__ = ["home"]
SEED = 20270216


@pytest.mark.parametrize(("target", "kills"), [("writer", 8), ("server", 1), ("mixed", 12)])
@pytest.mark.timeout(600)
def test_no_kill_loses_repeats_changes_or_reorders_what_was_acknowledged(
    target: str, kills: int, tmp_path: Path
) -> None:
    """On SQLite, writers and one server, whose backup is restored. On PostgreSQL, it and two workers, at random."""
    report = run_target(target, kills, SEED, tmp_path, between=4, people=2)
    assert report.kills == kills
    assert report.answers
    assert report.events or target == "writer"
    assert report.lost == 0


def test_the_comparison_finds_lost_changed_and_reordered_answers_and_damaged_files(home: Settings) -> None:
    ledger = Ledger()
    with Store.open(home.db_url) as store:
        store.append([answer(id="first", author="zoe", row="1"), answer(id="second", author="zoe", row="2")])
    for response_id in ("second", "first"):
        ledger.note_answer("zoe", response_id, "words")
    assert compare_with_store(home, "2026", ledger).problems == ("zoe: answers are not in their order",)
    ledger.note_answer("zoe", "never", "words")
    ledger.answers["kim"] = [("first", "words")]
    ledger.note_event("gone", "text")
    lost, of_another, event = compare_with_store(home, "2026", ledger).problems
    assert "acknowledged answers are lost, such as never" in lost
    assert "lost, such as first" in of_another
    assert "gone is None" in event
    [uploaded] = home.files.glob("*/*/*")
    uploaded.write_bytes(b"other")
    assert "damaged" in compare_with_store(home, "2026", Ledger()).problems[0]
    uploaded.unlink()
    assert "missing" in compare_with_store(home, "2026", Ledger()).problems[0]


def test_a_campaign_that_stops_says_what_pages_and_server_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.durability.campaign.PATIENCE_S", 0.0)
    with pytest.raises(CampaignStoppedError, match="acknowledgments arrived in") as stopped:
        run_target("worker", 1, SEED, tmp_path, between=4, people=1)
    assert stopped.value.report.kills == 0
    [found] = stopped.value.report.problems
    assert found.count("visitor-") == 2
    assert "fay at http://127.0.0.1:" in found
    assert "last error: none" in found
    assert found.count("Fatal Python error: Aborted") == 3  # the supervisor, and two workers
    assert "in watch" in found


def test_the_command_refuses_unknown_targets_and_reports_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["durability", "--targets", "moon"])
    with pytest.raises(SystemExit):
        main()
    assert "unknown targets: moon" in capsys.readouterr().err
    monkeypatch.setattr("sys.argv", ["durability", "--targets", "writer", "--kills", "2", "--json", "--seed", "7"])
    assert main() == 0
    printed = capsys.readouterr()
    [report] = json.loads(printed.out)
    assert (report["target"], report["seed"], report["kills"], report["lost"]) == ("writer", 7, 2, 0)
    assert "2/2 writer" in printed.err


def test_an_interruption_ends_with_a_report(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tests.durability.__main__.run_target", interrupt)
    monkeypatch.setattr("sys.argv", ["durability", "--json"])
    assert main() == 130
    [report] = json.loads(capsys.readouterr().out)
    assert report["problems"] == ["interrupted"]
