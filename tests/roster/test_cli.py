"""``cluster-kit roster``: importing people, links, and codes."""

from __future__ import annotations

import csv
import json
import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from icalendar import Calendar
from typer.testing import CliRunner, Result

from cluster_kit.cli.app import app
from cluster_kit.cli.commands import register
from cluster_kit.content.errors import UnknownSessionError
from cluster_kit.content.models import Scope
from cluster_kit.errors import UsageError
from cluster_kit.server.auth.tokens import read_token
from cluster_kit.settings import Settings
from cluster_kit.store import MergeError, NewResponse, Person, Store
from cluster_kit.store.models import utc_now

register()
Save = Callable[..., Path]
LIST = (
    "jurisdiction,name,email,role,sessions\n"
    "OH,Ana Reyes,ana@ohio.gov,data,\nGU,=Tasi,+t@doe.gu,,2 4\nIN,Kim Sample,,,\n,Robin Hall,,facilitator,\n"
)
NEW = ("OH  Ana Reyes", "GU  =Tasi", "IN  Kim Sample", "--  Robin Hall")
SITE = "https://workshop.example.org"


def run(settings: Settings, *words: str | Path, ends: int = 0) -> Result:
    result = CliRunner().invoke(app, [*map(str, words), "--home", str(settings.home)])
    if isinstance(result.exception, Exception) and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == ends, result.output
    return result


@pytest.fixture
def roster(settings: Settings, save: Save) -> Settings:
    run(settings, "roster", "import", save(LIST))
    return settings


def test_import_says_what_happened_and_what_is_to_mend(settings: Settings, save: Save) -> None:
    done = run(settings, "roster", "import", save(LIST + "Ohoi,Ben,,,\n"), ends=1)
    assert done.stdout == "".join(f"new     {who}\n" for who in NEW)
    assert "line 6: There is no state 'Ohoi'" in done.stderr
    assert done.stderr.splitlines()[-2] == "4 new, 0 changed, 0 same, 1 skipped."
    again = run(settings, "roster", "import", save(LIST.replace("data", "advising")), "--dry-run")
    assert again.stdout == "changed OH  Ana Reyes: role from data to advising\n"
    assert "Nothing was changed." in again.stderr


def test_import_as_json(settings: Settings, save: Save) -> None:
    told = json.loads(run(settings, "roster", "import", save(LIST + "Ohoi,Ben,,,\n"), "--json", ends=1).stdout)
    assert told["dry_run"] is False
    assert [outcome["status"] for outcome in told["outcomes"]] == ["new"] * 4
    assert told["problems"][0]["line"] == 6
    assert (told["home"], told["series"]) == (str(settings.home), "2026")


def test_a_dry_run_without_a_store_names_the_home_that_was_given(settings: Settings, save: Save) -> None:
    told = json.loads(run(settings, "roster", "import", save(LIST), "--dry-run", "--json").stdout)
    assert (told["home"], told["series"]) == (str(settings.home), "2026")
    assert not settings.store_file.exists()


def test_links_are_a_table_for_mail_merge_that_only_its_owner_reads(roster: Settings, tmp_path: Path) -> None:
    out = tmp_path / "links.csv"
    done = run(roster, "roster", "links", "--out", out, "--address", f"{SITE}/")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert re.search(r"4 people, each with a link for \d+ days", done.stderr)
    raw = out.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = {row["name"]: row for row in csv.DictReader(raw.decode("utf-8-sig").splitlines())}
    ana, tasi, robin = rows["Ana Reyes"], rows["'=Tasi"], rows["Robin Hall"]
    token = ana["link"].removeprefix(f"{SITE}/join#")
    assert read_token(roster.secret(), token, utc_now()).person == ana["person"]
    assert token not in done.output
    assert ana["time_1"] == "Tuesday, February 17, 2026, 1:00 to 2:30 p.m. Eastern Standard Time"
    assert (tasi["session_1"], tasi["time_1"], tasi["session_2"]) == ("", "", "Flexible Pathways")
    assert tasi["time_2"].startswith("Wednesday, May 13, 2026, 3:00 to 4:00 a.m.")
    assert tasi["email"] == "'+t@doe.gu"
    assert "; " in rows["Kim Sample"]["time_1"]  # Indiana has two zones
    assert (robin["jurisdiction"], robin["team_code"], robin["role"]) == ("", "", "Facilitator")
    codes = json.loads(run(roster, "roster", "codes", "--json").stdout)
    assert {ana["team_code"], tasi["team_code"]} <= set(codes.values())


def test_the_table_for_mail_merge_can_be_imported_again(roster: Settings, tmp_path: Path) -> None:
    out = tmp_path / "links.csv"
    run(roster, "roster", "links", "--out", out, "--address", SITE, "--jurisdiction", "OH,GU")
    assert "0 new, 0 changed, 2 same." in run(roster, "roster", "import", out).stderr


def test_links_for_a_session_that_is_not_there_or_for_nobody_are_refused(roster: Settings, tmp_path: Path) -> None:
    words = ["roster", "links", "--out", str(tmp_path / "x.csv"), "--address", SITE]
    with pytest.raises(UnknownSessionError):
        run(roster, *words, "--session", "9")
    with pytest.raises(UsageError, match="no such people"):
        run(roster, *words, "--jurisdiction", "WY")
    assert not (tmp_path / "x.csv").exists()


def test_codes_stay_until_a_new_one_is_asked_for(roster: Settings) -> None:
    before = run(roster, "roster", "codes").stdout
    assert [line.split("  ")[::2] for line in before.splitlines()] == [
        ["GU", "Guam"],
        ["IN", "Indiana"],
        ["OH", "Ohio"],
    ]
    assert run(roster, "roster", "codes").stdout == before
    after = run(roster, "roster", "codes", "--new", "oh,WY").stdout.splitlines()
    assert [line[:2] for line in after] == ["GU", "IN", "OH", "WY"]
    assert set(after[:2]) <= set(before.splitlines())
    assert after[2] not in before


def test_revoking_a_person_makes_their_links_void_and_says_that_the_code_stays(roster: Settings) -> None:
    done = run(roster, "roster", "revoke", "ana@ohio.gov", "--dry-run")
    assert "would be revoked" in done.stderr
    with Store.open(roster.db_url) as store:
        assert [person.links_since for person in store.people("2026")] == [None] * 4
        codes = store.team_codes("2026")
    done = run(roster, "roster", "revoke", "ana@ohio.gov")
    assert "The team code still works for anyone" in done.stderr
    with Store.open(roster.db_url) as store:
        assert [person.name for person in store.people("2026") if person.links_since] == ["Ana Reyes"]
        assert store.team_codes("2026") == codes


def test_revoking_a_state_takes_its_code_as_well(roster: Settings) -> None:
    before = json.loads(run(roster, "roster", "codes", "--json").stdout)
    run(roster, "roster", "revoke", "--jurisdiction", "OH")
    after = json.loads(run(roster, "roster", "codes", "--json").stdout)
    assert after["OH"] != before["OH"]
    assert after["GU"] == before["GU"]


@pytest.mark.parametrize("words", [[], ["Ana Reyes", "--jurisdiction", "OH"]])
def test_revoke_wants_a_person_or_a_state(roster: Settings, words: list[str]) -> None:
    with pytest.raises(UsageError, match="Name a person or"):
        run(roster, "roster", "revoke", *words)


def test_invitations_say_the_states_own_time_and_hold_no_secret(roster: Settings, tmp_path: Path) -> None:
    out = tmp_path / "invitations"
    codes = json.loads(run(roster, "roster", "codes", "--json").stdout)
    told = json.loads(run(roster, "roster", "invitations", "--out", out, "--address", SITE, "--json").stdout)
    paths = told["files"]
    assert (told["home"], told["series"]) == (str(roster.home), "2026")
    names = sorted(path.name for path in out.iterdir())
    assert sorted(Path(path).name for path in paths) == names
    assert [name for name in names if "GU" in name] == ["2026-session-2-GU.ics", "2026-session-4-GU.ics"]
    text = (out / "2026-session-2-GU.ics").read_text(encoding="utf-8")
    assert "DTSTART:20260512T170000Z" in text
    assert "join#" not in text
    assert codes["GU"] not in text
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    assert event["summary"] == "Session 2: Flexible Pathways"
    assert event["location"] == f"{SITE}/join"
    assert "Wednesday, May 13, 2026, 3:00 to 4:00 a.m. Chamorro Standard Time" in event["description"]
    (hoosier,) = Calendar.from_ical((out / "2026-session-1-IN.ics").read_text(encoding="utf-8")).walk("VEVENT")
    assert "12:00 to 1:30 p.m. Central Standard Time" in hoosier["description"]


def test_invitations_for_states_that_nobody_is_of_yet(settings: Settings, tmp_path: Path) -> None:
    Store.open(settings.db_url).close()
    words = ["roster", "invitations", "--out", str(tmp_path / "out"), "--address", SITE]
    assert "The roster is empty" in run(settings, *words).stderr
    assert len(run(settings, *words, "--jurisdiction", "PW").stdout.splitlines()) == 4


def test_a_link_is_for_a_facilitator_or_for_somebody_of_a_state(settings: Settings) -> None:
    link = run(settings, "roster", "links", "--facilitator", "Robin Hall", "--address", SITE).stdout.strip()
    person = read_token(settings.secret(), link.partition("#")[2], utc_now()).person
    with Store.open(settings.db_url) as store:
        found = store.find_person(person)
    assert found is not None
    assert found.is_facilitator
    for words in ([], ["--name", "Ana"], ["--facilitator", "Robin", "--jurisdiction", "OH", "--name", "Ana"]):
        with pytest.raises(UsageError, match="Choose one"):
            run(settings, "roster", "links", *words)


@pytest.mark.parametrize("command", ["links", "invitations"])
@pytest.mark.parametrize("address", ["workshop.example.org", "", "https://", "file:///tmp", "javascript:alert(1)"])
def test_an_address_that_no_browser_would_open_is_refused_before_anything_is_written(
    roster: Settings, tmp_path: Path, command: str, address: str
) -> None:
    with pytest.raises(UsageError, match=r"such as https://workshop\.example\.org"):
        run(roster, "roster", command, "--out", tmp_path / "out", "--address", address)
    assert not (tmp_path / "out").exists()


# --- merging two records of one person --------------------------------------------------------------------------------


def test_merging_says_what_happens_and_can_be_undone(roster: Settings) -> None:
    with Store.open(roster.db_url) as store:
        twin = store.add_person(Person(id="twin", series="2026", jurisdiction="OH", name="Ana R."))
        ana = next(person for person in store.people("2026", "OH") if person.name == "Ana Reyes")
        for number, (who, row) in enumerate([(ana, "a"), (twin, "a"), (twin, "b")]):
            store.append([_rating(f"r{number}", who.id, row, number)])
    tried = run(roster, "roster", "merge", "Ana Reyes", "twin", "--dry-run")
    assert "Nothing was changed." in tried.stderr
    assert "1 answer that only the other record has" in tried.stdout
    assert "1 answer of both, different: the other record's is newer, and counts" in tried.stdout
    with Store.open(roster.db_url) as store:
        assert len(store.people("2026", "OH")) == 2
    done = json.loads(run(roster, "roster", "merge", "ana@ohio.gov", "twin", "--json").stdout)
    assert (done["kept"], done["merged"], done["moved"], done["newer"]) == (ana.id, "twin", 1, 1)
    assert (done["home"], done["series"]) == (str(roster.home), "2026")
    listed = run(roster, "roster", "unmerge").stdout
    assert f"{done['merge']}  OH  twin into {ana.id} by the command line" in listed
    run(roster, "roster", "unmerge", str(done["merge"]))
    assert "undone by the command line" in run(roster, "roster", "unmerge").stdout
    with Store.open(roster.db_url) as store:
        assert len(store.people("2026", "OH")) == 2
    with pytest.raises(MergeError, match="To list merges: cluster-kit roster unmerge"):
        run(roster, "roster", "unmerge", "99")
    with pytest.raises(MergeError, match="one state's team"):
        run(roster, "roster", "merge", "Ana Reyes", "Kim Sample")


def _rating(answer: str, author: str, row: str, value: int) -> NewResponse:
    address = {"series": "2026", "session": 1, "exercise": "rate", "prompt": "ratings.rating", "row": row}
    return NewResponse(id=answer, jurisdiction="OH", scope=Scope.PERSON, author=author, value=value, **address)
