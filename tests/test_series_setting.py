"""The series of a deployment is set once: in the environment, in settings.toml, or by being the only one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cluster_kit.cli.app import app
from cluster_kit.cli.commands import register
from cluster_kit.cli.options import read_content_settings, read_settings
from cluster_kit.content import UnknownSeriesError, list_real_series
from cluster_kit.errors import UsageError
from cluster_kit.settings import (
    SERIES_VARIABLE,
    Contact,
    RegistrationRules,
    Settings,
    SettingsFileError,
    read_series,
    save_series,
)
from cluster_kit.store import Store
from tests.content.conftest import SMALL_PACK

register()


@pytest.fixture(autouse=True)
def _no_series_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SERIES_VARIABLE, raising=False)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose content adds the series 2031."""
    shutil.copytree(SMALL_PACK / "series", tmp_path / "content" / "series")
    return tmp_path


def _run(*words: str | Path, ends: int = 0) -> Result:
    result = CliRunner().invoke(app, [str(word) for word in words])
    if isinstance(result.exception, Exception):
        raise result.exception
    assert result.exit_code == ends, result.output
    return result


def _write(home: Path, text: str) -> None:
    (home / "settings.toml").write_text(text, encoding="utf-8")


def test_the_option_wins_over_the_environment_over_the_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(home, 'series = "2026"')
    assert read_content_settings(None, home)[1] == "2026"
    monkeypatch.setenv(SERIES_VARIABLE, "2031")
    assert read_content_settings(None, home)[1] == "2031"
    assert read_content_settings("2026", home)[1] == "2026"


def test_of_several_series_one_is_chosen_explicitly_or_once(home: Path) -> None:
    with pytest.raises(UsageError, match=r"more than one series: 2026, 2031\. .* cluster-kit series use ID"):
        read_content_settings(None, home)
    _run("series", "use", "2031", "--home", home)
    assert read_content_settings(None, home)[1] == "2031"


def test_without_a_home_the_shipped_series_is_the_only_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_content_settings(None)[1] == "2026"


READING = [
    ("export", "--out", "answers.xlsx"),
    ("packets", "--session", "1", "--jurisdiction", "OH", "--out", "packets"),
    ("national", "--out", "national"),
    ("calendar", "--jurisdiction", "OH", "--out", "calendars"),
    ("breakouts", "--session", "1", "--size", "2-3", "--out", "rooms.csv"),
    ("erase", "--jurisdiction", "OH", "--asked-by", "Ana", "--why", "request", "--dry-run"),
    ("erasures",),
    ("worksheets", "--session", "1", "--jurisdiction", "OH", "--out", "sheets"),
    ("collect", "sheets"),
    ("roster", "links", "--out", "links.csv"),
    ("roster", "codes"),
]


@pytest.mark.parametrize("words", READING, ids=lambda words: " ".join(words[:2]))
def test_a_command_that_reads_refuses_a_home_without_a_store(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        UsageError, match=r"^There is no store in nohome\. To start a new one: cluster-kit roster import"
    ):
        _run(*words, "--home", "nohome")
    assert list(tmp_path.iterdir()) == []


def test_homes_nearby_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Store.open(Settings(tmp_path / "cluster-home").db_url).close()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"There is no store in cluster-hom\. Did you mean --home cluster-home\?"):
        _run("export", "--out", "answers.csv", "--home", "cluster-hom")
    with pytest.raises(UsageError, match=r"There is no folder homes\. Did you mean --home cluster-home\?"):
        _run("host-card", "--session", "1", "--out", "cards", "--home", "homes")


def test_a_command_ends_with_the_home_and_the_series(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    people = tmp_path / "people.csv"
    people.write_text("name,email,state,role\nAna,ana@example.org,OH,state_director\n", encoding="utf-8")
    assert _run("roster", "import", people, "--home", "home").stderr.endswith("Series 2026, home home.\n")
    counted = _run("export", "--out", "answers.csv", "--home", "home", "--json")
    assert json.loads(counted.stdout)["answers"] == 0
    assert counted.stderr.splitlines()[-1] == "Series 2026, home home."


def test_a_dry_run_of_an_import_creates_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    people = tmp_path / "people.csv"
    people.write_text("name,email,state,role\nAna,ana@example.org,OH,state_director\n", encoding="utf-8")
    assert "1 new" in _run("roster", "import", people, "--home", "home", "--dry-run").stderr
    assert not (tmp_path / "home").exists()


def test_a_fictional_series_is_never_the_default(home: Path) -> None:
    path = home / "content" / "series" / "2031" / "series.yaml"
    path.write_text(f"{path.read_text(encoding='utf-8')}\nfictional: true\n", encoding="utf-8")
    assert list_real_series(home / "content") == ["2026"]


def test_child_processes_get_the_same_series(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings, chosen = read_settings("2031", home, creates=True)
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)
    assert Settings.read() == settings
    assert settings.series == chosen == "2031"
    assert SERIES_VARIABLE not in Settings(home).environment()


def test_a_configured_series_that_does_not_exist_names_where_it_is_set(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(home, 'series = "2030"')
    with pytest.raises(UsageError, match=r"settings\.toml sets the series '2030', which .* Set one of: 2026, 2031\."):
        read_content_settings(None, home)
    monkeypatch.setenv(SERIES_VARIABLE, "2029")
    with pytest.raises(UsageError, match="CLUSTER_KIT_SERIES sets the series '2029'"):
        read_content_settings(None, home)


@pytest.mark.parametrize(
    ("text", "key", "sentence"),
    [
        (
            'serie = "2026"',
            "serie",
            "unknown key 'serie'; remove it, because series, address, contact, organization, registration, retention,"
            " and mail",
        ),
        ('series = "2026"\ndb = "x"', "db", "unknown key 'db'; remove it"),
        ("series = 2031", "series", 'series is not a series id in quotes; write series = "2031".'),
        ("series = true", "series", 'write series = "2026".'),
        ('series = ""', "series", "series is not a series id in quotes"),
        ("[series]", "series", "series is not a series id in quotes"),
        ("series: 2026", None, "is not valid TOML"),
        ('contact = "me"', "contact", "contact is not a table; write [contact]"),
        (
            '[contact]\nmail = "x"',
            "contact.mail",
            "unknown key 'mail' in [contact]; it has name, email, and phone only",
        ),
        ('[contact]\nemail = "<b>"', "contact.email", 'write email = "workshops@example.org"'),
        ('[contact]\nemail = "a@b, c@d"', "contact.email", "email in [contact] cannot be used"),
        ("[contact]\nphone = 2025550100", "contact.phone", 'write phone = "202-555-0100"'),
        ('[contact]\nphone = "javascript:1"', "contact.phone", "phone in [contact] cannot be used"),
        ("registration = true", "registration", "registration has open and domains only; write [registration]"),
        ("[registration]\nclosed = true", "registration", "registration has open and domains only"),
        ('[registration]\nopen = "yes"', "registration.open", "open in [registration] is not true or false"),
        ("[registration]\ndomains = true", "registration.domains", "write [registration.domains]"),
        ('[registration.domains]\nOhio = ["ohio.gov"]', "registration.domains.Ohio", 'below it, OH = ["ohio.gov"]'),
        ('[registration.domains]\nOH = ["@ohio.gov"]', "registration.domains.OH", "below it, OH ="),
        ('[contact]\nname = ""', "contact.name", "name in [contact] cannot be used"),
    ],
)
def test_a_problem_of_the_file_is_one_sentence_with_the_key_and_the_fix(
    tmp_path: Path, text: str, key: str | None, sentence: str
) -> None:
    _write(tmp_path, text)
    with pytest.raises(SettingsFileError) as caught:
        Settings.read(tmp_path)
    assert caught.value.key == key
    assert str(caught.value).startswith(f"{tmp_path}/settings.toml: ")
    assert sentence in str(caught.value)


def test_a_file_in_another_encoding_is_refused_and_a_byte_order_mark_is_not(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes('series = "2026"'.encode("utf-16"))
    with pytest.raises(SettingsFileError, match="UTF-8"):
        read_series(path)
    path.write_bytes(b'\xef\xbb\xbfseries = "2026"\r\n')
    assert read_series(path) == "2026"


def test_the_file_is_not_read_when_the_series_is_given(tmp_path: Path) -> None:
    _write(tmp_path, "damaged")
    assert Settings.read(tmp_path, series="2026").series == "2026"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", 'series = "2031"\n'),
        ("# Ours\n", '# Ours\nseries = "2031"\n'),
        ('# Ours\n  series="2026"  # old\n# End\n', '# Ours\nseries = "2031"\n# End\n'),
        ('"series" = "2026"\n', 'series = "2031"\n'),
        ('series = """\n2026"""\n', 'series = "2031"\n'),
        ('[contact]\nname = "A"\n', 'series = "2031"\n\n[contact]\nname = "A"\n'),
        ('# Ours\n[contact]\nname = "A"\n', '# Ours\nseries = "2031"\n\n[contact]\nname = "A"\n'),
        ('"series" = "2026"\ncontact.name = "A"\n', 'series = "2031"\n\n[contact]\nname = "A"\n'),
        (
            '"series" = "2026"\nregistration.open = true\nregistration.domains.OH = ["ohio.gov"]\n',
            'series = "2031"\n\n[registration]\nopen = true\n\n[registration.domains]\nOH = ["ohio.gov"]\n',
        ),
    ],
)
def test_saving_the_series_keeps_comments(tmp_path: Path, before: str, after: str) -> None:
    _write(tmp_path, before)
    save_series(tmp_path / "settings.toml", "2031")
    assert (tmp_path / "settings.toml").read_text(encoding="utf-8") == after
    assert read_series(tmp_path / "settings.toml") == "2031"


def test_the_contact_is_read_from_the_file(tmp_path: Path) -> None:
    assert Settings(tmp_path).contact() == Contact()
    assert not Contact().is_reachable
    _write(
        tmp_path, '[contact]\nname = "Ana Reyes"\nemail = " ana@example.org "\nphone = "+1 (202) 555-0100 ext. 12"\n'
    )
    contact = Settings(tmp_path).contact()
    assert contact == Contact("Ana Reyes", "ana@example.org", "+1 (202) 555-0100 ext. 12")
    assert contact.is_reachable
    assert contact.dialed == "+12025550100"


def test_registration_is_closed_unless_the_file_opens_it(tmp_path: Path) -> None:
    assert not Settings(tmp_path).registration().is_open
    _write(tmp_path, '[registration]\nopen = true\ndomains.OH = ["Ohio.gov", "state.oh.us"]\n')
    assert Settings(tmp_path).registration() == RegistrationRules(True, {"OH": ("ohio.gov", "state.oh.us")})


def test_saving_does_not_replace_a_file_with_a_problem(tmp_path: Path) -> None:
    _write(tmp_path, "theirs = 1\n")
    with pytest.raises(SettingsFileError):
        save_series(tmp_path / "settings.toml", "2026")
    assert (tmp_path / "settings.toml").read_text(encoding="utf-8") == "theirs = 1\n"


def test_series_use_sets_what_commands_use_and_list_shows_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "*" not in _run("series", "list", "--home", home).stdout
    assert "Commands now use series 2026." in _run("series", "use", "2026", "--home", home).stdout
    assert "* 2026  " in _run("series", "list", "--home", home).stdout
    listed = json.loads(_run("series", "list", "--home", home, "--json").stdout)
    assert {one["id"]: one["used"] for one in listed} == {"2026": True, "2031": False}
    monkeypatch.setenv(SERIES_VARIABLE, "2031")
    assert (
        "CLUSTER_KIT_SERIES is set to 2031, and takes precedence."
        in _run("series", "use", "2026", "--home", home).stderr
    )


def test_series_use_refuses_a_series_that_does_not_exist(home: Path) -> None:
    with pytest.raises(UnknownSeriesError, match="2026, 2031"):
        _run("series", "use", "2030", "--home", home)
    assert not (home / "settings.toml").exists()


def test_commands_work_with_the_series_that_is_set(home: Path) -> None:
    _run("roster", "links", "--facilitator", "Robin Hall", "--series", "2026", "--home", home)
    assert json.loads(_run("erasures", "--home", home, "--series", "2026", "--json").stdout) == []
    _run("series", "use", "2026", "--home", home)
    out = home / "links.csv"
    words = ("--out", out, "--address", "https://workshop.example.org", "--home", home, "--json")
    told = json.loads(_run("roster", "links", *words).stdout)
    assert (told["files"], told["people"]) == ([str(out)], 1)
