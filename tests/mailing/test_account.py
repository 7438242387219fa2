"""The mail account in settings.toml: complete and private, or refused with the way to correct it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cluster_kit.mail_account import PASSWORD_VARIABLE
from cluster_kit.settings import Settings, SettingsFileError, save_series

WHOLE = {"server": "smtp.example.org", "from": "Workshop team <workshops@example.org>"}


def _settings(home: Path, table: dict[str, object]) -> Settings:
    lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in table.items())
    (home / "settings.toml").write_text(f"[mail]\n{lines}", encoding="utf-8")
    return Settings(home)


def test_without_a_table_there_is_no_account_and_with_one_defaults_are_safe(tmp_path: Path) -> None:
    assert Settings(tmp_path).mail_account() is None
    account = _settings(tmp_path, WHOLE).mail_account()
    assert account
    assert (account.port, account.security, account.per_minute) == (587, "starttls", 30)
    assert str(account.sender) == WHOLE["from"]
    account = _settings(tmp_path, {**WHOLE, "security": "ssl", "largest_mb": 5}).mail_account()
    assert account
    assert (account.port, account.largest) == (465, 5_000_000)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"server": ""}, r'server in \[mail\] cannot be used; write server = "smtp.example.org"'),
        ({"server": "smtp.example.org/x"}, r"server in \[mail\] cannot be used"),
        ({"from": "Workshop team"}, r"from in \[mail\] is not an address"),
        ({"reply_to": "a@x.example, b@x.example"}, r"reply_to in \[mail\] is not an address"),
        ({"from": "Team\r\nBcc: x <a@x.example>"}, r"from in \[mail\] cannot be used"),
        ({"security": "none"}, "security none is for a mail server on this machine"),
        ({"security": "tls"}, r'write security = "starttls", "ssl", or "none"'),
        ({"port": 70_000}, r"port in \[mail\] is not a whole number from 1 to 65535"),
        ({"per_minute": True}, r"per_minute in \[mail\] is not a whole number"),
        ({"password": "secret"}, r"could be read by others; put it into the environment variable CLUSTER_KIT_MAIL_P"),
        ({"pasword_file": "x"}, r"unknown key 'pasword_file' in \[mail\]"),
        ({"username": "me"}, "the login has no password"),
        ({"username": "me", "password_file": "none"}, r"none cannot be read \(No such file or directory\)"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: dict[str, object], says: str
) -> None:
    monkeypatch.delenv(PASSWORD_VARIABLE, raising=False)
    with pytest.raises(SettingsFileError, match=says) as raised:
        _settings(tmp_path, {**WHOLE, **change}).mail_account()
    assert "secret" not in str(raised.value)


def test_a_password_file_is_readable_by_its_owner_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PASSWORD_VARIABLE, raising=False)
    settings = _settings(tmp_path, {**WHOLE, "username": "me", "password_file": "mail-password"})
    file = tmp_path / "mail-password"
    file.write_text("hidden-word\n")
    file.chmod(0o644)
    with pytest.raises(SettingsFileError, match=r"can be read by others; restrict it with: chmod 600"):
        settings.mail_account()
    file.chmod(0o600)
    account = settings.mail_account()
    assert account
    assert account.password == "hidden-word"
    assert "hidden-word" not in repr(account)
    monkeypatch.setenv(PASSWORD_VARIABLE, "other-word")
    account = settings.mail_account()
    assert account
    assert account.password == "other-word"


def test_the_series_is_set_without_losing_the_account(tmp_path: Path) -> None:
    settings = _settings(tmp_path, {**WHOLE, "per_minute": 5})
    before = settings.mail_account()
    settings.file.write_text('"series" = "2026"\n' + settings.file.read_text())
    save_series(settings.file, "2027")
    assert settings.mail_account() == before
