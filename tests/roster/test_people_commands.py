"""``cluster-kit roster list``, ``show``, ``remove``, ``replace``, and ``export``, and what ``links`` warns about."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import stat
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from cluster_kit.cli.commands import register
from cluster_kit.content.models import Scope
from cluster_kit.errors import UsageError
from cluster_kit.roster.people import UnknownPersonError, get_person
from cluster_kit.server.auth.tokens import read_token
from cluster_kit.settings import Settings
from cluster_kit.store import NewResponse, Presence, Store
from cluster_kit.store.models import utc_now
from tests.roster.test_cli import run

register()
Save = Callable[..., Path]
SITE = "https://workshop.example.org"
LIST = (
    "jurisdiction,name,email,role,sessions\n"
    "OH,Ana Reyes,ana@ohio.gov,data,\nGU,=Tasi,+t@doe.gu,,2 4\nAL,Kim Sample,,,\n,Robin Hall,robin@x.org,facilitator,\n"
)
SEEN = dt.datetime(2026, 2, 17, 19, 5, tzinfo=dt.UTC)


@pytest.fixture
def roster(settings: Settings, save: Save) -> Settings:
    run(settings, "roster", "import", save(LIST))
    with Store.open(settings.db_url) as store:
        ana = get_person(store, "2026", "Ana Reyes")
        times = {"joined_at": SEEN, "active_at": SEEN, "seen_at": SEEN + dt.timedelta(minutes=80)}
        store.note_presence([Presence(series="2026", session=1, person=ana.id, jurisdiction="OH", **times)])
        address = {"series": "2026", "session": 1, "exercise": "rate", "prompt": "ratings.rating", "jurisdiction": "OH"}
        scopes = (("a", Scope.PERSON), ("b", Scope.PERSON), ("c", Scope.TEAM))
        store.append(
            [
                NewResponse(id=f"r-{row}", row=row, scope=scope, author=ana.id, value=3, **address)
                for row, scope in scopes
            ]
        )
    return settings


def listed(settings: Settings, *words: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(run(settings, "roster", "list", "--json", *words).stdout)
    return found


def names(settings: Settings, *words: str) -> list[object]:
    return [one["name"] for one in listed(settings, *words)]


# --- list -------------------------------------------------------------------------------------------------------------


def test_the_list_is_by_the_name_of_the_state_with_facilitators_last(roster: Settings) -> None:
    lines = run(roster, "roster", "list").stdout.splitlines()
    assert [line.split("  ")[0] for line in lines] == ["state", "Alabama", "Guam", "Ohio", "(facilitator)"]
    words = [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in lines]
    assert words[0] == ["state", "name", "role", "email", "joins with", "last seen"]
    assert words[1] == ["Alabama", "Kim Sample", "-", "-", "none", "-"]
    assert words[3] == ["Ohio", "Ana Reyes", "Data and reporting", "ana@ohio.gov", "link", "2026-02-17"]
    run(roster, "roster", "codes")
    assert [one["invited"] for one in listed(roster)] == ["code", "link", "link", "link"]


def test_the_list_is_narrowed_by_each_filter(roster: Settings) -> None:
    assert names(roster, "--jurisdiction", "OH,GU") == ["=Tasi", "Ana Reyes"]
    assert names(roster, "--without-email") == ["Kim Sample"]
    assert names(roster, "--not-seen") == ["Kim Sample", "=Tasi", "Robin Hall"]
    assert names(roster, "--not-seen", "--jurisdiction", "OH") == []
    assert "0 people, 0 states." in run(roster, "roster", "list", "--jurisdiction", "WY").stderr


# --- show -------------------------------------------------------------------------------------------------------------


def test_show_counts_answers_by_session_and_names_merges(roster: Settings) -> None:
    shown = json.loads(run(roster, "roster", "show", "ana@ohio.gov", "--json").stdout)
    assert shown["answers"] == 3
    first = shown["activity"][0]
    assert (first["own"], first["team"], first["posts"]) == (2, 1, 0)
    assert first["last_seen"] == "2026-02-17T20:25:00+00:00"
    text = run(roster, "roster", "show", "ana@ohio.gov").stdout
    assert "  links       all work until they expire\n" in text
    assert "session 1: there from 2026-02-17 14:05 to 2026-02-17 15:25; 2 personal answers, 1 team answer" in text
    assert "session 2" not in text
    with Store.open(roster.db_url) as store:
        ana = get_person(store, "2026", "ana@ohio.gov")
        store.add_person(ana.model_copy(update={"id": "twin", "email": "", "name": "Ana R."}))
    run(roster, "roster", "merge", ana.id, "twin")
    run(roster, "roster", "revoke", ana.id)
    text = run(roster, "roster", "show", ana.id).stdout
    assert f"merge 1: twin into {ana.id}" in text
    assert "those made since " in text


def test_show_wants_a_person_who_is_there(roster: Settings) -> None:
    with pytest.raises(UnknownPersonError, match="No one in series 2026 matches"):
        run(roster, "roster", "show", "Lou")


# --- remove -----------------------------------------------------------------------------------------------------------


def test_remove_says_what_stays_and_an_import_undoes_it(roster: Settings, save: Save) -> None:
    tried = run(roster, "roster", "remove", "ana@ohio.gov", "Kim Sample", "Ana Reyes", "--dry-run")
    assert "2 people would be taken off the roster. Nothing was changed." in tried.stderr
    told = json.loads(run(roster, "roster", "remove", "ana@ohio.gov", "--dry-run", "--json").stdout)
    assert (told["dry_run"], told["home"], told["series"]) == (True, str(roster.home), "2026")
    assert len(names(roster)) == 4
    done = run(roster, "roster", "remove", "ana@ohio.gov", "Kim Sample")
    assert [line.split("  ")[1::2] for line in done.stdout.splitlines()] == [
        ["Ana Reyes", "3 answers stay"],
        ["Kim Sample", "0 answers stay"],
    ]
    assert "cluster-kit erase" in done.stderr
    assert names(roster) == ["=Tasi", "Robin Hall"]
    assert names(roster, "--removed") == ["Kim Sample", "Ana Reyes"]
    shown = run(roster, "roster", "show", "Ana Reyes").stdout
    assert "removed, added" in shown
    assert "no link works" in shown
    with pytest.raises(UsageError, match="not on the roster"):
        run(roster, "roster", "merge", "Ana Reyes", "Robin Hall")
    again = run(roster, "roster", "import", save(LIST))
    assert "changed OH  Ana Reyes: back on the roster, with the same answers" in again.stdout
    assert len(names(roster)) == 4
    assert json.loads(run(roster, "roster", "show", "Ana Reyes", "--json").stdout)["answers"] == 3


def test_removed_people_get_no_links_and_no_calendar_files(roster: Settings, tmp_path: Path) -> None:
    run(roster, "roster", "remove", "Ana Reyes")
    out = tmp_path / "links.csv"
    run(roster, "roster", "links", "--out", out, "--address", SITE)
    assert "Ana" not in out.read_text(encoding="utf-8-sig")
    paths = run(roster, "roster", "invitations", "--out", tmp_path / "ics", "--address", SITE).stdout
    assert "-OH.ics" not in paths
    assert "-AL.ics" in paths
    done = run(roster, "roster", "links", "--jurisdiction", "OH", "--name", "ana reyes", "--address", SITE)
    assert "Ana Reyes is back on the roster." in done.stderr
    assert names(roster, "--removed") == []


# --- replace ----------------------------------------------------------------------------------------------------------


def test_replace_prints_the_link_of_the_colleague(roster: Settings) -> None:
    words = ["roster", "replace", "Ana Reyes", "--name", "Lou Cruz", "--email", "lou@ohio.gov", "--address", SITE]
    tried = run(roster, *words, "--dry-run")
    assert tried.stdout == ""
    assert "would take the place" in tried.stderr
    told = json.loads(run(roster, *words, "--dry-run", "--json").stdout)
    assert (told["link"], told["home"], told["series"]) == ("", str(roster.home), "2026")
    assert "Lou Cruz" not in names(roster)
    done = run(roster, *words)
    assert "Lou Cruz takes the place of Ana Reyes, OH." in done.stderr
    person = read_token(roster.secret(), done.stdout.strip().removeprefix(f"{SITE}/join#"), utc_now()).person
    (lou,) = listed(roster, "--jurisdiction", "OH")
    assert (lou["person"], lou["name"], lou["role"]) == (person, "Lou Cruz", "Data and reporting")
    with pytest.raises(UsageError, match="not on the roster"):
        run(roster, *words)


def test_replace_checks_the_address_before_it_changes_anything(roster: Settings) -> None:
    with pytest.raises(UsageError, match="--address"):
        run(roster, "roster", "replace", "Ana Reyes", "--name", "Lou", "--email", "l@ohio.gov", "--address", "x")
    assert "Ana Reyes" in names(roster)


# --- export -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_importing_the_export_changes_nothing(roster: Settings, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"people.{ending}"
    run(roster, "roster", "codes")
    assert "4 people." in run(roster, "roster", "export", "--out", out).stderr
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    with Store.open(roster.db_url) as store:
        before = store.people("2026")
    again = run(roster, "roster", "import", out)
    assert "0 new, 0 changed, 4 same." in again.stderr
    assert "Columns not used" not in again.stderr
    with Store.open(roster.db_url) as store:
        assert store.people("2026") == before


def test_the_export_has_no_secrets_and_no_formulas(roster: Settings, tmp_path: Path) -> None:
    codes = json.loads(run(roster, "roster", "codes", "--json").stdout)
    run(roster, "roster", "export", "--out", tmp_path / "people.csv")
    run(roster, "roster", "export", "--out", tmp_path / "people.xlsx")
    text = (tmp_path / "people.csv").read_text(encoding="utf-8-sig")
    assert not any(code in text for code in codes.values())
    assert "join" not in text
    rows = {row["jurisdiction"]: row for row in csv.DictReader(io.StringIO(text))}
    assert (rows["GU"]["name"], rows["GU"]["email"], rows["GU"]["sessions"]) == ("'=Tasi", "'+t@doe.gu", "2, 4")
    assert (rows["OH"]["first_name"], rows["OH"]["role"]) == ("Ana", "Data and reporting")
    sheet = openpyxl.load_workbook(tmp_path / "people.xlsx").active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value} == {"s"}
    assert "=Tasi" in {cell.value for cell in cells}


def test_an_export_of_another_kind_is_refused(roster: Settings, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"people\.csv or people\.xlsx, not people\.ods"):
        run(roster, "roster", "export", "--out", tmp_path / "people.ods")
    assert not list(tmp_path.glob("*.ods"))


# --- links ------------------------------------------------------------------------------------------------------------


def test_links_warn_about_states_without_people_and_a_series_that_is_over(roster: Settings, tmp_path: Path) -> None:
    done = run(
        roster, "roster", "links", "--out", tmp_path / "l.csv", "--address", SITE, "--jurisdiction", "OH,WY", "--json"
    )
    told = json.loads(done.stdout)
    assert (told["home"], told["series"]) == (str(roster.home), "2026")
    assert "No one on the roster is from Wyoming." in told["warnings"]
    assert "Warning: No one on the roster is from Wyoming." in done.stderr
    rows = list(csv.DictReader((tmp_path / "l.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["first_name"], row["role"]) for row in rows] == [("Ana", "Data and reporting")]


def test_a_mistyped_facilitator_stops_unless_new(roster: Settings) -> None:
    words = ["roster", "links", "--facilitator", "Robin Hal"]
    with pytest.raises(UsageError, match="Did you mean Robin Hall"):
        run(roster, *words)
    assert len(names(roster)) == 4
    done = run(roster, *words, "--new")
    assert "for a server on this computer" in done.stderr
    assert len(names(roster)) == 5


def test_import_prints_its_notes_and_the_columns_that_it_did_not_use(settings: Settings, save: Save) -> None:
    rows = "".join(f'OH,"Person{chr(97 + n)}, Ana",x\n' for n in range(12))
    done = run(settings, "roster", "import", save("state,name,Title\n" + rows))
    assert "line 2: Persona, Ana was read as Ana Persona." in done.stderr
    assert "2 more notes like these: see --json." in done.stderr
    assert "Columns not used: Title." in done.stderr
    assert "12 people have no email address." in done.stderr
