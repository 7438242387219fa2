"""The store's models for input and output. They are frozen and reject unknown keys."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, JsonValue, model_validator

from cluster_kit.content.models import Scope
from cluster_kit.models import FrozenModel

MAX_VALUE_BYTES = 200_000
MAX_VALUE_DEPTH = 20
MAX_BASES = 100
LONGEST_NEEDS = 500
"""Characters of what a person needs to take part, in a registration."""
# The kind of the event with which the store notifies a session of an erasure.
ERASURE = "erasure"
# ``links_since`` of people who were removed from the roster: no link works, not even one that is made later.
REMOVED_SINCE = dt.datetime(9000, 1, 1, tzinfo=dt.UTC)
# The kind of the event with which the store notifies a session that two people are one, or are two again.
SAME_PERSON = "same_person"
# The kind of the event with which a rehearsal sets the speed of its session's clocks. No page can send it.
SPEED = "speed"


def utc_now() -> dt.datetime:
    """The current time in UTC."""
    return dt.datetime.now(dt.UTC)


def to_the_millisecond(time: dt.datetime) -> dt.datetime:
    """The time at a link's precision; use it for times that are compared with links."""
    return time.replace(microsecond=time.microsecond // 1000 * 1000)


def encode_value(value: JsonValue) -> str:
    """The canonical JSON of a value. Two values are equal if their JSON is."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True)


def clean_text(text: str) -> str:
    """Text that every database can store: a NUL or lone surrogate becomes U+FFFD."""
    return text.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _clean(value: Any, depth: int = 0) -> Any:
    if depth > MAX_VALUE_DEPTH:
        raise ValueError(f"The answer is nested more than {MAX_VALUE_DEPTH} levels deep, which no prompt asks for.")
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("The answer is not a finite number. Write a number such as 12 or 3.5.")
    if isinstance(value, dict):
        return {clean_text(str(key)): _clean(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(inner, depth + 1) for inner in value]
    return value


def _check_size(value: JsonValue) -> JsonValue:
    size = len(encode_value(value).encode())
    if size > MAX_VALUE_BYTES:
        most = MAX_VALUE_BYTES // 1000
        raise ValueError(f"The answer is {math.ceil(size / 1000)} kB long, and {most} kB is the most. Shorten it.")
    return value


def _like(pattern: str, meaning: str) -> AfterValidator:
    compiled = re.compile(pattern)

    def check(text: str) -> str:
        if not compiled.fullmatch(text):
            raise ValueError(f"{text[:40]!r} is not {meaning}.")
        return text

    return AfterValidator(check)


_SLUG = r"[a-z][a-z0-9_]{0,63}"
Id = Annotated[str, _like(r"[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}", "an id: up to 64 letters, digits and . _ : @ -")]
SeriesId = Annotated[str, _like(r"[a-z0-9][a-z0-9_-]{0,63}", "a series: small letters, digits, - and _")]
SessionNumber = Annotated[int, Field(ge=1, le=999)]
ExerciseId = Annotated[str, _like(_SLUG, "an exercise's id: small letters, digits and _")]
PromptId = Annotated[str, _like(rf"{_SLUG}(\.{_SLUG})?", "a prompt's id, or table.column")]
RowId = Annotated[str, _like(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]{0,64}", "a row: up to 64 characters")]
Code = Annotated[str, _like(r"[A-Z]{2}", "a postal code: two capital letters")]
CodeOrNone = Annotated[str, _like(r"([A-Z]{2})?", "a postal code: two capital letters, or none")]
EventKind = Annotated[str, _like(rf"{_SLUG}(\.{_SLUG})?", "a kind of event: small letters, digits and _")]
Line = Annotated[str, BeforeValidator(_clean), Field(max_length=200)]
Value = Annotated[JsonValue, BeforeValidator(_clean), AfterValidator(_check_size)]


class NewResponse(FrozenModel):
    """An answer as it was typed. ``docs/explanation/architecture.md`` describes each part."""

    id: Id
    series: SeriesId
    session: SessionNumber
    exercise: ExerciseId
    prompt: PromptId
    row: RowId = ""
    jurisdiction: Code
    scope: Scope
    author: Id
    value: Value
    base: Annotated[tuple[Id, ...], Field(max_length=MAX_BASES)] = ()
    content_version: Line = ""

    def is_same_answer(self, other: NewResponse) -> bool:
        """True if both put the same value into the same field, by the same author."""
        parts = {"series", "session", "exercise", "prompt", "row", "jurisdiction", "scope", "author"}
        return self.model_dump(include=parts) == other.model_dump(include=parts) and self.has_same_value(other)

    def has_same_value(self, other: NewResponse) -> bool:
        """True if both have exactly the same value."""
        return encode_value(self.value) == encode_value(other.value)


class Response(NewResponse):
    """A stored answer. ``seq`` is its order of arrival, ``at`` its UTC time of arrival."""

    seq: int
    at: dt.datetime


class Receipt(FrozenModel):
    """The acknowledgment of a response. ``others`` are the current answers that it conflicts with, if any."""

    id: str
    seq: int
    at: dt.datetime
    status: Literal["saved", "duplicate", "conflict"]
    others: tuple[Response, ...] = ()


def email_key(email: str) -> str:
    """The address as it is compared: upper and lower case are the same."""
    return email.strip().casefold()


class Person(FrozenModel):
    """A person who takes part in a series, for a jurisdiction or, if that is empty, as a facilitator.

    ``sessions`` are those that the person is invited to; empty means all. ``depth`` is the depth that they chose, or
    empty. Links issued before ``links_since`` are no longer valid.
    """

    id: Id
    series: SeriesId
    jurisdiction: CodeOrNone
    name: Line
    role: Line = ""
    email: Line = ""
    at: dt.datetime = Field(default_factory=utc_now)
    sessions: tuple[SessionNumber, ...] = ()
    depth: Literal["", "essential", "standard", "full"] = ""
    links_since: dt.datetime | None = None

    @property
    def is_facilitator(self) -> bool:
        """True for a person who runs sessions and belongs to no state."""
        return not self.jurisdiction

    @property
    def is_removed(self) -> bool:
        """True for a person who was removed from the roster. Their answers stay, and their name with them."""
        return self.links_since is not None and self.links_since >= REMOVED_SINCE

    def has_email(self, address: str) -> bool:
        """True if this is the person's address. A person without one has no address, not even an empty one."""
        return bool(self.email) and email_key(self.email) == email_key(address)


class RosterChange(FrozenModel):
    """What staff did with a person on the roster. ``by`` is the name of who did it, or says that it was a command.

    ``details`` are the changed fields with their old and new values, or empty.
    """

    series: SeriesId
    jurisdiction: CodeOrNone
    person: Id
    action: Literal["added", "changed", "removed", "restored", "replaced", "link", "revoked"]
    details: Line = ""
    by: Annotated[Line, Field(min_length=1)]
    at: dt.datetime = Field(default_factory=utc_now)


class TeamCode(FrozenModel):
    """A code that can be read aloud and is valid for joining a state's team until ``ended_at``."""

    code: Id
    series: SeriesId
    jurisdiction: Code
    at: dt.datetime = Field(default_factory=utc_now)
    ended_at: dt.datetime | None = None


class NewEvent(FrozenModel):
    """An action in a live session. ``kind`` says which; ``cluster_kit.sessions`` defines the kinds.

    ``subject`` is its object, in the kind's own notation; ``jurisdiction`` is the state that it was done for, or
    empty. The client creates ``id``: the same id twice is one event.
    """

    id: Id
    series: SeriesId
    session: SessionNumber
    kind: EventKind
    subject: Line = ""
    jurisdiction: CodeOrNone = ""
    author: Id
    value: Value = None

    def is_same_event(self, other: NewEvent) -> bool:
        """True if the same person did the same thing in the same place."""
        parts = {"series", "session", "kind", "subject", "jurisdiction", "author"}
        is_alike = self.model_dump(include=parts) == other.model_dump(include=parts)
        return is_alike and encode_value(self.value) == encode_value(other.value)


class Event(NewEvent):
    """A stored event. ``seq`` is its order, ``at`` its UTC time of arrival."""

    seq: int
    at: dt.datetime


class Presence(FrozenModel):
    """A person in a session: when they joined, were last active, and were last connected, and their exercise."""

    series: SeriesId
    session: SessionNumber
    person: Id
    jurisdiction: CodeOrNone = ""
    exercise: Line = ""
    joined_at: dt.datetime
    active_at: dt.datetime
    seen_at: dt.datetime


class SessionEvaluation(FrozenModel):
    """One participant's anonymous evaluation of a session. ``id`` is random; nothing says whose it is, or when it came.

    ``answers``: by question, in the form that ``sessions.evaluation`` defines.
    """

    id: Id
    series: SeriesId
    session: SessionNumber
    answers: Value


class NewErasure(FrozenModel):
    """What to remove permanently of a jurisdiction's data, who asked for it, and why.

    An empty jurisdiction, without a person and a session, means what belongs to no state: facilitators, what they did,
    team codes, and evaluations.

    ``person``: only what this person contributed; None means everyone. ``session``, ``exercise``, ``prompt``, and
    ``row`` narrow it down, each within the one before. Without any of them, everything is removed, including names.
    """

    series: SeriesId
    jurisdiction: CodeOrNone
    person: Id | None = None
    session: SessionNumber | None = None
    exercise: ExerciseId | None = None
    prompt: PromptId | None = None
    row: RowId | None = None
    asked_by: Annotated[Line, Field(min_length=1)]
    why: Annotated[Line, Field(min_length=1)]

    @property
    def is_of_no_state(self) -> bool:
        """True if everything that belongs to no state is to be removed."""
        return not self.jurisdiction and self.person is None and self.session is None

    @model_validator(mode="after")
    def _name_each_part(self) -> Self:
        parts = ("session", "exercise", "prompt", "row")
        given = [getattr(self, part) is not None for part in parts]
        for outer, inner in pairwise(range(len(parts))):
            if given[inner] and not given[outer]:
                raise ValueError(f"An address to erase that names its {parts[inner]} must name its {parts[outer]}.")
        return self


class Erasure(NewErasure):
    """The record of an erasure. ``count`` is how many responses were removed."""

    id: int
    at: dt.datetime
    count: int


MAY_SHARE = "may_share"
"""The column of a table in which a state chooses who may see a row."""


class ErasedChoice(FrozenModel):
    """Erased choices of who may see a row: the question of a table, the content's version, and the last ``seq``."""

    session: int
    exercise: str
    prompt: str
    content_version: str
    seq: int


class Erasable(FrozenModel):
    """What a ``NewErasure`` would remove: answers with all their versions, session events, people, and presence.

    ``ballots`` is the number of evaluation forms that these people are recorded to have received.
    """

    responses: tuple[Response, ...] = ()
    events: tuple[Event, ...] = ()
    people: tuple[Person, ...] = ()
    presence: tuple[Presence, ...] = ()
    ballots: int = 0

    @property
    def is_nothing(self) -> bool:
        """True if there is nothing to remove."""
        return not (self.responses or self.events or self.people or self.presence or self.ballots)


class Merge(FrozenModel):
    """The record of a merge: two entries of one person became one. ``undone_at`` None: the merge is in force.

    Everything of ``merged`` then belongs to ``kept``, the person who remains.
    """

    id: int
    series: SeriesId
    jurisdiction: Code
    kept: Id
    merged: Id
    asked_by: Annotated[Line, Field(min_length=1)]
    at: dt.datetime
    undone_by: Line = ""
    undone_at: dt.datetime | None = None


class MergePreview(FrozenModel):
    """What a merge does to personal answers, such as ratings: how many fields take the value of which of the two.

    ``moved``: only the merged person answered. ``newer``: both did, and the merged person's answer is the one that
    counts. ``older``: both did, and the kept person's counts. ``same``: both gave the same value. ``written``: team
    answers that the merged person wrote. ``posts``: their events in sessions. ``sessions``: where they were present.
    """

    moved: int = 0
    newer: int = 0
    older: int = 0
    same: int = 0
    written: int = 0
    posts: int = 0
    sessions: tuple[SessionNumber, ...] = ()


class IdentityRequest(FrozenModel):
    """Someone with the team's code asks to be signed in as a teammate, ``person``, until ``expires_at``.

    ``number`` is on the asking person's screen, so that a teammate can compare it. ``answer`` is empty while it is
    open. ``used``: the new device has been signed in.
    """

    id: Id
    series: SeriesId
    jurisdiction: Code
    person: Id
    number: int
    at: dt.datetime
    expires_at: dt.datetime
    answer: Literal["", "yes", "no"] = ""
    answered_by: Annotated[str, Field(max_length=64)] = ""
    used: bool = False


class Registration(FrozenModel):
    """What a person filled out on the public registration page, and what became of it.

    ``needs`` is what they need to take part, which only staff and facilitators see. ``person`` is the id of the person
    on the roster once the registration is confirmed. ``withdrawn``: staff declined it, or the person withdrew it.
    ``decided_by`` is the name of who decided, or says that it was the person, a command, or a rule.
    """

    id: Id
    series: SeriesId
    jurisdiction: Code
    name: Annotated[Line, Field(min_length=1)]
    email: Annotated[Line, Field(min_length=1)]
    role: Line = ""
    sessions: tuple[SessionNumber, ...] = ()
    needs: Annotated[str, BeforeValidator(_clean), Field(max_length=LONGEST_NEEDS)] = ""
    status: Literal["pending", "confirmed", "withdrawn"] = "pending"
    person: Annotated[str, Field(max_length=64)] = ""
    decided_by: Line = ""
    decided_at: dt.datetime | None = None
    at: dt.datetime = Field(default_factory=utc_now)

    def is_same_form(self, other: Registration) -> bool:
        """True if both have the same answers."""
        answers = {"series", "jurisdiction", "name", "email", "role", "sessions", "needs"}
        return self.model_dump(include=answers) == other.model_dump(include=answers)
