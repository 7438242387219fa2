"""Names in exports of meetings and address books: ``Reyes, Ana``, ``Ana <a@b.gov>``, ``OH - Ana (she/her)``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cluster_kit.roster.names.states import StateNames
from cluster_kit.roster.people import clean_name

EMAIL = re.compile(r"[^@\s,;<>()\[\]\"]+@[^@\s,;<>()\[\]\"]+\.[^@\s,;<>()\[\]\"]+")
_WITH_EMAIL = re.compile(rf"(?P<name>.*?)\s*[<(\[]\s*(?:mailto:)?(?P<email>{EMAIL.pattern})\s*[>)\]]")
_IN_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_PRONOUN = r"(?:she|her|hers|he|him|his|they|them|theirs|ze|zir|xe|xem|ella|él|elle)"
_PRONOUNS = re.compile(rf"(?<!\w){_PRONOUN}(?:\s*[/,|]\s*{_PRONOUN})+(?!\w)", re.IGNORECASE)
# What meeting programs add to a name.
_LABELS = frozenset(
    {"guest", "external", "unverified", "host", "cohost", "co-host", "me", "organizer", "presenter", "you", "phone"}
)
_BETWEEN = re.compile(r"\s*[|–—•·/_]\s*|\s+-\s+|\s*:\s+")
_CODE_FIRST = re.compile(r"([A-Z]{2})(?:\s*[-,.]\s*|\s+(?=\S+\s))(\S.*)")
_CODE_LAST = re.compile(r"(\S+\s.*?)(?:\s*[,-]\s*|\s+)([A-Z]{2})")
_SUFFIX = re.compile(
    r"(jr|sr|ii|iii|iv|ph\.? ?d|ed\.? ?d|ed\.? ?s|m\.? ?ed|mba|mpa|m\.?[ads]|cpa|esq|j\.?d|rn)\.?",
    re.IGNORECASE,
)
_JOB = re.compile(
    r"\b(director|coordinator|manager|specialist|consultant|dean|principal|teacher|chair|superintendent|supervisor"
    r"|administrator|lead|analyst|cte|officer|associate|assistant|department|state|college)\b",
    re.IGNORECASE,
)
_PARTICLES = frozenset(
    {"de", "del", "la", "las", "los", "van", "von", "der", "den", "di", "da", "st", "st.", "mc", "al", "el"}
)
_MOST_WORDS = 2


@dataclass(frozen=True)
class WrittenName:
    """The name, and the email address and the state's code beside it."""

    name: str
    email: str = ""
    state: str = ""


def read_written_name(text: str, states: StateNames, *, is_screen_name: bool = False) -> WrittenName:
    """The name in a cell.

    Pronouns, and what a meeting program adds, are left out. A state beside the name is recognized in brackets, and in
    a screen name also after a dash or a bar. A screen name may have the account's name in brackets, which is taken.
    """
    text, email = _take_email(clean_name(text))
    rest, state, account = _take_brackets(text, states)
    rest = _without_pronouns(rest)
    if is_screen_name:
        rest, found = _take_state(rest, states)
        state = state or found
        if len(account.split()) >= _MOST_WORDS:
            rest, account = account, ""
    elif account:
        rest, account = _without_pronouns(text), ""
    return WrittenName(put_first_name_first(rest) or text, email, state)


def strip_pronouns(name: str) -> str:
    """The name without pronouns and the brackets around them."""
    kept = _without_pronouns(name)
    return name if kept == name else _tidy(re.sub(r"[(\[]\s*[)\]]", " ", kept)) or name


def _take_email(text: str) -> tuple[str, str]:
    """The text without an address in brackets and the quotation marks of an address book, and that address."""
    found = _WITH_EMAIL.fullmatch(text) if "@" in text else None
    if not found:
        return text, ""
    name = found["name"].strip().strip("\"'").strip()
    return name or found["email"], found["email"]


def _take_brackets(text: str, states: StateNames) -> tuple[str, str, str]:
    """The text without what is in brackets, the state among that, and what else there was."""
    if not _IN_BRACKETS.search(text):
        return text, "", ""
    state, others = "", []
    for found in _IN_BRACKETS.finditer(text):
        inside = _without_pronouns((found[1] or found[2] or "").strip())
        for part in filter(None, map(str.strip, inside.split(","))):
            if code := states.find_label(part):
                state = state or code
            elif part.casefold() not in _LABELS:
                others.append(part)
    return _tidy(_IN_BRACKETS.sub(" ", text)) or text, state, others[0] if others else ""


def _without_pronouns(text: str) -> str:
    may_have_some = "/" in text or "," in text or "|" in text
    return _tidy(_PRONOUNS.sub(" ", text)) if may_have_some and _PRONOUNS.search(text) else text


def _take_state(text: str, states: StateNames) -> tuple[str, str]:
    """The name and the state of a screen name; the text and no state if there is none."""
    parts = [part for part in _BETWEEN.split(text) if part.strip()]
    if len(parts) > 1:
        for place, keep in ((0, parts[1]), (-1, parts[0]), (1, parts[0])):
            if code := states.find_label(parts[place]) or states.find_agency(parts[place]):
                return _tidy(keep), code
    if (first := _CODE_FIRST.fullmatch(text)) and (code := states.find_label(first[1])):
        return _tidy(first[2]), code
    if not text.isupper() and (last := _CODE_LAST.fullmatch(text)) and (code := states.find_label(last[2])):
        return _tidy(last[1]), code
    name, comma, place_name = text.rpartition(",")
    if comma and " " in name.strip() and (code := states.find_label(place_name.strip())):
        return _tidy(name), code
    return text, ""


def put_first_name_first(name: str) -> str:
    """``Reyes, Ana`` as ``Ana Reyes``. Other names, such as ``Ana Reyes, PhD``, are returned unchanged."""
    if "," not in name:
        return name
    last, *others = [part.strip() for part in name.split(",")]
    suffixes = [part for part in others if _SUFFIX.fullmatch(part)]
    given = [part for part in others if not _SUFFIX.fullmatch(part)]
    if len(given) != 1 or not last or _JOB.search(given[0]):
        return name
    words = [word for word in last.split() if word.casefold() not in _PARTICLES and not _SUFFIX.fullmatch(word)]
    if len(words) > _MOST_WORDS or len(given[0].split()) > _MOST_WORDS or not given[0][:1].isalpha():
        return name
    return ", ".join([f"{given[0]} {last}", *suffixes])


def _tidy(text: str) -> str:
    return " ".join(text.split()).strip(" -–—|,/_")
