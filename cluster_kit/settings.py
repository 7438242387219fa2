"""A deployment's settings: its home folder, its store, and its series.

They come from the command line, else from the environment, else (the series) from ``settings.toml`` in the home folder.
The same file names the contact that pages show, the public address, the organization with its logo and colors, who can
register on the public page, and the account from which messages are sent.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote

from cluster_kit.errors import ClusterKitError
from cluster_kit.files import PRIVATE_FOLDER, create_atomically, write_atomically
from cluster_kit.home_record import HOME_FILE, read_home_record, remember_key
from cluster_kit.mail_account import MailAccount, MailAccountError, read_mail_account
from cluster_kit.organization import Organization, OrganizationError, read_organization
from cluster_kit.text import join_words

HOME_VARIABLE = "CLUSTER_KIT_HOME"
DB_VARIABLE = "CLUSTER_KIT_DB"
# Set for a kernel whose page loads the forms' JavaScript and CSS, so widgets do not include them.
PAGE_VARIABLE = "CLUSTER_KIT_PAGE"
# The deployment's series. Servers and packets set it for their kernels, whose fork server loads that series once.
SERIES_VARIABLE = "CLUSTER_KIT_SERIES"
SETTINGS_FILE = "settings.toml"
STORE_FILE = "responses.sqlite3"
DEFAULT_HOME = "cluster-kit-home"
# By key of the contact: a regular expression that each value must match, and an example.
_CONTACT_FORMS = {
    "name": (r"[^\x00-\x1f\x7f]{1,100}", "Workshop team"),
    "email": (r"[^\s@<>\"']{1,64}@[^\s@<>\"']{1,190}", "workshops@example.org"),
    "phone": (r"\+?[0-9][0-9 ().-]{5,30}(?: ?(?:ext\.?|x) ?[0-9]{1,6})?", "202-555-0100"),
}
_KEYS = ("series", "address", "contact", "organization", "registration", "retention", "mail")
LEAST_RETENTION_DAYS = 30
_ADDRESS = r"https?://[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?(?::[0-9]{1,5})?"
_DOMAIN = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
KEY_BYTES = 48
MIN_KEY_LENGTH = 32
NEW_KEY = f"Restore it from a backup. To make a new one, which ends all links and sessions, delete it and {HOME_FILE}"


@dataclass(frozen=True)
class Contact:
    """Who answers questions about the series, about data, and about accessibility. Empty fields are not set."""

    name: str = ""
    email: str = ""
    phone: str = ""

    @property
    def is_reachable(self) -> bool:
        """True if there is an email address or a phone number."""
        return bool(self.email or self.phone)

    @property
    def dialed(self) -> str:
        """The phone number for a ``tel:`` address: digits, and the plus sign before a country code."""
        number = re.split(r"ext|x", self.phone)[0]
        return re.sub(r"[^0-9+]", "", number)


@dataclass(frozen=True)
class RegistrationRules:
    """Whether people can register on the public page, and which of them are confirmed without staff.

    ``domains``: by a state's two-letter abbreviation, the domains of email addresses that are confirmed at once.
    """

    is_open: bool = False
    domains: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Settings:
    """The home folder, which has everything that a deployment owns, its store, and its series.

    ``db`` is an SQLAlchemy URL; None means the SQLite file in the home folder. ``series`` is the id of a series,
    which need not exist; None means that none is set.
    """

    home: Path
    db: str | None = None
    series: str | None = None

    def contact(self) -> Contact:
        """The contact that ``settings.toml`` names. Raises ``SettingsFileError`` if the file has a problem."""
        return read_contact(self.file)

    def address(self) -> str:
        """The public address that ``settings.toml`` names, or an empty string. Raises ``SettingsFileError``."""
        return _read_file(self.file).address

    def retention_days(self) -> int | None:
        """For how many days after a series its record is kept; None: without limit. Raises ``SettingsFileError``."""
        return _read_file(self.file).retention_days

    def mail_account(self) -> MailAccount | None:
        """The account from which messages are sent; None if none is set. Raises ``SettingsFileError``."""
        try:
            return read_mail_account(_read_file(self.file).mail, self.home)
        except MailAccountError as error:
            raise SettingsFileError(self.file, error.key, str(error)) from error

    def registration(self) -> RegistrationRules:
        """Who can register on the public page; no one by default. Raises ``SettingsFileError``."""
        return _read_file(self.file).registration

    def organization(self) -> Organization:
        """The organization that ``settings.toml`` describes, with its logo. Raises ``SettingsFileError`` if the file or
        the logo has a problem."""
        try:
            return read_organization(_read_file(self.file).organization, self.home)
        except OrganizationError as error:
            raise SettingsFileError(self.file, error.key, str(error)) from error

    def logo_file(self) -> Path | None:
        """The file of the organization's logo, unchecked; None if it is not there. Raises ``SettingsFileError``."""
        table = _read_file(self.file).organization
        name = table.get("logo") if isinstance(table, dict) else None
        path = self.home / name if isinstance(name, str) and name else None
        return path if path and path.parent == self.home and path.is_file() else None

    @classmethod
    def read(cls, home: Path | str | None = None, db: str | None = None, series: str | None = None) -> Settings:
        """Read each setting from the arguments, else from the environment, else (the series) from ``settings.toml``.

        Raises ``SettingsFileError`` if the file is needed and has a problem.
        """
        folder = Path(home or os.environ.get(HOME_VARIABLE) or DEFAULT_HOME).expanduser().resolve()
        chosen = series or os.environ.get(SERIES_VARIABLE) or read_series(folder / SETTINGS_FILE)
        return cls(folder, db or os.environ.get(DB_VARIABLE) or None, chosen)

    @property
    def db_url(self) -> str:
        """The store's URL."""
        return self.db or sqlite_url(self.store_file)

    @property
    def store_file(self) -> Path:
        """The SQLite file of a store in the home folder. It need not exist."""
        return self.home / STORE_FILE

    @property
    def private_files(self) -> list[Path]:
        """The key and the SQLite store, which only the server's account may read. They need not exist."""
        return [self.home / "secret", *self.home.glob(f"{STORE_FILE}*")]

    @property
    def file(self) -> Path:
        """The file that sets the series. It need not exist."""
        return self.home / SETTINGS_FILE

    @property
    def content(self) -> Path:
        """The organization's own pack, an overlay over the shipped one. It need not exist."""
        return self.home / "content"

    @property
    def content_history(self) -> Path:
        """The versions of content files that were edited with ``content edit``, at the paths of the files."""
        return self.home / "content-history"

    @property
    def content_drafts(self) -> Path:
        """Unsaved changes of ``content edit``, at the paths of the files."""
        return self.home / "content-drafts"

    @property
    def files(self) -> Path:
        """The folder of the files that states upload, by series and jurisdiction."""
        return self.home / "files"

    @property
    def crosswalk(self) -> Path:
        """The folder of imported crosswalks and their calibration."""
        return self.home / "crosswalk"

    @property
    def columns(self) -> Path:
        """The file of the columns that were chosen with ``--column``, by the headers of their tables."""
        return self.home / "columns.json"

    def environment(self) -> dict[str, str]:
        """The environment variables with which a child process reads the same settings."""
        optional = {DB_VARIABLE: self.db, SERIES_VARIABLE: self.series}
        return {HOME_VARIABLE: str(self.home), **{name: value for name, value in optional.items() if value}}

    def secret(self) -> str:
        """The signing key, created on first use and readable only by its owner.

        Processes that start at the same time get the same key. Raises ``SigningKeyError`` if the key is damaged, or
        cannot be read or written: a link signed with an empty key could be forged.
        """
        path = self.home / "secret"
        try:
            self.home.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
            had_key = bool(read_home_record(self.home).key)  # first: another process may be creating the key
            if not path.exists() and had_key:
                raise SigningKeyError(path, f"is missing, although this home had one. {NEW_KEY}")
            if not path.exists():
                create_atomically(path, secrets.token_urlsafe(KEY_BYTES).encode())
            key = path.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not text"
            raise SigningKeyError(
                path, f"cannot be used: {reason}. Check the file, its disk and its permissions"
            ) from error
        if len(key) < MIN_KEY_LENGTH:
            raise SigningKeyError(path, f"is damaged. {NEW_KEY}")
        remember_key(self.home, key)
        return key


@dataclass(frozen=True)
class _SettingsFile:
    """The values of a settings file, checked; ``organization`` and ``mail`` are tables, which are checked when used."""

    series: str | None = None
    address: str = ""
    contact: Contact = Contact()
    organization: object = field(default_factory=dict)
    retention_days: int | None = None
    mail: object = field(default_factory=dict)
    registration: RegistrationRules = RegistrationRules()


class SigningKeyError(ClusterKitError, RuntimeError):
    """The signing key cannot be used."""

    def __init__(self, path: Path, problem: str) -> None:
        self.path = path
        super().__init__(f"The signing key {path} {problem}.")


class SettingsFileError(ClusterKitError, ValueError):
    """The settings file has a problem. ``key`` is the setting; None means that the file cannot be parsed."""

    def __init__(self, path: Path, key: str | None, problem: str) -> None:
        self.path, self.key = path, key
        super().__init__(f"{path}: {problem}.")


def read_series(path: Path) -> str | None:
    """The series that a settings file sets; None if the file does not exist or does not set it.

    Raises ``SettingsFileError`` for a file that is not TOML, an unknown key, or a series that is not a string.
    """
    return _read_file(path).series


def read_contact(path: Path) -> Contact:
    """The contact that a settings file sets; an empty one if the file does not exist or does not set it.

    Raises ``SettingsFileError`` for a file that is not TOML, an unknown key, or a value that cannot be used.
    """
    return _read_file(path).contact


def save_series(path: Path, series: str) -> None:
    """Set the series in a settings file, which is created if it does not exist. Comments and tables are kept.

    Raises ``SettingsFileError`` if the file has a problem; then it is unchanged.
    """
    text = _read_text(path) or ""
    line = f"series = {json.dumps(series, ensure_ascii=False)}"
    before = _parse(path, text)
    if before.series is None:  # above the first table, to which it would otherwise belong
        table = re.search(r"^[ \t]*\[", text, re.MULTILINE)
        top, rest = (text[: table.start()], text[table.start() :]) if table else (text, "")
        changed = f"{top.rstrip()}\n{line}\n".lstrip() + (f"\n{rest}" if rest else "")
    else:
        changed = re.sub(r"^[ \t]*series[ \t]*=.*$", lambda _: line, text, count=1, flags=re.MULTILINE)
    try:
        is_set = _parse(path, changed) == replace(before, series=series)
    except SettingsFileError:
        is_set = False
    if not is_set:  # the file had an unusual notation, such as a quoted key
        public = f"address = {json.dumps(before.address)}\n" if before.address else ""
        tables = _table("contact", vars(before.contact)) + _table("organization", before.organization)
        tables += _table("retention", {"days": before.retention_days}) + _table("mail", before.mail)
        tables += _table("registration", {"open": before.registration.is_open})
        tables += _table("registration.domains", before.registration.domains)
        changed = f"{line}\n{public}{tables}"
    write_atomically(path, changed.encode())


def _table(name: str, values: object) -> str:
    """A table of texts, numbers, and lists as TOML; empty if nothing is set."""
    texts = {key: value for key, value in values.items() if value} if isinstance(values, dict) else {}
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in texts.items()]
    return f"\n[{name}]\n" + "".join(lines) if lines else ""


def _read_text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError as error:
        raise SettingsFileError(path, None, "is not text in UTF-8; save it in that encoding") from error


def _read_file(path: Path) -> _SettingsFile:
    """The values of a settings file; if it does not exist, none is set."""
    text = _read_text(path)
    return _SettingsFile() if text is None else _parse(path, text)


def _parse(path: Path, text: str) -> _SettingsFile:
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsFileError(
            path, None, f'is not valid TOML ({error}); write a line such as series = "2026"'
        ) from error
    for key in values:
        if key not in _KEYS:
            problem = f"unknown key {key!r}; remove it, because {join_words(_KEYS)} are the only settings"
            raise SettingsFileError(path, key, problem)
    series = values.get("series")
    if series is not None and not (isinstance(series, str) and series):
        example = series if isinstance(series, int) and not isinstance(series, bool) else 2026
        raise SettingsFileError(path, "series", f'series is not a series id in quotes; write series = "{example}"')
    address = values.get("address", "")
    if not isinstance(address, str) or (address and not re.fullmatch(_ADDRESS, address)):
        known = 'write address = "https://workshop.example.org", without a path'
        raise SettingsFileError(path, "address", f"address cannot be used; {known}")
    contact = _parse_contact(path, values.get("contact", {}))
    days = _parse_retention(path, values.get("retention", {}))
    rules = _parse_registration(path, values.get("registration", {}))
    organization, mail = values.get("organization", {}), values.get("mail", {})
    return _SettingsFile(series, address, contact, organization, days, mail, rules)


def _parse_registration(path: Path, values: object) -> RegistrationRules:
    known = "write [registration] and, below it, open = true"
    if not isinstance(values, dict) or values.keys() - {"open", "domains"}:
        problem = f"registration has open and domains only; {known}"
        raise SettingsFileError(path, "registration", problem)
    is_open, domains = values.get("open", False), values.get("domains", {})
    if not isinstance(is_open, bool):
        raise SettingsFileError(path, "registration.open", f"open in [registration] is not true or false; {known}")
    example = 'write [registration.domains] and, below it, OH = ["ohio.gov"]'
    for code, named in domains.items() if isinstance(domains, dict) else [("", None)]:
        is_list = isinstance(named, list) and all(isinstance(one, str) and re.fullmatch(_DOMAIN, one) for one in named)
        if not (re.fullmatch("[A-Z]{2}", code) and is_list):
            name = f"registration.domains.{code}" if code else "registration.domains"
            raise SettingsFileError(path, name, f"domains in [registration] cannot be used; {example}")
    return RegistrationRules(is_open, {code: tuple(one.lower() for one in named) for code, named in domains.items()})


def _parse_retention(path: Path, values: object) -> int | None:
    known = f"write [retention] and, below it, days = 1095, which is at least {LEAST_RETENTION_DAYS}"
    if not isinstance(values, dict) or values.keys() - {"days"}:
        raise SettingsFileError(path, "retention", f"retention has days only; {known}")
    days = values.get("days")
    is_number = isinstance(days, int) and not isinstance(days, bool)
    if days is not None and not (is_number and days >= LEAST_RETENTION_DAYS):
        raise SettingsFileError(path, "retention.days", f"days in [retention] cannot be used; {known}")
    return days


def _parse_contact(path: Path, values: object) -> Contact:
    if not isinstance(values, dict):
        raise SettingsFileError(path, "contact", 'contact is not a table; write [contact] and, below it, name = "..."')
    for key, value in values.items():
        name = f"contact.{key}"
        if key not in _CONTACT_FORMS:
            raise SettingsFileError(path, name, f"unknown key {key!r} in [contact]; it has name, email, and phone only")
        pattern, example = _CONTACT_FORMS[key]
        if not isinstance(value, str) or not re.fullmatch(pattern, value.strip()):
            raise SettingsFileError(path, name, f'{key} in [contact] cannot be used; write {key} = "{example}"')
    return Contact(**{key: value.strip() for key, value in values.items()})


def sqlite_url(path: Path) -> str:
    """The SQLAlchemy URL of an SQLite file, whose path may contain any characters."""
    return f"sqlite:///{quote(str(path))}"
