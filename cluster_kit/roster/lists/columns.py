"""The columns of a list of people, by the headers of spreadsheets, meeting programs, and address books."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from cluster_kit.filetypes import CellValue
from cluster_kit.filetypes.headers import cell_text, plain_header
from cluster_kit.roster.names.states import StateNames
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
_SAMPLE_ROWS, _MOST, _FEWEST = 200, 0.8, 2


@lru_cache(maxsize=2_000)
def squeeze_header(header: str) -> str:
    """The header without spaces, punctuation, case, and "Your" before it. Columns about a buyer have none."""
    squeezed = "" if _OF_THE_BUYER.match(plain_header(header)) else re.sub(r"[\W_]+", "", header.casefold())
    return squeezed.removeprefix("your")


def match_columns(names: Sequence[str]) -> dict[str, int]:
    """The column of each role among the names of a row."""
    squeezed = [squeeze_header(name) for name in names]
    places = {
        column: place
        for column, aliases in COLUMN_ALIASES.items()
        if (place := next((squeezed.index(one) for one in aliases if one in squeezed), None)) is not None
    }
    if places and "jurisdiction" not in places:
        place = _find_question(names, squeezed, places)
        if place is None:
            place = next((squeezed.index(one) for one in _ADDRESSES if one in squeezed), None)
        if place is not None:
            places["jurisdiction"] = place
    return places


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


def find_by_content(
    names: Sequence[str], places: Mapping[str, int], rows: Sequence[Sequence[CellValue]], states: StateNames
) -> dict[str, int]:
    """The columns of states and email addresses, if missing, that most of their cells give away."""
    found: dict[str, int] = {}
    checks = {"email": lambda text: bool(EMAIL.fullmatch(text)), "jurisdiction": lambda text: bool(states.find(text))}
    for role, check in checks.items():
        if role in places:
            continue
        for place, name in enumerate(names):
            if place in places.values() or place in found.values() or not squeeze_header(name):
                continue
            cells = (cell_text(row[place]) for row in rows[:_SAMPLE_ROWS] if place < len(row))
            filled = [text for text in cells if text]
            if len(filled) >= _FEWEST and sum(map(check, filled)) >= _MOST * len(filled):
                found[role] = place
                break
    return found


def _find_question(names: Sequence[str], squeezed: Sequence[str], places: Mapping[str, int]) -> int | None:
    """The column whose header asks for the state, such as ``Which state or territory do you represent?``."""
    for place, name in enumerate(names):
        plain = plain_header(name[:300])
        is_free = place not in places.values() and squeezed[place] and squeezed[place] not in _ADDRESSES
        if is_free and _QUESTION.search(plain) and not _NO_QUESTION.search(plain):
            return place
    return None
