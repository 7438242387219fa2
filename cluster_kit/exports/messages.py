"""Messages for mail merge: who receives one, its day, and what it says to each person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cluster_kit.content.facilitation import find_facilitation
from cluster_kit.content.messages import VALUES_FILE, MessagePack, MessageTemplate, Recipients
from cluster_kit.content.models import Content
from cluster_kit.content.templates import list_fields
from cluster_kit.content.times import meeting_span
from cluster_kit.content.validation_errors import find_closest_word
from cluster_kit.errors import UsageError
from cluster_kit.exports.message_attachments import Attachment, AttachmentChoice, AttachmentFinder
from cluster_kit.exports.message_fields import JoinDetails, MessageFields, nearest_weekday, one_line
from cluster_kit.exports.message_text import Value, WrittenMessage, write_message
from cluster_kit.roster.people import on_roster
from cluster_kit.roster.registrations import latest_confirmed
from cluster_kit.store import Person, Store
from cluster_kit.text import join_words

LINK_FIELDS = frozenset({"link", "withdraw_link", "join_page", "primer_page", "server", "team_code"})
_TO = {
    Recipients.INVITED: "everyone invited",
    Recipients.ATTENDED: "everyone who attended",
    Recipients.WITHOUT_NEXT_STEPS: "everyone invited from states without a next step",
    Recipients.NAMED_STATES: "the states that you name",
    Recipients.REGISTERED: "everyone whose registration is confirmed",
}


@dataclass(frozen=True)
class MessageRequest:
    """Which message to write, for which session, with which values for the organization's own fields.

    ``states`` limits the message to these states (two-letter abbreviations). ``files`` go with the message. ``in_call``
    are the ids of people who were in the video call, and so attended, also without the session's page.
    """

    message: str
    session: int
    values: Mapping[str, str] = field(default_factory=dict)
    states: tuple[str, ...] = ()
    files: AttachmentChoice = field(default_factory=AttachmentChoice)
    in_call: frozenset[str] = frozenset()


@dataclass(frozen=True)
class AddressedMessage:
    """A message to one person. ``attachments`` are the files to send with it."""

    person: Person
    state: str
    written: WrittenMessage
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class MessageBatch:
    """One message to all its recipients, to send on ``day``, which is ``days`` after the session."""

    message: MessageTemplate
    session: int
    day: dt.date
    days: int
    messages: tuple[AddressedMessage, ...]

    @property
    def name(self) -> str:
        """The name of its files, and of the mailing in the log of sent messages."""
        after = f"-{self.days}" if len(self.message.days) > 1 else ""
        return f"session-{self.session}-{self.message.id}{after}"


@dataclass(frozen=True)
class MessagePlan:
    """The batches, one per day, and who is not in them: people without an address, and states without recipients.

    ``states_without_files``: those whose people get no packet, although a folder of packets was named.
    """

    batches: tuple[MessageBatch, ...]
    without_email: tuple[str, ...]
    states_without: tuple[str, ...]
    states_without_files: tuple[str, ...] = ()


@dataclass(frozen=True)
class ListedMessage:
    """A message in the overview: when it is sent, to which people, and the organization's fields without a value."""

    id: str
    title: str
    session: int
    days: tuple[dt.date, ...]
    to: str
    missing: tuple[str, ...]


def list_messages(content: Content, pack: MessagePack, session: int) -> list[ListedMessage]:
    """Every message for this session, in the order in which they are sent."""
    content.get_session(session)
    listed = []
    for message in pack.messages:
        number = find_session(content, message, session)
        days = tuple(send_day(content, number, days) for days in message.days)
        roles = content.role_titles
        only = f", only {', '.join(roles.get(role, role) for role in message.roles)}" if message.roles else ""
        missing = tuple(_missing(pack, message, {}))
        listed.append(ListedMessage(message.id, message.title, number, days, _TO[message.to] + only, missing))
    return sorted(listed, key=lambda one: one.days[0])


def get_message(pack: MessagePack, message_id: str) -> MessageTemplate:
    """The message with this id. Raises ``UsageError`` with all ids if there is none."""
    found = pack.find_message(message_id)
    if found is None:
        known = [message.id for message in pack.messages]
        near = find_closest_word(message_id, known)
        suggestion = f" Did you mean {near!r}?" if near else ""
        raise UsageError(f"There is no message {message_id!r}.{suggestion} The messages are {', '.join(known)}.")
    return found


def needs_address(pack: MessagePack, message: MessageTemplate) -> bool:
    """True if the message contains a link, a code, or an address of the server."""
    return bool(LINK_FIELDS & set(used_fields(pack, message)))


def used_fields(pack: MessagePack, message: MessageTemplate) -> list[str]:
    """The fields in the message and the signature, in order, without repetitions."""
    templates = (message.subject, message.body, *pack.signature)
    return list(dict.fromkeys(name for template in templates for name in list_fields(template)))


def find_session(content: Content, message: MessageTemplate, session: int) -> int:
    """The session that the message is about: the given one, or always the first or the last."""
    numbers = [session.number for session in content.sessions]
    return {"session": session, "first_session": min(numbers), "last_session": max(numbers)}[message.relative_to]


def send_day(content: Content, session: int, days: int) -> dt.date:
    """The day on which to send a message, never on a weekend unless the session is."""
    day = content.get_meeting(session).date + dt.timedelta(days=days)
    return day if days == 0 else nearest_weekday(day, forward=days > 0)


def is_too_late(content: Content, batch: MessageBatch, now: dt.datetime) -> bool:
    """Whether the session is over and the message is meant for before it, or for its day, which is past."""
    end = meeting_span(content, batch.session)[1]
    return (batch.days < 0 and end <= now) or (batch.days == 0 and end.date() < now.astimezone(end.tzinfo).date())


def plan_messages(
    content: Content,
    pack: MessagePack,
    store: Store,
    request: MessageRequest,
    overlay: Path | None,
    join: JoinDetails | None,
) -> MessagePlan:
    """Fill in a message for each of its recipients.

    Raises ``UsageError`` if a field has no value, or if no one receives the message, with the reason.
    """
    message = get_message(pack, request.message)
    number = find_session(content, message, request.session)
    own = _own_values(pack, message, request.values)
    chosen = _choose_recipients(content, store, message, number, request)
    fields = MessageFields(content, store, find_facilitation(content, overlay), message, number)
    if message.to is Recipients.WITHOUT_NEXT_STEPS:
        chosen = [one for one in chosen if not any(a.session == number for a in fields.actions_of(one.jurisdiction))]
    mailed = [person for person in chosen if person.email.strip()]
    writer = _Writer(content, pack, message, AttachmentFinder(content, request.files, number))
    batches = []
    for days in message.days:
        day = send_day(content, number, days)
        values = [(one, {**fields.of_person(one, join, day, days), **own}) for one in mailed]
        wanted = [(one, filled) for one, filled in values if all(filled[name] for name in message.only_with)]
        written = tuple(writer.address(one, filled) for one, filled in wanted)
        batches.append(MessageBatch(message, number, day, days, written))
    if not any(batch.messages for batch in batches):
        raise UsageError(_explain_none(message, number, request.states, chosen, mailed))
    invited = {person.jurisdiction for person in on_roster(store.people(content.series.id)) if person.jurisdiction}
    reached = {message.person.jurisdiction for batch in batches for message in batch.messages}
    silent = sorted(invited - reached) if message.roles and not request.states else []
    unmailed = tuple(f"{one_line(one.name)} ({one.jurisdiction})" for one in chosen if one not in mailed)
    without = sorted(code for code in reached if request.files.packets and not writer.files.has_packet(code))
    return MessagePlan(tuple(batches), unmailed, tuple(silent), tuple(without))


@dataclass(frozen=True)
class _Writer:
    """Writes a message to a person."""

    content: Content
    pack: MessagePack
    message: MessageTemplate
    files: AttachmentFinder

    def address(self, person: Person, values: Mapping[str, Value]) -> AddressedMessage:
        signed = [line for line in self.pack.signature if all(values.get(name) for name in list_fields(line))]
        notice = self.content.series.demonstration_notice
        body = "\n\n".join(part for part in (notice, self.message.body.strip(), "\\\n".join(signed)) if part)
        linked = {"link", "withdraw_link", "join_page", "primer_page", "server", *(one.id for one in self.pack.fields)}
        written = write_message(self.message.subject, body, values, linked)
        code = person.jurisdiction
        return AddressedMessage(person, self.content.get_jurisdiction(code).name, written, self.files.of_state(code))


def _own_values(pack: MessagePack, message: MessageTemplate, given: Mapping[str, str]) -> dict[str, str]:
    known = [one.id for one in pack.fields]
    if unknown := [name for name in given if name not in known]:
        raise UsageError(f"--field cannot set {unknown[0]!r}. It can set {', '.join(known)}.")
    if missing := _missing(pack, message, given):
        about = {one.id: one.about for one in pack.fields}
        listed = "; ".join(f"{name} ({about[name]})" for name in missing)
        raise UsageError(
            f"The message {message.id} needs {listed}."
            f" Add --field {missing[0]}='...', or set it in content/{VALUES_FILE} in the home folder."
        )
    return {one.id: given.get(one.id, pack.values.get(one.id, "")).strip() for one in pack.fields}


def _missing(pack: MessagePack, message: MessageTemplate, given: Mapping[str, str]) -> list[str]:
    used = set(used_fields(pack, message))
    needed = [one for one in pack.fields if one.id in used and not one.optional]
    return [one.id for one in needed if not given.get(one.id, pack.values.get(one.id, "")).strip()]


def _choose_recipients(
    content: Content, store: Store, message: MessageTemplate, session: int, request: MessageRequest
) -> list[Person]:
    """The people that the message is for, by state and name."""
    states = request.states
    if message.to is Recipients.NAMED_STATES and not states:
        raise UsageError(f"The message {message.id} is for states that you name. Add --jurisdiction OH.")
    codes = {content.get_jurisdiction(code).code for code in states}
    people: Iterable[Person] = (person for person in on_roster(store.people(content.series.id)) if person.jurisdiction)
    people = [person for person in people if not codes or person.jurisdiction in codes]
    if message.to is Recipients.ATTENDED:
        present = {presence.person for presence in store.presence(content.series.id, session)}
        people = [person for person in people if person.id in present | request.in_call]
    elif message.to is Recipients.REGISTERED:
        registered = latest_confirmed(store, content.series.id)
        people = [person for person in people if person.id in registered]
    elif not message.roles:
        people = [person for person in people if not person.sessions or session in person.sessions]
    found = [person for person in people if not message.roles or person.role in message.roles]
    return sorted(found, key=lambda one: (one.jurisdiction, one.name.casefold(), one.id))


def _explain_none(
    message: MessageTemplate,
    session: int,
    states: Sequence[str],
    chosen: Collection[Person],
    mailed: Collection[Person],
) -> str:
    where = f" in {', '.join(states)}" if states else ""
    if mailed:
        return f"The message {message.id} has nothing to say about session {session}: {message.only_with[0]} is empty."
    if chosen:
        return (
            f"No recipient of {message.id}{where} has an email address. Add addresses with: cluster-kit roster import."
        )
    if message.to is Recipients.ATTENDED:
        return f"No one{where} is on record as having attended session {session}."
    if message.to is Recipients.WITHOUT_NEXT_STEPS:
        return f"Every invited state{where} has a next step from session {session}. There is no one to remind."
    if message.to is Recipients.REGISTERED:
        return f"No registration{where} is confirmed. To see those that wait: cluster-kit registrations list."
    roles = f" with the role {join_words(message.roles, 'or')}" if message.roles else ""
    return f"The roster has no one{roles}{where} for session {session}. Add people with: cluster-kit roster import."
