"""The columns of a list of people, by the headers of spreadsheets, meeting programs, and address books."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache

from cluster_kit.filetypes import CellValue
from cluster_kit.filetypes.headers import cell_text, plain_header
from cluster_kit.roster.lists.form_headers import find_questions, is_of_quiz, strip_header
from cluster_kit.roster.names.written_names import EMAIL

COLUMNS = ("jurisdiction", "name", "email", "role", "sessions")
# Known headers of each column, without spaces, punctuation, and case, best first. `person` is the id in a list that the
# kit exported. Headers of meeting programs and address books: Zoom, Teams, Eventbrite, Outlook, Google Contacts.
COLUMN_ALIASES: Mapping[str, tuple[str, ...]] = {
    "person": ("person", "personid", "id"),
    "jurisdiction": ("jurisdiction", "state", "statecode", "postalcode", "stateorterritory", "st", "stateterritory"),
    "name": (
        "name", "fullname", "firstandlastname", "participant", "participantname",
        "contactname", "displayname", "attendeename", "attendee",
        "registrantname", "nameoriginalname", "usernameoriginalname", "username", "screenname",
        "lastfirst", "lastnamefirstname", "lastnamefirst", "lastfirstname",
    ),
    "first": ("attendeefirstname", "firstname", "first", "givenname"),
    "last": ("attendeelastname", "lastname", "last", "surname", "familyname", "attendeesurname"),
    "email": (
        "email", "emailaddress", "mail", "workemail", "attendeeemail", "attendeeemailaddress", "useremail",
        "registrantemail",
        "email1value", "primaryemail", "contactemail", "participantidupn", "userprincipalname", "upn",
    ),
    "role": ("role", "roleid"),
    "sessions": ("sessions", "session", "attends", "attending", "invitedto"),
    "status": ("attendeestatus", "approvalstatus", "registrationstatus", "status"),
}  # fmt: skip
# Headers of an address, which are used if no other column names the state.
_ADDRESSES = (
    "stateprovince", "stateprovinceregion", "workstate", "businessstate", "homestate", "workstateprovince",
    "homestateprovince", "address1region", "address2region", "region", "province",
)  # fmt: skip
_SCREEN_NAMES = frozenset({"displayname", "nameoriginalname", "usernameoriginalname", "username", "screenname"})
_QUESTION = re.compile(r"\b(state|territory|jurisdiction)\b")
_NO_QUESTION = re.compile(
    r"\b(zip|country|city|director|united|leader|role|status|email|phone|name|title|agency|time)\b"
)
_OF_THE_BUYER = re.compile(r"^(buyer|billing|purchaser|shipping|ordered by)\b")
_ALL_ALIASES = frozenset(alias for aliases in COLUMN_ALIASES.values() for alias in aliases)
# Lowercase letters and digits. Everything else in ASCII is deleted.
_PLAIN_LETTERS = {code: chr(code).lower() if chr(code).isalnum() else None for code in range(128)}
_SAMPLE_ROWS, _MOST, _HALF, _FEWEST = 200, 0.8, 0.5, 2
_BY_CONTENT = ("email", "jurisdiction", "role")
_JOB_TITLES = frozenset({"jobtitle", "positiontitle", "position", "worktitle", "title"})
# Postal abbreviations that are also words. Zoom has OK in the column of responses to a disclaimer.
_ALSO_WORDS = frozenset({"hi", "in", "me", "ok", "or"})
_NO_ADDRESS = "anonymous"  # in the column of addresses of Microsoft Forms, if no one signs in

CellCheck = Callable[[str], bool]
"""Whether a text can be a value of a column."""


@lru_cache(maxsize=2_000)
def squeeze_header(header: str) -> str:
    """The header without spaces, punctuation, case, and "Your" before it. Columns about a buyer have none."""
    squeezed = "" if _OF_THE_BUYER.match(plain_header(header)) else re.sub(r"[\W_]+", "", header.casefold())
    return squeezed.removeprefix("your")


def match_columns(names: Sequence[str]) -> dict[str, int]:
    """The column of each role among the names of a row: known headers first, then headers that are questions."""
    squeezed = [squeeze_header(name) for name in names]
    places = _find_aliases(squeezed, COLUMN_ALIASES)
    free = _free_names(names, squeezed, places)
    if len(list(filter(None, names))) > 1 and not any(map(EMAIL.search, names)):
        places |= _find_aliases([squeeze_header(strip_header(name)) for name in free], _missing(places))
        places |= find_questions(_free_names(names, squeezed, places), places)
    if places and "jurisdiction" not in places:
        place = _find_question(names, squeezed, places)
        if place is None:
            place = next((squeezed.index(one) for one in _ADDRESSES if one in squeezed), None)
        if place is not None:
            places["jurisdiction"] = place
    return places


def _missing(places: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
    """The headers of columns that are not found yet, of those that forms ask for."""
    return {
        column: aliases
        for column, aliases in COLUMN_ALIASES.items()
        if column not in places and column not in {"person", "status"}
    }


def _free_names(names: Sequence[str], squeezed: Sequence[str], places: Mapping[str, int]) -> list[str]:
    """The names that may still name a column; the others are empty."""
    return [
        name if squeezed[at] and at not in places.values() and not is_of_quiz(name) else ""
        for at, name in enumerate(names)
    ]


def _find_aliases(squeezed: Sequence[str], wanted: Mapping[str, Sequence[str]]) -> dict[str, int]:
    return {
        column: place
        for column, aliases in wanted.items()
        if (place := next((squeezed.index(alias) for alias in aliases if alias in squeezed), None)) is not None
    }


def match_filled_columns(
    names: Sequence[str], rows: Sequence[Sequence[str]], match: Callable[[Sequence[str]], dict[str, int]]
) -> dict[str, int]:
    """As ``match``, but of columns that can have a role, one with values is preferred to one without any.

    A survey without sign-in has an empty column of names, and a question for the name.
    """
    filled = {
        place
        for row in rows[:_SAMPLE_ROWS]
        for place, text in enumerate(row)
        if text and text.casefold() != _NO_ADDRESS
    }
    return match(names) | match([name if place in filled else "" for place, name in enumerate(names)])


def is_header_row(names: Sequence[str]) -> bool:
    """True if two or more cells are known headers."""
    known = (name for name in names if 0 < len(name) < 60 and _may_be_header(name))
    return sum(squeeze_header(name) in _ALL_ALIASES for name in known) > 1


def _may_be_header(name: str) -> bool:
    """False for nearly every cell that is no known header, at a fraction of the time of ``squeeze_header``."""
    return not name.isascii() or name.translate(_PLAIN_LETTERS) in _ALL_ALIASES


def is_screen_name(header: str) -> bool:
    """True for a header of names that people give themselves in a meeting."""
    return squeeze_header(header) in _SCREEN_NAMES


def is_job_title(header: str) -> bool:
    """True for a header of titles of positions, of which some are roles."""
    return squeeze_header(header) in _JOB_TITLES


def correct_by_content(
    names: Sequence[str],
    places: Mapping[str, int],
    rows: Sequence[Sequence[CellValue]],
    checks: Mapping[str, CellCheck],
    named: Collection[str],
) -> dict[str, int]:
    """The columns, corrected by what their cells contain, with missing ones that most of their cells give away.

    ``checks`` has the columns whose values are recognized. The columns in ``named`` were chosen, so they stay.
    """
    kept = {
        column: place
        for column, place in places.items()
        if column in named or not _is_contradicted(names[place], rows, place, checks.get(column))
    }
    name = kept.get("name")
    if name is not None and not {"name", "email"} & {*named} and _share(rows, name, is_address) >= _MOST:
        # Google Forms calls the address that people signed in with their user name.
        chosen = {column: place for column, place in kept.items() if column in named}
        free = ["" if at in {name, *chosen.values()} else text for at, text in enumerate(names)]
        kept = {**match_columns(free), **chosen, "email": name}
    for column in _BY_CONTENT:
        if column in kept or column not in checks:
            continue
        for place, header in enumerate(names):
            is_free = place not in kept.values() and squeeze_header(header)
            if is_free and _share(rows, place, checks[column]) >= _MOST and not _has_only_words(rows, place):
                kept[column] = place
                break
    if "role" not in kept and (check := checks.get("role")):
        titles = (at for at, name in enumerate(names) if is_job_title(name) and at not in kept.values())
        titled = next((at for at in titles if any(map(check, _filled(rows, at)))), None)
        kept |= {} if titled is None else {"role": titled}
    return kept


def _has_only_words(rows: Sequence[Sequence[CellValue]], place: int) -> bool:
    """Whether every first cell is a word that can be taken for a state."""
    return {text.casefold() for text in _filled(rows, place)} <= _ALSO_WORDS


def is_address(text: str) -> bool:
    """Whether a cell has an email address and nothing else."""
    return bool(EMAIL.fullmatch(text))


def _is_contradicted(name: str, rows: Sequence[Sequence[CellValue]], place: int, check: CellCheck | None) -> bool:
    """Whether a column that a question seemed to ask for has other values."""
    if check is None or squeeze_header(name) in _ALL_ALIASES or _QUESTION.search(plain_header(name)):
        return False
    return bool(_filled(rows, place)) and _share(rows, place, check, fewest=1) < _HALF


def _share(rows: Sequence[Sequence[CellValue]], place: int, check: CellCheck, fewest: int = _FEWEST) -> float:
    """The part of a column's first cells that pass the check; 0 if fewer than ``fewest`` are filled."""
    filled = _filled(rows, place)
    return sum(map(check, filled)) / len(filled) if len(filled) >= fewest else 0.0


def _filled(rows: Sequence[Sequence[CellValue]], place: int) -> list[str]:
    cells = (cell_text(row[place]) for row in rows[:_SAMPLE_ROWS] if place < len(row))
    return [text for text in cells if text]


def _find_question(names: Sequence[str], squeezed: Sequence[str], places: Mapping[str, int]) -> int | None:
    """The column whose header asks for the state, such as ``Which state or territory do you represent?``."""
    for place, name in enumerate(names):
        plain = plain_header(name[:300])
        is_free = place not in places.values() and squeezed[place] and squeezed[place] not in _ADDRESSES
        if is_free and _QUESTION.search(plain) and not _NO_QUESTION.search(plain):
            return place
    return None
