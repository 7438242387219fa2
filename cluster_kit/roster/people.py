"""People in a series: add them to a team or as facilitators, find them, and revoke their links."""

from __future__ import annotations

import datetime as dt
import re
import secrets
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from cluster_kit.content.models import Content
from cluster_kit.errors import ClusterKitError, UsageError
from cluster_kit.roster.names.lookalikes import find_drawn_look, find_look
from cluster_kit.store import Person, Store
from cluster_kit.store.models import email_key, to_the_millisecond
from cluster_kit.text import is_blank

LONGEST_NAME = 80
FACILITATOR = "facilitator"
# Bidirectional controls, zero-width spaces, and soft hyphens: they can spoof a name. The zero-width joiners stay,
# because some scripts need them.
_UNSEEN = re.compile("[\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")

_NOT_NAMES = frozenset({"dr", "mr", "mrs", "ms", "mx", "prof", "jr", "sr", "ii", "iii", "iv", "phd", "edd"})


class UnknownPersonError(ClusterKitError, LookupError):
    """No person, or more than one, matches."""


def clean_name(typed: str) -> str:
    """The name on one line, without invisible characters; empty if nothing of it can be seen."""
    if not (typed.isascii() and typed.isprintable()):
        typed = _CONTROLS.sub(" ", _UNSEEN.sub("", typed))
    return "" if is_blank(typed) else " ".join(typed.split())


def fold_name(name: str) -> str:
    """The normalized name, to compare and to search. Most names that look the same have the same, in any alphabet."""
    return " ".join(find_look(clean_name(name)).split())


def _find_looks(name: str) -> tuple[str, str]:
    """The skeletons of a name: ``fold_name``, and that of its letters as they are written."""
    return fold_name(name), " ".join(find_drawn_look(clean_name(name)).split())


def is_same_look(one: str, other: str) -> bool:
    """Whether two names look the same."""
    return _has_look(one, _find_looks(other))


def _has_look(name: str, look: tuple[str, str]) -> bool:
    """Whether the name has one of these skeletons."""
    return any(mine == other for mine, other in zip(_find_looks(name), look, strict=True))


def split_name(name: str) -> list[str]:
    """The words of a name without accents, punctuation, titles, and suffixes."""
    plain = "".join(
        char for char in unicodedata.normalize("NFKD", fold_name(name)) if unicodedata.category(char) != "Mn"
    )
    words = re.sub(r"['\u2019\u02bc`.]", "", plain)
    return [word for word in re.split(r"[\W_]+", words) if word and word not in _NOT_NAMES]


def is_same_name(one: str, other: str) -> bool:
    """Whether two names differ only in accents, punctuation, case, lookalike letters, titles, or their order."""
    first, second = split_name(one), split_name(other)
    return bool(first) and (sorted(first) == sorted(second) or "".join(first) == "".join(second))


def is_named_in(name: str, text: str) -> bool:
    """Whether a text has this name, as it looks or in another spelling or order."""
    look = _find_looks(name)
    if not look[0]:
        return False
    if any(mine in other for mine, other in zip(look, _find_looks(text), strict=True)):
        return True
    words, found = sorted(split_name(name)), split_name(text)
    starts = range(len(found) - len(words) + 1) if words else ()
    return any(sorted(found[start : start + len(words)]) == words for start in starts)


def find_all_by_name(people: Iterable[Person], name: str) -> list[Person]:
    """The people with this name, in their order. Names that look the same are the same."""
    look = _find_looks(name)
    return [person for person in people if _has_look(person.name, look)]


def find_by_name(people: Iterable[Person], name: str) -> Person | None:
    """The first person with this name, or None."""
    return next(iter(find_all_by_name(people, name)), None)


def find_role(content: Content, named: str) -> str | None:
    """The id of the role with this id or title, ignoring case and how words are joined; None if there is none."""
    words = _role_words(named)
    return next((role.id for role in content.roles if words in (_role_words(role.id), _role_words(role.title))), None)


def _role_words(named: str) -> list[str]:
    return re.split(r"[\s_-]+", fold_name(named))


def find_role_title(content: Content, person: Person) -> str:
    """The title of the person's role, such as Facilitator. Empty without a role; the id of an unknown one."""
    title = content.role_titles.get(person.role, person.role)
    return FACILITATOR.capitalize() if person.is_facilitator else title


def mint_id() -> str:
    """A random id for a new person. Ids appear in exports, so they must not be derivable from a name or an email."""
    return secrets.token_hex(8)


def find_same_person(people: Iterable[Person], name: str) -> Person | None:
    """The person of a team with this name, or None.

    If several share the name: the only one with an email address, because versions before 0.2 added the others from a
    worksheet or workbook. If several have an address: the first without one, because such a file has no addresses.
    """
    alike = find_all_by_name(people, name)
    alike = on_roster(alike) or alike
    listed = [person for person in alike if person.email]
    if len(listed) == 1:
        return listed[0]
    return next((person for person in alike if not person.email), None)


def new_person(series: str, jurisdiction: str, name: str, role: str = "") -> Person:
    """A new person, not yet stored. Use ``ensure_person`` to store one."""
    return Person(id=mint_id(), series=series, jurisdiction=jurisdiction, name=clean_name(name), role=role)


def ensure_person(store: Store, series: str, jurisdiction: str, name: str, role: str = "") -> Person:
    """The person of this name in a team, or among the facilitators (jurisdiction ``""``), added if missing.

    Every source that identifies people only by name (an invitation, a returned worksheet, a reviewed workbook, a
    notebook's parameter) uses this function, so one colleague is one person. Raises ``StoreError``.
    """
    return store.find_or_add_person(
        new_person(series, jurisdiction, name, role), lambda people: find_same_person(people, name)
    )


def invite(content: Content, store: Store, *, name: str, jurisdiction: str = "", role: str = "") -> Person:
    """The person of this name in the state's team, or, without a state, among the facilitators.

    An existing person is returned unchanged; a new one is stored. Raises ``UnknownJurisdictionError``, and
    ``UsageError`` for an unknown role or an empty name.
    """
    state = content.get_jurisdiction(jurisdiction).code if jurisdiction else ""
    does = find_role(content, role) if role else ""
    if does is None:
        raise UsageError(f"There is no role {role!r}. Roles are {', '.join(role.id for role in content.roles)}.")
    called = clean_name(name)
    if not called:
        raise UsageError("The name is empty. Write the name that teammates know the person by.")
    return ensure_person(store, content.series.id, state, called, does)


def get_person(store: Store, series: str, named: str, jurisdiction: str | None = None) -> Person:
    """The person with this id, email address, or name. Raises ``UnknownPersonError`` for none or several.

    If no name is the same, one in another spelling counts: without accents, in another order, or that of a record that
    was merged into another. If the ``jurisdiction`` is given, its people count before those of others.
    """
    people = store.people(series)
    own = [person for person in people if person.jurisdiction == jurisdiction]
    found = (_find_named(store, series, own, named) if own else []) or _find_named(store, series, people, named)
    found = on_roster(found) or found
    if not found:
        raise UnknownPersonError(
            f"No one in series {series} matches {named!r}. Give an id, an email address, or a name."
        )
    if len(found) > 1:
        which = ", ".join(f"{person.id} ({person.jurisdiction or FACILITATOR})" for person in found)
        raise UnknownPersonError(f"More than one person matches {named!r}. Give one of these ids: {which}.")
    return found[0]


def _find_named(store: Store, series: str, people: Sequence[Person], named: str) -> list[Person]:
    """Those of the people with this id, email address, or name, or else with the name in another spelling."""
    found = [person for person in people if person.id == named]
    found = found or [person for person in people if person.has_email(named)]
    found = found or find_all_by_name(people, named)
    found = found or [person for person in people if is_same_name(person.name, named)]
    ids = {person.id for person in people}
    return found or [person for person in _find_merged(store, series, named) if person.id in ids]


def _find_merged(store: Store, series: str, named: str) -> list[Person]:
    """The people whose records were merged, if this is the id, the address, or the name of one of the records."""
    kept = {person.id: person for person in store.merged_people(series).values()}
    records = {one: store.person_rows(one)["people"] for one in kept}
    return [kept[one] for one, rows in records.items() if any(_is_named(row, named) for row in rows)]


def _is_named(row: Mapping[str, str], named: str) -> bool:
    is_address = bool(row["email"]) and email_key(row["email"]) == email_key(named)
    return row["id"] == named or is_address or is_same_look(row["name"], named) or is_same_name(row["name"], named)


def on_roster(people: Iterable[Person]) -> list[Person]:
    """The people without those who were removed from the roster."""
    return [person for person in people if not person.is_removed]


def revoke_links(store: Store, people: Iterable[Person], now: dt.datetime) -> list[Person]:
    """Revoke all links and session cookies issued to these people so far, and return the updated people.

    People who were removed from the roster are left out: they have no links that work.
    """
    since = {"links_since": to_the_millisecond(now)}
    changed = [person.model_copy(update=since) for person in on_roster(people)]
    return [store.change_person(person, only={"links_since"}) for person in changed]
