"""Registrations on the public page: check the form, and put people on the roster once they are confirmed.

A registration waits until staff approve it, or is confirmed by a rule for the email domain. The rule never changes
anyone who is known already, because no one has verified who filled out the form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from cluster_kit.content.models import Content
from cluster_kit.errors import ClusterKitError, UsageError
from cluster_kit.roster.changes import remove_people
from cluster_kit.roster.importing import import_roster
from cluster_kit.roster.lists.person_cells import is_email, read_person_fields
from cluster_kit.roster.lists.staff_list import Roster
from cluster_kit.roster.names.reserved_names import is_reserved
from cluster_kit.roster.names.similar_names import are_similar
from cluster_kit.roster.names.spellings import is_same_spelling
from cluster_kit.roster.people import LONGEST_NAME, clean_name, is_same_name, mint_id
from cluster_kit.roster.record import BY_COMMAND
from cluster_kit.store import Person, Registration, RegistrationError, Store
from cluster_kit.store.models import LONGEST_NEEDS, email_key, utc_now

NEW = "new"
"""Staff's decision that a registration is of a new person."""
BY_RULE, BY_PERSON = "the rule for the email domain", "the person"
MOST_BY_RULE = 30
"""People of one state that the rule confirms. More wait for staff."""
_ORDER = ("pending", "confirmed", "withdrawn")


class InvalidRegistrationError(ClusterKitError, ValueError):
    """The form cannot be accepted. ``problems`` has a sentence for each field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__(" ".join(self.problems.values()))


@dataclass(frozen=True)
class RegistrationForm:
    """What a person entered. ``sessions`` are numbers as text; ``jurisdiction`` and ``role`` are chosen from lists."""

    name: str = ""
    email: str = ""
    jurisdiction: str = ""
    role: str = ""
    sessions: Sequence[str] = ()
    needs: str = ""


@dataclass(frozen=True)
class RegistrationEntry:
    """A registration for staff, with the state's name and the role's title.

    ``status`` is ``withdrawn`` also for people who were taken off the roster. ``known``: the people that it may
    duplicate, those with the same address first. ``may_be_new``: no address or name is theirs.
    """

    registration: Registration
    state: str
    role: str
    status: str
    known: tuple[Person, ...] = ()
    may_be_new: bool = True

    @property
    def decision(self) -> str:
        """What became of it, such as ``withdrawn by the person``; empty while it is pending."""
        by = self.registration.decided_by
        done = "withdrawn" if by == BY_PERSON else "declined"
        return {"pending": "", "confirmed": f"confirmed by {by}", "withdrawn": f"{done} by {by}"}[
            self.registration.status
        ]


def read_registration(content: Content, form: RegistrationForm) -> Registration:
    """The registration that a person entered. Raises ``InvalidRegistrationError``."""
    name, email, needs = clean_name(form.name), clean_name(form.email), " ".join(form.needs.split())
    sessions = tuple(session.number for session in content.sessions if str(session.number) in form.sessions)
    problems = {}
    if not sessions:
        problems["sessions"] = "Choose at least one session."
    if not name:
        problems["name"] = "Enter your name."
    elif len(name) > LONGEST_NAME:
        problems["name"] = f"The name has {len(name)} characters, and {LONGEST_NAME} is the most. Shorten it."
    if not is_email(email):
        problems["email"] = "Enter an email address, such as ana.reyes@state.gov."
    if form.jurisdiction not in {jurisdiction.code for jurisdiction in content.jurisdictions}:
        problems["jurisdiction"] = "Choose your state or territory."
    if len(needs) > LONGEST_NEEDS:
        problems["needs"] = f"This has {len(needs)} characters, and {LONGEST_NEEDS} is the most. Shorten it."
    if not problems:
        fields = {"name": name, "email": email, "jurisdiction": form.jurisdiction}
        try:
            name = read_person_fields(content, fields).name
        except UsageError as error:
            problems["name"] = str(error)
    if problems:
        raise InvalidRegistrationError(problems)
    return Registration(
        id=mint_id(),
        series=content.series.id,
        jurisdiction=form.jurisdiction,
        name=name,
        email=email,
        role=form.role if form.role in {role.id for role in content.roles} else "",
        sessions=() if len(sessions) == len(content.sessions) else sessions,
        needs=needs,
    )


def list_registrations(content: Content, store: Store, status: str = "") -> list[RegistrationEntry]:
    """The registrations, or those with this status: pending ones first, each group oldest first."""
    people = store.people(content.series.id)
    entries = [_describe(content, people, registration) for registration in store.registrations(content.series.id)]
    chosen = [entry for entry in entries if not status or entry.status == status]
    return sorted(chosen, key=lambda one: _ORDER.index(one.status))


def approve_registration(
    content: Content, store: Store, registration: Registration, by: str = BY_COMMAND, *, who: str = ""
) -> Person:
    """Put the person on the roster as an import does, and confirm the registration.

    ``who`` is the id of the person that it is, who is updated; or ``NEW``. It can be empty if no one who is known may
    be the same person, or if the address and the name are known. Raises ``UsageError`` if staff have to decide that
    first, or if the person cannot be added, and ``RegistrationError`` if the registration is not pending. A call that
    was interrupted can be repeated.
    """
    if registration.status != "pending":
        raise UsageError(f"The registration of {registration.name} is {registration.status} already.")
    same_as = _choose_person(_find_known(store.people(content.series.id), registration), registration, who)
    fields = registration.model_dump(include={"name", "email", "jurisdiction", "role"})
    row = read_person_fields(content, {**fields, "sessions": ", ".join(map(str, registration.sessions))})
    imported = import_roster(content, store, Roster((replace(row, person=same_as),), ()), by=by)
    if imported.problems:
        raise UsageError(imported.problems[0].sentence)
    person = store.find_person(imported.outcomes[0].person)
    if person is None:
        raise UsageError(f"{registration.name} was erased in the meantime.")
    decision = {"status": "confirmed", "person": person.id, "decided_by": by, "decided_at": utc_now()}
    store.decide_registration(registration.model_copy(update=decision))
    return person


def decline_registration(store: Store, registration: Registration, by: str = BY_COMMAND) -> None:
    """Withdraw a pending registration, and delete what the person needs. Raises ``RegistrationError``."""
    decision = {"status": "withdrawn", "needs": "", "decided_by": by, "decided_at": utc_now()}
    store.decide_registration(registration.model_copy(update=decision))


def withdraw_waiting_registration(store: Store, registration_id: str) -> None:
    """Withdraw a registration for the person who sent it, and delete what they need. Only a pending one is changed."""
    registration = store.find_registration(registration_id)
    if registration is not None:
        with suppress(RegistrationError):  # it is not pending; the time that this takes does not tell
            decline_registration(store, registration, BY_PERSON)


def withdraw_own_registration(store: Store, registration_id: str) -> None:
    """Withdraw a registration for the person who sent it, and take them off the roster. What they need is deleted.

    Their answers stay. Does nothing if it is withdrawn already, or if there is none; an interrupted call can be
    repeated.
    """
    registration = store.find_registration(registration_id)
    if registration is None or registration.status == "withdrawn":
        return
    person = store.find_person(registration.person) if registration.person else None
    if person is not None and not person.is_removed:
        remove_people(store, [person], BY_PERSON, "withdrew the registration")
    store.withdraw_registration(registration, BY_PERSON, utc_now())


def find_registered_needs(store: Store, person: Person) -> str:
    """What the person wrote last in a confirmed registration that they need to take part, or an empty string."""
    confirmed = store.registrations(person.series, "confirmed")
    return next((one.needs for one in reversed(confirmed) if one.person == person.id and one.needs), "")


def latest_confirmed(store: Store, series: str) -> dict[str, str]:
    """By person, the id of their registration that was confirmed last."""
    confirmed = store.registrations(series, "confirmed")
    decided = sorted((one.decided_at, one.person, one.id) for one in confirmed if one.decided_at)
    return {person: id_ for _, person, id_ in decided}


def confirmation_days(content: Content, store: Store) -> dict[str, str]:
    """By person, the day on which their latest registration was confirmed, as 2026-02-17 in the zone of the series."""
    zone = ZoneInfo(content.series.time_zone)
    confirmed = store.registrations(content.series.id, "confirmed")
    decided = sorted((one.decided_at, one.person) for one in confirmed if one.decided_at)
    return {person: at.astimezone(zone).date().isoformat() for at, person in decided}


def approve_by_rule(
    content: Content,
    store: Store,
    registration: Registration,
    domains: Mapping[str, Sequence[str]],
    organization: str = "",
) -> Person | None:
    """Confirm the registration if its email domain is one of its state's, or return None: then staff decide.

    ``domains`` include their subdomains. Staff also decide if the person may be known or would be taken for those who
    run the workshop, if another registration of the address waits, and after ``MOST_BY_RULE`` people of the state.
    """
    domain = registration.email.rpartition("@")[2].lower()
    if not any(domain == one or domain.endswith(f".{one}") for one in domains.get(registration.jurisdiction, ())):
        return None
    stored = store.registrations(content.series.id)
    email = email_key(registration.email)
    waiting = [one.id for one in stored if one.status == "pending" and email_key(one.email) == email]
    by_rule = [one for one in stored if one.decided_by == BY_RULE and one.jurisdiction == registration.jurisdiction]
    is_known = bool(_find_known(store.people(content.series.id), registration))
    if waiting != [registration.id] or is_known or len(by_rule) >= MOST_BY_RULE:
        return None
    if is_reserved(registration.name, store.people(content.series.id, ""), organization):
        return None
    return approve_registration(content, store, registration, BY_RULE)


def _choose_person(known: Sequence[Person], registration: Registration, who: str) -> str:
    """The id of the known person that the registration is of, or an empty string for a new person."""
    certain = [
        person.id
        for person in known
        if person.has_email(registration.email) and is_same_spelling(person.name, registration.name)
    ]
    if who:
        return "" if who == NEW else who
    if certain:
        return certain[0]
    if known:
        names = ", ".join(f"{person.name} ({person.id})" for person in known)
        raise UsageError(
            f"{registration.name} may be someone who is known already: {names}. Choose that person or a new one; on the"
            " command line, with --person ID or --new."
        )
    return ""


def _describe(content: Content, people: Sequence[Person], registration: Registration) -> RegistrationEntry:
    person = next((known for known in people if known.id == registration.person), None)
    is_off = person is not None and person.is_removed
    known = _find_known(people, registration) if registration.status == "pending" else ()
    return RegistrationEntry(
        registration=registration,
        state=content.get_jurisdiction(registration.jurisdiction).name,
        role=content.role_titles.get(registration.role, registration.role),
        status="withdrawn" if is_off else registration.status,
        known=known,
        may_be_new=not any(
            each.has_email(registration.email) or is_same_spelling(each.name, registration.name) for each in known
        ),
    )


def _find_known(people: Sequence[Person], registration: Registration) -> tuple[Person, ...]:
    """The people of the series, removed ones included, that this may duplicate."""
    same = [known for known in people if known.has_email(registration.email)]
    team = [known for known in people if known.jurisdiction == registration.jurisdiction and known not in same]
    return (
        *same,
        *(
            known
            for known in team
            if is_same_name(known.name, registration.name) or are_similar(known.name, registration.name)
        ),
    )
