"""``cluster-kit erase`` and ``cluster-kit erasures``, as staff use them."""

from __future__ import annotations

import datetime as dt
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cluster_kit.cli.app import app
from cluster_kit.cli.commands import register
from cluster_kit.content.errors import UnknownExerciseError
from cluster_kit.errors import UsageError
from cluster_kit.roster.people import UnknownPersonError
from cluster_kit.settings import Settings
from cluster_kit.store import NewErasure, NewEvent, NewResponse, Person, Presence, Store
from cluster_kit.store.files import open_file_store

register()
WHO = ("--asked-by", "Fay", "--why", "asked by letter")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Ana and Ben of Ohio, and Gus of Guam, all with answers in session 1."""
    settings = Settings(tmp_path)
    with Store.open(settings.db_url) as store:
        for person, state in (("ana", "OH"), ("ben", "OH"), ("gus", "GU")):
            name, email = person.title(), f"{person}@example.org"
            store.add_person(Person(id=person, series="2026", jurisdiction=state, name=name, email=email))
            store.append(
                [
                    NewResponse(
                        id=f"{person}-{session}",
                        series="2026",
                        session=session,
                        exercise="goals",
                        prompt="why",
                        jurisdiction=state,
                        scope="team",
                        author=person,
                        value=f"secret of {person}",
                    )
                    for session in (1, 2)
                ]
            )
        post = {"series": "2026", "session": 1, "kind": "post", "jurisdiction": "OH", "author": "ana"}
        store.add_events([NewEvent(id="p", value={"text": "hello"}, **post)])
    return settings


def run(settings: Settings, *words: str, ends: int = 0) -> Result:
    result = CliRunner().invoke(app, [*words, "--home", str(settings.home)])
    if isinstance(result.exception, Exception) and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == ends, result.output
    return result


def ids(settings: Settings) -> list[str]:
    with Store.open(settings.db_url) as store:
        return [r.id for code in ("OH", "GU") for r in store.history("2026", code)]


def test_a_dry_run_says_what_would_go_and_removes_nothing(settings: Settings) -> None:
    done = run(settings, "erase", "--jurisdiction", "OH", "--person", "ana@example.org", *WHO, "--dry-run")
    assert done.stdout.splitlines() == [
        "Ohio, series 2026: what Ana (ana) wrote",
        "      1  answer to “Our statewide goals” in session 1",
        "      1  answer to “goals” in session 2",
        "      1  post on boards and in the parking lot",
        "      1  name: Ana",
    ]
    assert "secret" not in done.output
    assert done.stderr.splitlines()[0] == "Nothing was erased."
    assert len(ids(settings)) == 6


def test_yes_removes_it_the_record_says_so_and_the_second_time_nothing_is_left(settings: Settings) -> None:
    words = ("erase", "--jurisdiction", "OH", "--person", "ana", *WHO, "--yes")
    assert "number 1 in the record" in run(settings, *words).stderr
    assert ids(settings) == ["ben-1", "ben-2", "gus-1", "gus-2"]
    assert run(settings, *words).stdout.endswith("There is nothing to erase.\n")
    with pytest.raises(UnknownPersonError, match="cluster-kit erasures"):
        run(settings, *(word.replace("ana", "ana@example.org") for word in words))
    output = run(settings, "erasures").stdout
    assert output.startswith("1  20")
    assert output.endswith("UTC  OH  person ana: 2 answers. Fay: asked by letter\n")
    (told,) = json.loads(run(settings, "erasures", "--jurisdiction", "OH", "--json").stdout)
    assert (told["count"], told["asked_by"], told["why"]) == (2, "Fay", "asked by letter")
    assert "no erasures" in run(settings, "erasures", "--jurisdiction", "GU").stderr


@pytest.mark.parametrize(("named", "is_known"), [("ana", True), ("ana@example.org", False)])
def test_the_same_command_finishes_what_was_cut_off_before_files_were_removed(
    settings: Settings, named: str, is_known: bool
) -> None:
    file_store = open_file_store(settings.files, "2026", "OH")
    digest = file_store.keep(b"a list")
    with Store.open(settings.db_url) as store:
        given = {"name": "list.csv", "sha256": digest, "size": 6}
        place = {"series": "2026", "session": 3, "exercise": "program_crosswalk", "prompt": "list", "scope": "team"}
        store.append([NewResponse(id="file", jurisdiction="OH", author="ana", value=given, **place)])
        store.erase(NewErasure(series="2026", jurisdiction="OH", person="ana", asked_by="Fay", why="asked by letter"))
    words = ("erase", "--jurisdiction", "OH", "--person", named, *WHO, "--yes")
    if is_known:
        assert "interrupted erasure: 1 file removed" in run(settings, *words).stderr
    else:  # the address is erased with the person
        with pytest.raises(UnknownPersonError):
            run(settings, *words)
    assert file_store.digests() == set()


def test_one_session_goes_and_the_name_stays(settings: Settings) -> None:
    run(settings, "erase", "--jurisdiction", "OH", "--person", "ana", "--session", "2", *WHO, "--yes")
    assert "ana-1" in ids(settings)
    assert "ana-2" not in ids(settings)
    with Store.open(settings.db_url) as store:
        assert store.find_person("ana") is not None
        assert len(store.events("2026", 1, kinds=["post"])) == 1


def test_what_somebody_wrote_who_is_not_known_any_more_goes_by_their_id(settings: Settings) -> None:
    late = {"series": "2026", "session": 1, "exercise": "goals", "prompt": "why", "scope": "team", "author": "ghost"}
    with Store.open(settings.db_url) as store:
        store.append([NewResponse(id="late", jurisdiction="OH", value="late", **late)])
    run(settings, "erase", "--jurisdiction", "OH", "--person", "ghost", *WHO, "--yes")
    assert "late" not in ids(settings)


def test_machines_are_told_in_json(settings: Settings) -> None:
    words = ("erase", "--jurisdiction", "OH", *WHO, "--json")
    foreseen = json.loads(run(settings, *words, "--dry-run").stdout)
    assert foreseen["removed"] is False
    assert (foreseen["home"], foreseen["series"]) == (str(settings.home), "2026")
    assert foreseen["answers"] == [{"session": n, "exercise": "goals", "count": 2} for n in (1, 2)]
    done = json.loads(run(settings, *words, "--yes").stdout)
    assert (done["removed"], done["record"], done["people"]) == (True, 1, foreseen["people"])
    assert ids(settings) == ["gus-1", "gus-2"]


def test_where_nobody_can_be_asked_nothing_is_removed(settings: Settings) -> None:
    with pytest.raises(UsageError, match="--yes"):
        run(settings, "erase", "--jurisdiction", "OH", *WHO)
    assert len(ids(settings)) == 6


@pytest.mark.parametrize(("answer", "ends", "left"), [("n", 1, 6), ("y", 0, 2)])
def test_on_a_terminal_it_asks_first(settings: Settings, answer: str, ends: int, left: int) -> None:
    keyboard, terminal = pty.openpty()
    os.write(keyboard, f"{answer}\n".encode())
    command = [sys.executable, "-m", "cluster_kit", "erase", "--jurisdiction", "OH", *WHO, "--home", str(settings.home)]
    done = subprocess.run(command, stdin=terminal, capture_output=True, text=True, timeout=60, check=False)
    os.close(keyboard)
    os.close(terminal)
    assert done.returncode == ends, done.stderr
    assert "Erase this permanently? [y/N]" in done.stderr
    assert len(ids(settings)) == left


def test_what_cannot_be_is_refused_in_a_sentence(settings: Settings) -> None:
    with pytest.raises(UsageError, match="--session"):
        run(settings, "erase", "--jurisdiction", "OH", "--exercise", "goals", *WHO, "--yes")
    with pytest.raises(UnknownExerciseError):
        run(settings, "erase", "--jurisdiction", "OH", "--session", "1", "--exercise", "gaols", *WHO, "--yes")
    with pytest.raises(UsageError, match="--why"):
        run(settings, "erase", "--jurisdiction", "OH", "--asked-by", "Fay", "--why", " ", "--yes")
    assert len(ids(settings)) == 6


def note_presence(settings: Settings, person: str, session: int = 1) -> None:
    at = dt.datetime(2026, 2, 17, 19, tzinfo=dt.UTC)
    times = {"joined_at": at, "active_at": at, "seen_at": at}
    with Store.open(settings.db_url) as store:
        seen = Presence(series="2026", session=session, person=person, jurisdiction="OH", exercise="", **times)
        store.note_presence([seen])


def test_one_session_of_a_person_who_only_attended_and_opened_the_evaluation_goes(settings: Settings) -> None:
    """There is no answer to erase, and what is left still says that the person was there."""
    note_presence(settings, "ana", 3)
    with Store.open(settings.db_url) as store:
        assert store.take_ballot("2026", 3, "ana", "OH")
    words = ("erase", "--jurisdiction", "OH", "--person", "ana", "--session", "3", *WHO)
    assert run(settings, *words, "--dry-run").stdout.splitlines()[1:] == [
        "      1  record of attendance in sessions",
        "      1  record of having opened an evaluation form",
    ]
    done = json.loads(run(settings, *words, "--yes", "--json").stdout)
    assert (done["removed"], done["visits"], done["ballots"]) == (True, 1, 1)
    with Store.open(settings.db_url) as store:
        assert store.presence("2026", 3) == []
        assert store.take_ballot("2026", 3, "ana", "OH")
    assert "nothing to erase" not in run(settings, *words, "--dry-run").stdout


@pytest.mark.parametrize("whose", [("--person", "ana"), ()])
def test_an_open_page_leaves_nothing_after_an_erasure(settings: Settings, whose: tuple[str, ...]) -> None:
    run(settings, "erase", "--jurisdiction", "OH", *whose, *WHO, "--yes")
    note_presence(settings, "ana")
    with Store.open(settings.db_url) as store:
        assert store.presence("2026", 1) == []
        assert not store.take_ballot("2026", 1, "ana", "OH")
        assert store.take_ballot("2026", 1, "gus", "GU")
