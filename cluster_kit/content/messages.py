"""The messages that staff send around a session: ``messages.yaml``, and the fields that they may contain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from pydantic import Field

from cluster_kit.content import folders as at
from cluster_kit.content.documents import LocatedMapping
from cluster_kit.content.findings import Findings
from cluster_kit.content.folders import Folders
from cluster_kit.content.models import ContentModel, Roles, SchemaVersion, Slug, Text
from cluster_kit.content.pack_reader import Reader, load_files
from cluster_kit.content.parts import Located
from cluster_kit.content.templates import find_template_problem
from cluster_kit.content.validation_errors import did_you_mean

MESSAGES_FILE, VALUES_FILE = "messages.yaml", "message_values.yaml"
CALL_LINK = "call_link"
"""The own field with the address of the video call, which calendar files and prework packets name, too."""

FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "first_name": "the person's first name",
        "name": "the person's full name",
        "role": "the title of the person's role",
        "state": "the name of the person's state",
        "series_title": "the title of the series",
        "session_count": "the number of sessions in the series, in words",
        "session_list": "a list of all sessions, with their times in the state's zone, and who should attend",
        "first_date": "the date of the first session, in the state's zone",
        "last_date": "the date of the last session, in the state's zone",
        "session_number": "the session's number",
        "session_title": "the session's title",
        "session_question": "the question that the session answers",
        "session_purpose": "what the session is for",
        "session_minutes": "the session's length in minutes",
        "session_date": "the session's date, in the state's zone",
        "session_start": "the session's starting time, in the state's zone",
        "session_when": "the session's date and times, in all time zones of the state",
        "primer_page": "the address of the primer on the Framework",
        "prepare": "a list of what to bring",
        "outcomes": "a list of the session's learning outcomes",
        "agenda": "a list of the session's segments, with their starting times in the state's zone",
        "prework": "a list of the exercises before the session, with their minutes",
        "prework_minutes": "the minutes of all prework together",
        "follow_up": "a list of the exercises after the session, with their minutes, except the check-in",
        "examples_title": "the title of the exercise in which a state records an example",
        "example_questions": "a list of the questions to a state that shares an example",
        "next_steps_title": "the title of the exercise in which a team writes its next steps",
        "next_steps_minutes": "the minutes of that exercise",
        "check_in_title": "the title of the exercise for check-ins",
        "check_in_minutes": "the minutes of that exercise",
        "next_session_number": "the next session's number",
        "next_session_title": "the next session's title",
        "next_session_question": "the question that the next session answers",
        "next_session_date": "the next session's date, in the state's zone",
        "next_session_when": "the next session's date and times, in all time zones of the state",
        "next_session_roles": "the roles that should attend the next session",
        "session_next_steps": "a list of the team's open next steps from this session",
        "next_steps": "a list of all open next steps of the team",
        "link": "the person's own link",
        "withdraw_link": "the link with which a person who registered withdraws; empty for everyone else",
        "join_page": "the address at which people join with a team code",
        "server": "the server's address",
        "team_code": "the team code of the person's state",
        "send_date": "the day on which to send the message",
        "reply_by": "a week after that day; at the latest, the day before the session",
        "access_by": "the day by which to ask for accommodations: two weeks before the session",
        "days_after": "the number of days between the session and the message",
    }
)
"""The fields that the kit fills in, with what each contains."""


class Recipients(StrEnum):
    """Who receives a message."""

    INVITED = "invited"
    ATTENDED = "attended"
    WITHOUT_NEXT_STEPS = "without_next_steps"
    NAMED_STATES = "named_states"
    REGISTERED = "registered"


class OwnField(ContentModel):
    """A field that only the organization knows. Its value is in ``values``, or is given when a message is written."""

    id: Slug
    about: Text
    optional: bool = False


class MessageTemplate(ContentModel):
    """A message. ``days`` are counted from the session; the message is sent once on each of them.

    ``relative_to``: the session that it is written for, or always the series' first or last one. ``roles`` empty means
    all roles. People without a value for a field in ``only_with`` do not receive it.
    """

    id: Slug
    title: Text
    relative_to: Literal["session", "first_session", "last_session"] = "session"
    days: tuple[int, ...] = Field(min_length=1)
    to: Recipients
    roles: tuple[Slug, ...] = ()
    only_with: tuple[Slug, ...] = ()
    subject: Text
    body: Text


class MessagePack(ContentModel):
    """All messages of a series. ``signature`` has the lines at the end of each; ``values`` are those of own fields."""

    schema_version: SchemaVersion
    fields: tuple[OwnField, ...] = ()
    values: dict[str, str] = Field(default_factory=dict)
    signature: tuple[Text, ...] = ()
    messages: tuple[MessageTemplate, ...] = Field(min_length=1)

    def find_message(self, message_id: str) -> MessageTemplate | None:
        """The message with this id, or None."""
        return next((message for message in self.messages if message.id == message_id), None)


class MessageValues(ContentModel):
    """The values of own fields in a file of their own, so that an organization need not copy the messages."""

    schema_version: SchemaVersion
    values: dict[str, str]


def load_messages(series: str, overlay: Path | None = None) -> MessagePack:
    """The messages of a series: its own, else those of all series; the overlay's before the shipped ones.

    Raises ``ContentError`` with every problem of the file.
    """
    return load_files(overlay, lambda reader: read_messages(reader, series))


def find_call_link(series: str, overlay: Path | None) -> str:
    """The address of the video call, or an empty string if none is set. Raises ``ContentError``."""
    return load_messages(series, overlay).values.get(CALL_LINK, "").strip()


def read_messages(reader: Reader, series: str) -> MessagePack | None:
    """The messages, checked; None, with problems added to the reader, if they are invalid."""
    relative = find_messages_file(reader.folders, series)
    located = reader.model(relative, MessagePack)
    roles = reader.model(at.ROLES_FILE, Roles)
    if located is None:
        return None
    found = Findings()
    can_check = roles is not None and _knows_roles(reader.folders, relative)
    _check(located, {role.id for role in roles.model.roles} if roles and can_check else set(), found)
    values = dict(located.model.values)
    for relative in (VALUES_FILE, f"series/{series}/{VALUES_FILE}"):
        if reader.folders.find(relative) and (own := reader.model(relative, MessageValues)):
            _check_values(located.model, own.model.values, own.data, found)
            values |= own.model.values
    reader.problems.extend(found.problems)
    return located.model.model_copy(update={"values": values})


def _knows_roles(folders: Folders, relative: str) -> bool:
    """False if the messages are shipped and the roles are an organization's own, which the messages cannot know."""
    messages, roles = folders.find(relative), folders.find(at.ROLES_FILE)
    top = folders.layers[0]
    return messages is None or roles is None or messages.is_relative_to(top) or not roles.is_relative_to(top)


def find_messages_file(folders: Folders, series: str) -> str:
    """The path within a pack: the series' own file if there is one, else the file for all series."""
    own = f"series/{series}/{MESSAGES_FILE}"
    return own if folders.find(own) else MESSAGES_FILE


def _check_values(pack: MessagePack, values: Mapping[str, str], data: LocatedMapping, found: Findings) -> None:
    known = [field.id for field in pack.fields]
    for name in values:
        if name not in known:
            found.add(data, ("values", name), f"there is no field {name!r} of your own{did_you_mean(name, known)}")


def _check(located: Located[MessagePack], roles: set[str], found: Findings) -> None:
    pack, data = located.model, located.data
    found.unique(data, ((("fields", i), one.id) for i, one in enumerate(pack.fields)), "field")
    found.unique(data, ((("messages", i), one.id) for i, one in enumerate(pack.messages)), "message")
    for i, own in enumerate(pack.fields):
        if own.id in FIELDS:
            found.add(data, ("fields", i, "id"), f"the kit fills in {{{own.id}}} itself: choose another id")
    _check_values(pack, pack.values, data, found)
    known = {*FIELDS, *(own.id for own in pack.fields)}
    for path, template in _templates(pack):
        if problem := find_template_problem(template, known):
            found.add(data, path, problem)
    for i, message in enumerate(pack.messages):
        found.known(data, ("messages", i, "roles"), message.roles, roles, "role")
        found.known(data, ("messages", i, "only_with"), message.only_with, FIELDS, "field")
        if len(set(message.days)) < len(message.days):
            found.add(data, ("messages", i, "days"), "a day is listed twice: once is enough")


def _templates(pack: MessagePack) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every template of the file with its place."""
    lines: Iterable[tuple[int, str]] = enumerate(pack.signature)
    yield from ((("signature", i), line) for i, line in lines)
    for i, message in enumerate(pack.messages):
        yield ("messages", i, "subject"), message.subject
        yield ("messages", i, "body"), message.body
