"""Remove people from the roster, bring them back, and put a colleague in someone's place. Answers are never changed.

A removed person keeps their record, because answers, documents, and merges refer to it. Their ``links_since`` is so far
ahead that no link and no session cookie works.
"""

from __future__ import annotations

import datetime as dt

from cluster_kit.content.models import Content
from cluster_kit.errors import UsageError
from cluster_kit.roster.lists.person_cells import is_email
from cluster_kit.roster.people import LONGEST_NAME, clean_name, find_by_name, find_role, mint_id, on_roster
from cluster_kit.roster.record import BY_COMMAND, record_changes
from cluster_kit.store import Person, Store
from cluster_kit.store.models import REMOVED_SINCE, to_the_millisecond


def remove_people(store: Store, people: list[Person], by: str = BY_COMMAND, details: str = "") -> list[Person]:
    """Take these people off the roster, and return them as stored. Their links and session cookies stop working.

    ``details``: why, for the record.
    """
    changed = [person.model_copy(update={"links_since": REMOVED_SINCE}) for person in people]
    stored = [store.change_person(person, only={"links_since"}) for person in changed]
    record_changes(store, stored, "removed", by, details)
    return stored


def restore_person(store: Store, person: Person, now: dt.datetime, by: str = BY_COMMAND) -> Person:
    """Put a removed person back on the roster. Links that were made before ``now`` stay void."""
    restored = store.change_person(as_restored(person, now), only={"links_since"})
    record_changes(store, [restored], "restored", by)
    return restored


def as_restored(person: Person, now: dt.datetime) -> Person:
    """The person as ``restore_person`` stores them; someone who was not removed, unchanged."""
    return person.model_copy(update={"links_since": to_the_millisecond(now)}) if person.is_removed else person


def plan_replacement(
    content: Content, store: Store, person: Person, *, name: str, email: str, role: str = ""
) -> Person:
    """The colleague who takes this person's place, not yet stored: same team and sessions, and the role or another.

    Raises ``UsageError`` for a name, address, or role that cannot be, for a colleague who is on the roster already, and
    if the person was removed before.
    """
    called, address = clean_name(name), clean_name(email)
    does = find_role(content, role) if role else person.role
    if person.is_removed:
        raise UsageError(f"{person.name} is not on the roster. To add a person: cluster-kit roster import.")
    if not called or len(called) > LONGEST_NAME:
        raise UsageError(f"Write the colleague's name, with {LONGEST_NAME} characters at most.")
    if not is_email(address):
        raise UsageError(f"Write the colleague's email address, such as ana.reyes@state.gov, not {address[:60]!r}.")
    if does is None:
        raise UsageError(f"There is no role {role!r}. Roles are {', '.join(role.id for role in content.roles)}.")
    people = on_roster(store.people(content.series.id))
    same = next((person for person in people if person.has_email(address)), None)
    same = same or find_by_name((one for one in people if one.jurisdiction == person.jurisdiction), called)
    if same:
        raise UsageError(
            f"{same.name} ({same.id}) is on the roster already. To take {person.name} off the roster: "
            f"cluster-kit roster remove {person.id}."
        )
    return Person(
        id=mint_id(),
        series=person.series,
        jurisdiction=person.jurisdiction,
        name=called,
        email=address,
        role=does,
        sessions=person.sessions,
    )


def replace_person(store: Store, person: Person, colleague: Person, by: str = BY_COMMAND) -> Person:
    """Store the planned colleague, and take the person off the roster."""
    added = store.add_person(colleague)
    record_changes(store, [added], "added", by, f"in the place of {person.name}")
    removed = person.model_copy(update={"links_since": REMOVED_SINCE})
    store.change_person(removed, only={"links_since"})
    record_changes(store, [person], "replaced", by, f"by {added.name}")
    return added
