"""People in a series: putting them into a team or among the facilitators, finding them, taking their links back."""

from __future__ import annotations

import datetime as dt
import re
import secrets
import unicodedata
from collections.abc import Iterable

from cluster_kit.content.models import Content
from cluster_kit.errors import ClusterKitError, UsageError
from cluster_kit.store import Person, Store

LONGEST_NAME = 80
FACILITATOR = "facilitator"
# What cannot be seen and turns what follows around: in a name it can only mislead.
_TURNING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class UnknownPersonError(ClusterKitError, LookupError):
    """Nobody, or more than one person, goes by what was asked for."""


def clean_name(typed: str) -> str:
    """The name on one line, without what cannot be seen."""
    shown = "".join(" " if unicodedata.category(char) == "Cc" else char for char in _TURNING.sub("", typed))
    return " ".join(shown.split())


def fold_name(name: str) -> str:
    """The name as it is compared: two that fold alike are told apart by nobody."""
    return unicodedata.normalize("NFKC", clean_name(name)).casefold()


def find_by_name(people: Iterable[Person], name: str) -> Person | None:
    """The first of the people who goes by this name, or None."""
    folded = fold_name(name)
    return next((person for person in people if fold_name(person.name) == folded), None)


def find_role(content: Content, named: str) -> str | None:
    """The id of the role with this id or title, in any case; None where there is none."""
    folded = fold_name(named)
    return next((role.id for role in content.roles if folded in (role.id.casefold(), role.title.casefold())), None)


def mint_id() -> str:
    """A random id for a new person. Ids appear in exports, so they must not be derivable from a name or an email."""
    return secrets.token_hex(8)


def find_same_person(people: Iterable[Person], name: str) -> Person | None:
    """The one of a team's people who goes by this name, or None.

    Where several share the name, the only one with an email address: the others were added by a worksheet or a
    workbook before 0.2. Where several have one, the first without: a file names nobody by address.
    """
    folded = fold_name(name)
    alike = [person for person in people if fold_name(person.name) == folded]
    listed = [person for person in alike if person.email]
    if len(listed) == 1:
        return listed[0]
    return next((person for person in alike if not person.email), None)


def person_for(series: str, jurisdiction: str, name: str, role: str = "") -> Person:
    """A new person, not yet stored. ``ensure_person`` is the way to store one."""
    return Person(id=mint_id(), series=series, jurisdiction=jurisdiction, name=clean_name(name), role=role)


def ensure_person(store: Store, series: str, jurisdiction: str, name: str, role: str = "") -> Person:
    """The person of this name in a team, or among the facilitators (jurisdiction ``""``), added where there is none.

    Everything that learns of a person by name alone (an invitation, a returned worksheet, a reviewed workbook, a
    notebook's parameter) comes here, so one colleague is one person. Raises what the store raises.
    """
    return store.find_or_add_person(
        person_for(series, jurisdiction, name, role), lambda people: find_same_person(people, name)
    )


def invite(content: Content, store: Store, *, name: str, jurisdiction: str = "", role: str = "") -> Person:
    """The person of this name in the state's team, or without a state among the facilitators.

    Who is there already is returned as they are; anybody else is written into the store. Raises
    ``UnknownJurisdictionError``, and ``UsageError`` for a role that the content does not know or no name.
    """
    state = content.get_jurisdiction(jurisdiction).code if jurisdiction else ""
    does = find_role(content, role) if role else ""
    if does is None:
        raise UsageError(f"There is no role {role!r}. Roles are {', '.join(one.id for one in content.roles)}.")
    called = clean_name(name)
    if not called:
        raise UsageError("The name is empty. Write the name that teammates know the person by.")
    return ensure_person(store, content.series.id, state, called, does)


def get_person(store: Store, series: str, named: str) -> Person:
    """The person whom an id, an email address or a name stands for; ``UnknownPersonError`` for none or several."""
    folded = fold_name(named)
    people = store.people(series)
    found = [person for person in people if person.id == named]
    found = found or [person for person in people if person.email and person.email.casefold() == folded]
    found = found or [person for person in people if fold_name(person.name) == folded]
    if not found:
        raise UnknownPersonError(f"Nobody in series {series} goes by {named!r}. Give an id, an email or a name.")
    if len(found) > 1:
        which = ", ".join(f"{person.id} ({person.jurisdiction or FACILITATOR})" for person in found)
        raise UnknownPersonError(f"More than one person goes by {named!r}. Give one of these ids: {which}.")
    return found[0]


def revoke_links(store: Store, people: Iterable[Person], now: dt.datetime) -> list[Person]:
    """Make every link and every badge void that these people have had so far; the people as they are then."""
    since = now.replace(microsecond=now.microsecond // 1000 * 1000)  # links know no finer
    changed = [person.model_copy(update={"links_since": since}) for person in people]
    return [store.change_person(person, only={"links_since"}) for person in changed]
