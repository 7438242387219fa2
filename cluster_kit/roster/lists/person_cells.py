"""Read and check the cells of one person in a list: name, state, email address, role, and sessions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

from cluster_kit.content.models import Content
from cluster_kit.errors import UsageError
from cluster_kit.roster.lists.columns import COLUMNS
from cluster_kit.roster.lists.report import RosterNotes
from cluster_kit.roster.names.spellings import suggest_role
from cluster_kit.roster.names.states import StateNames
from cluster_kit.roster.names.written_names import WrittenName, read_written_name, strip_pronouns
from cluster_kit.roster.people import FACILITATOR, LONGEST_NAME, clean_name, find_role, fold_name

LONGEST_EMAIL = 200
STATE_MISSING = "The state is missing."
WRITE_STATE = "Write a two-letter abbreviation such as OH"
_FOR_STAFF = f"the role {FACILITATOR}"
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
# What people are in a meeting or an order, not in their state.
_MEETING_ROLES = frozenset(
    {
        "attendee",
        "organizer",
        "co-organizer",
        "presenter",
        "host",
        "co-host",
        "panelist",
        "guest",
        "participant",
        "member",
    }
)
_SESSION = re.compile(r"\bsession\s*#?\s*(\d{1,2})\b", re.IGNORECASE)
# As forms offer them, with a title or a date: Session 1: Kickoff (Feb 16).
_TITLED_SESSION = re.compile(
    rf"{_SESSION.pattern}(?!\s*(?:and|or|to|through)\b)(?:\s*[:(–—]\s*|\s+-\s+|\s+)[^\W\d]", re.IGNORECASE
)
_ALL_SESSIONS = re.compile(r"(all|every)( of the| the)?( \w+)? sessions?|all of them", re.IGNORECASE)
_YES, _NO = frozenset({"all", "y", "yes", "x", "true"}), frozenset({"n", "no", "false"})
# What lists have in the place of an address; Microsoft Forms has the first for people who did not sign in.
_NO_ADDRESSES = frozenset({"anonymous", "n/a", "na", "none", "-"})
_NOT_COMING = frozenset(
    {
        "cancelled",
        "canceled",
        "denied",
        "declined",
        "refunded",
        "not attending",
        "deleted",
        "transferred",
        "void",
        "voided",
    }
)


class BadRowError(Exception):
    """A problem of a row. The message is a sentence.

    ``name`` is that of a person whose cells say no state, which is no problem if it is a known facilitator.
    """

    name: str = ""


@dataclass(frozen=True)
class RosterRow:
    """A person as listed. ``jurisdiction`` is empty for facilitators. ``sessions`` None: the column is missing.

    ``written`` is the name as the list has it, where that is ``Reyes, Ana``, and ``name`` is ``Ana Reyes``.
    """

    line: int
    person: str
    jurisdiction: str
    name: str
    email: str
    role: str
    sessions: tuple[int, ...] | None
    written: str = ""


class PersonCellReader:
    """Reads the cells of people, and adds notes about how they were interpreted to ``notes``.

    ``jurisdiction`` is the state of those whose cells say none.
    """

    def __init__(self, content: Content, states: StateNames, notes: RosterNotes, jurisdiction: str = "") -> None:
        self._content, self._states, self._notes, self._jurisdiction = content, states, notes, jurisdiction

    def read(
        self, line: int, cells: Mapping[str, str], *, is_screen: bool = False, has_job_titles: bool = False
    ) -> RosterRow | None:
        """The person of a row; None for a registration that was cancelled. Raises ``BadRowError``.

        ``is_screen``: the column of names has those that people chose in a meeting. ``has_job_titles``: the column of
        roles has titles of positions, and those that are no role are left out.
        """
        for status, no in ((cells.get("status", ""), _NOT_COMING), (cells.get("sessions", ""), _NO)):
            if status.casefold() in no:
                self._notes.add("not_coming", line, status)
                return None
        listed, written = self._read_name(cells, is_screen=is_screen)
        if len(written.name) > LONGEST_NAME:
            raise BadRowError(
                f"The name has {len(written.name)} characters, and {LONGEST_NAME} is the most. Shorten it."
            )
        role = cells.get("role", "")
        folded = fold_name(role)
        is_facilitator = folded == FACILITATOR
        if folded in _MEETING_ROLES and find_role(self._content, role) is None:
            self._notes.add("meeting_role", line, role)
            role = ""
        several = find_listed_roles(self._content, role)
        if has_job_titles and role and (not several or FACILITATOR in several):  # people type their titles themselves
            self._notes.add("job_title", line, role)
            role, is_facilitator = "", False
        if len(several) > 1 and {*several} != {FACILITATOR}:  # check boxes make no one a facilitator
            self._notes.add("several_roles", line, role)
            role = next(one for one in several if one != FACILITATOR)
        state = cells.get("jurisdiction", "")
        if not state and written.state and not is_facilitator:
            self._notes.add("state_from_name", line, f"{written.name}: {written.state}")
            state = written.state
        if not state and not is_facilitator:
            state = self._jurisdiction
        try:
            code = _jurisdiction(self._states, state, is_facilitator=is_facilitator)
        except BadRowError as error:
            error.name = written.name
            raise
        if code and self._states.find_in_agency(state) and not self._states.find_label(state):
            self._notes.add("state_from_agency", line, f"{state}: {code}")
        address, *others = _split_addresses(cells.get("email", ""))
        if others:
            self._notes.add("several_addresses", line, cells["email"])
        return RosterRow(
            line=line,
            person=cells.get("person", ""),
            jurisdiction=code,
            name=written.name,
            email=_email(address, written.email),
            role="" if is_facilitator else _role(self._content, role),
            sessions=_sessions(self._content, cells["sessions"]) if "sessions" in cells else None,
            written=listed if listed != written.name else "",
        )

    def _read_name(self, cells: Mapping[str, str], *, is_screen: bool) -> tuple[str, WrittenName]:
        """The name as listed, in one column or in two, and what it says."""
        both = " ".join(part for part in (cells.get("first"), cells.get("last")) if part)
        whole = cells.get("name", "")
        if not whole and not both:
            raise BadRowError("The name is missing. Write the name that teammates know the person by.")
        reads_states = not cells.get("jurisdiction") and not self._jurisdiction
        written = read_written_name(whole or both, self._states, is_screen_name=is_screen or reads_states)
        is_split = bool(cells.get("first") and cells.get("last"))  # one field of two may have the whole name
        if both and (is_screen or not whole) and (is_split or is_screen):
            return both, replace(written, name=strip_pronouns(both))
        return whole or both, written


def read_person_fields(content: Content, fields: Mapping[str, str]) -> RosterRow:
    """One person as entered in a form, checked as a row of a list is. ``fields`` are those of ``COLUMNS``.

    Raises ``UsageError`` with what to correct.
    """
    reader = PersonCellReader(content, StateNames(content.jurisdictions), RosterNotes())
    cells = {column: clean_name(fields.get(column, "")) for column in COLUMNS}
    try:
        row = reader.read(1, cells)
    except BadRowError as error:
        raise UsageError(str(error)) from error
    if row is None:
        raise UsageError("The name is missing. Write the name that teammates know the person by.")
    return row


def _jurisdiction(states: StateNames, text: str, *, is_facilitator: bool) -> str:
    if is_facilitator:
        if text:
            raise BadRowError(
                f"A facilitator belongs to no state: leave the state ({text}) empty, or give the person's role in it."
            )
        return ""
    if not text:
        raise BadRowError(f"{STATE_MISSING} {WRITE_STATE}; for staff, {_FOR_STAFF}.")
    code = states.find(text)
    if code is None and len(named := sorted(states.find_named(text))) > 1:
        raise BadRowError(f"{text!r} names more than one state ({', '.join(named)}). {WRITE_STATE}.")
    if code is None:
        near = _suggest(text, states.known)
        raise BadRowError(f"There is no state {text!r}.{near} {WRITE_STATE}; for staff, none and {_FOR_STAFF}.")
    return code


def is_email(text: str) -> bool:
    """Whether this can be an email address."""
    return bool(_EMAIL.fullmatch(text)) and len(text) <= LONGEST_EMAIL


def _email(text: str, beside_name: str) -> str:
    """The address in the cell, also as ``Ana Reyes <ana@state.gov>``; else the one beside the name."""
    text = "" if text.casefold() in _NO_ADDRESSES else text
    bracketed = re.fullmatch(r"[^<>]*<\s*([^<>\s]+)\s*>", text) if "<" in text else None
    address = (bracketed[1] if bracketed else text).removeprefix("mailto:") or beside_name
    if address and not is_email(address):
        raise BadRowError(f"{address[:60]!r} is no email address. Write one such as ana.reyes@state.gov, or none.")
    return address


def _split_addresses(text: str) -> list[str]:
    """The addresses in a cell, if it has several and nothing else; otherwise the text alone."""
    parts = [part.removeprefix("mailto:") for part in re.split(r"[\s,;/|]+|\b(?:and|or)\b", text) if part]
    unique = list({part.casefold(): part for part in reversed(parts)}.values())[::-1]
    return unique if unique and all(map(is_email, unique)) else [text]


def find_listed_roles(content: Content, text: str) -> list[str]:
    """The ids of the roles in a cell, which has several if a form has check boxes; none if one of them is unknown."""
    parts = [part for part in re.split(r"\s*[;,]\s*", text) if part]
    roles = [FACILITATOR if fold_name(part) == FACILITATOR else find_role(content, part) for part in parts]
    found = [role for role in roles if role]
    return found if len(found) == len(parts) else []


def is_list_of_sessions(content: Content, text: str) -> bool:
    """Whether a cell says which sessions a person attends."""
    try:
        return text.casefold() in _NO or _sessions(content, text) is not None
    except BadRowError:
        return False


def _role(content: Content, text: str) -> str:
    if not text:
        return ""
    role = find_role(content, text.rstrip("; "))
    if role is None:
        near = suggest_role(content, text)
        suggestion = f" Did you mean {near}?" if near else ""
        roles = ", ".join([*(role.id for role in content.roles), FACILITATOR])
        raise BadRowError(f"There is no role {text!r}.{suggestion} Roles are {roles}; or leave it empty.")
    return role


def _suggest(text: str, known: Mapping[str, str]) -> str:
    """A suggestion to append to a sentence, or an empty string if nothing is similar."""
    near = get_close_matches(fold_name(text), known, n=1)
    return f" Did you mean {known[near[0]]}?" if near else ""


def _sessions(content: Content, text: str) -> tuple[int, ...]:
    """The sessions in text such as ``1, 3``, ``1-3``, or ``2 and 4``. ``all`` or no text gives an empty tuple."""
    known = {session.number for session in content.sessions}
    if not text or fold_name(text) in _YES or _ALL_SESSIONS.fullmatch(text):
        return ()
    if _TITLED_SESSION.search(text) and "sessions" not in text.casefold():
        text = ", ".join(_SESSION.findall(text))
    named: set[int] = set()
    words = re.sub(r"\bsessions?\b|\band\b|[,;/&]", " ", text.casefold())
    for part in re.sub(r"\s*[-–]\s*", "-", words).split():
        span = re.fullmatch(r"(\d{1,3})(?:-(\d{1,3}))?", part)
        if not span:
            raise BadRowError(f"{text!r} names no sessions. Write their numbers, such as 1, 3, or all.")
        named |= set(range(int(span[1]), int(span[2] or span[1]) + 1))
    unknown = sorted(named - known)
    if unknown or not named:
        there = ", ".join(map(str, sorted(known)))
        raise BadRowError(f"There is no session {unknown[0] if unknown else text!r}. Sessions are {there}, or all.")
    return () if named == known else tuple(sorted(named))
