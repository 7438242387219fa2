"""What the page says, and what it is told: the form's conversation with the store, without any widget.

Messages in and out are described in ``docs/architecture.md``, "The form". Nothing is remembered here between
messages but names: the store is the only memory.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cluster_kit.content.errors import UnknownExerciseError
from cluster_kit.content.models import Exercise, TablePrompt, TextPrompt
from cluster_kit.forms.context import FormContext
from cluster_kit.forms.fields import Field as FormField
from cluster_kit.forms.fields import index_fields
from cluster_kit.forms.plain_language import check_text
from cluster_kit.forms.room import LOCKED, Room
from cluster_kit.forms.schema import build_schema, live_sources, source_exercises
from cluster_kit.forms.sources import find_removed, order_rows
from cluster_kit.forms.specialists import Specialists
from cluster_kit.forms.spread import has_ratings
from cluster_kit.forms.uploads import Uploads
from cluster_kit.forms.validation import NO_SUCH_FIELD, find_problem
from cluster_kit.responses import NewResponse, Receipt, Response, ReusedIdError

log = logging.getLogger(__name__)

Json = dict[str, Any]

TROUBLE = "Your answer could not be saved just now. It is kept on this computer and will be sent again."
NOT_UNDERSTOOD = "The page sent something that this exercise does not understand. Reload the page."
REUSED = "Another answer was saved in place of this one. Change a word here, and it will be sent again."
MOST_AT_ONCE = 1000


class _Incoming(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Answer(_Incoming):
    id: str = Field(min_length=1, max_length=64)
    prompt: str = Field(max_length=200)
    row: str = Field(default="", max_length=64)
    value: Any = None
    base: tuple[str, ...] = ()


class _Save(_Incoming):
    message: str = Field(max_length=64)
    responses: tuple[_Answer, ...] = Field(max_length=MOST_AT_ONCE)


class FormHandler:
    """One exercise as one person answers it.

    Raises ``UnknownExerciseError`` or ``UnknownSessionError`` where the content has no such exercise.
    """

    def __init__(self, context: FormContext, exercise_id: str) -> None:
        self._context = context
        self._exercise = _get_exercise(context, exercise_id)
        self._fields = index_fields(context.content, self._exercise)
        by_kind = {kind: partial(make, context) for kind, make in context.specialists.items()}
        self._specialists = Specialists(self._exercise, by_kind)
        self._uploads = Uploads(context.files, self._fields, self._specialists.check_file)
        self._room = Room(context, self._exercise)
        self._names: dict[str, str] = {}
        self._sources = source_exercises(self._exercise)
        self._told_sources: dict[str, Json] = {}
        self._erasure_at_first = self._erasure_told = 0

    def open(self) -> tuple[Json, Json]:
        """The page's first sight: the schema, and the answers ``{seq, fields, rows, checks, room}``.

        ``rows`` holds each table's row ids in the order in which they were first answered; ``room`` is what a ``room``
        message says, or None outside of a live session. Raises what the store raises where it can not be read.
        """
        # In this order, so that what is erased or answered meanwhile is told as a change.
        self._erasure_at_first = self._erasure_told = self._erasure()
        answers = {**self._answers(), "room": self._room.look()}
        self._told_sources = live_sources(self._context, self._exercise)
        return build_schema(self._context, self._exercise), answers

    def receive(self, content: Any) -> list[Json]:
        """The replies to one message of the page. Whatever goes wrong, it is a reply, never an exception."""
        kind = content.get("type") if isinstance(content, dict) else None
        message = content.get("message") if isinstance(content, dict) else None
        try:
            if kind == "hello":
                return self._hello(content.get("have"))
            if kind == "save":
                return self._save(_Save.model_validate(content))
            if kind == "file":
                return [self._uploads.receive(content)]
            if kind == "ask":
                return self._ask(content)
            if kind == "reveal":
                return self._room.reveal(content)
        except ValidationError:
            log.warning("exercise %s: a message of type %r was not understood", self._exercise.id, kind)
        except Exception:
            log.exception("exercise %s: a message of type %r failed", self._exercise.id, kind)
            return [{"type": "trouble", "message": message, "sentence": TROUBLE}]
        return [{"type": "trouble", "message": message, "sentence": NOT_UNDERSTOOD}]

    def _hello(self, have: Any) -> list[Json]:
        """All that the page may have missed while it was away."""
        sources = live_sources(self._context, self._exercise)
        told = [{"type": "sources", "prompts": sources}] if sources else []
        room = self._room.look()
        is_whole = self._erasure() != self._erasure_at_first
        changes = self._everything() if is_whole else self.changes_since(have)
        return [*told, changes, *([room] if room else [])]

    def _ask(self, content: Json) -> list[Json]:
        """What stands in the rows that the page asks for, then what the prompt's specialist says."""
        told, rows = self._specialists.ask(content)
        columns = [prompt for prompt, field in self._fields.items() if field.rows == "keys"]
        asked = {(column, row) for prompt, row in rows for column in columns if column.startswith(f"{prompt}.")}
        return [{"type": "changes", "seq": 0, **self._fields_now(asked)}, told]

    def changes_since(self, seq: Any) -> Json:
        """A ``changes`` message with what was answered after ``seq``."""
        after = seq if isinstance(seq, int) and not isinstance(seq, bool) and seq >= 0 else 0
        new = self._context.store.since(after, self._context.series, self._context.jurisdiction)
        return self.changes(new, after)

    def changes(self, new: Sequence[Response], after: int = 0) -> Json:
        """A ``changes`` message: all current answers of each field that one of these new ones (by ``seq``) is for.

        ``seq`` is the newest, or ``after`` where there is none; ``news`` names the prompts whose specialist would
        answer otherwise now.
        """
        ours = [r for r in new if self._is_ours(r)]
        touched = {(r.prompt, r.row) for r in ours if self._specialists.is_shown(r)}
        latest = new[-1].seq if new else after
        news = self._specialists.concerned(ours)
        return {"type": "changes", "seq": latest, **self._fields_now(touched), "news": news}

    def has_ratings_among(self, new: Iterable[Response]) -> bool:
        """Whether these answers, anybody's of the team, may change its spread."""
        return has_ratings(self._exercise) and any(self._is_here(r) for r in new)

    def changed_sources(self, new: Iterable[Response] | None = None) -> Json | None:
        """A ``sources`` message with the rows and options that changed since the last one, or None.

        ``new`` are the answers since then, None where they are not known: only some exercises are sources.
        """
        if new is not None and not any(r.exercise in self._sources for r in new):
            return None
        now = live_sources(self._context, self._exercise)
        changed = {address: source for address, source in now.items() if source != self._told_sources.get(address)}
        self._told_sources = now
        return {"type": "sources", "prompts": changed} if changed else None

    def changed_by_erasure(self) -> Json | None:
        """A whole ``changes`` message, if something of the state was erased since the last one, or None."""
        before, self._erasure_told = self._erasure_told, self._erasure()
        return self._everything() if self._erasure_told != before else None

    def changed_room(self) -> Json | None:
        """A ``room`` message, if a lock, a reveal or the team's spread changed since the last one, or None."""
        return self._room.changed()

    # --- saving ---------------------------------------------------------------------------------------------

    def _save(self, save: _Save) -> list[Json]:
        if self._room.is_locked():
            return [{"type": "trouble", "message": save.message, "sentence": LOCKED}]
        problems: list[Json] = []
        good: list[NewResponse] = []
        for answer in save.responses:
            response = self._to_response(answer)
            if isinstance(response, NewResponse):
                good.append(response)
            else:
                problems.append({"id": answer.id, "sentence": response})
        receipts = self._append(good, problems)
        self._uploads.forget(self._context, self._exercise.id, good)
        replies: list[Json] = []
        if problems:
            replies.append({"type": "refused", "message": save.message, "problems": problems})
        if receipts:
            replies.append(self._saved(save.message, good, receipts))
        return replies

    def _append(self, responses: list[NewResponse], problems: list[Json]) -> list[Receipt]:
        """Keep them all at once. One whose id stands for another answer joins the problems; the others are kept."""
        try:
            return self._context.store.append(responses) if responses else []
        except ReusedIdError as error:
            log.warning("exercise %s: %s", self._exercise.id, error)
            problems.append({"id": error.response_id, "sentence": REUSED})
            return self._append([r for r in responses if r.id != error.response_id], problems)

    def _to_response(self, answer: _Answer) -> NewResponse | str:
        """The response to keep, or the sentence why it can not be kept."""
        context = self._context
        field = self._fields.get(answer.prompt)
        if field is None:
            return NO_SUCH_FIELD
        if problem := find_problem(context, field, answer.row, answer.value) or self._row_problem(field, answer.row):
            return problem
        try:
            return NewResponse(
                id=answer.id,
                series=context.series,
                session=context.session,
                exercise=self._exercise.id,
                prompt=answer.prompt,
                row=answer.row,
                jurisdiction=context.jurisdiction,
                scope=field.scope,
                author=context.person.id,
                value=answer.value,
                base=answer.base,
                content_version=context.content.version,
            )
        except ValidationError as error:
            log.warning("exercise %s: an answer was refused: %s", self._exercise.id, error)
            return "This answer can not be kept as it is. Shorten it, or write it in other words."

    def _row_problem(self, field: FormField, row: str) -> str | None:
        """Why a row can not be added to a table whose rows people add, or None."""
        table = field.table
        if table is None or field.rows == "keys" or table.rows or table.rows_from:
            return None
        current = self._current()
        standing = set(order_rows(current, table.id)) - find_removed(current, table.id)
        if row in standing or len(standing) < table.max_rows:
            return None
        return f"There is room for {table.max_rows} rows, and they are all taken. Remove one first."

    def _saved(self, message: str, responses: list[NewResponse], receipts: list[Receipt]) -> Json:
        return {
            "type": "saved",
            "message": message,
            "receipts": [
                {
                    "id": receipt.id,
                    "seq": receipt.seq,
                    "at": receipt.at.isoformat(),
                    "status": receipt.status,
                    "others": [self._to_page(other) for other in receipt.others],
                }
                for receipt in receipts
            ],
            "checks": self._checks(responses),
        }

    # --- reading --------------------------------------------------------------------------------------------

    def _answers(self) -> Json:
        context = self._context
        seq = context.store.latest_seq(context.series, context.jurisdiction)
        current = self._current()
        history = context.history(context.session, self._exercise.id)
        tables = [prompt for prompt in self._exercise.prompts if isinstance(prompt, TablePrompt)]
        return {
            "seq": seq,
            "rows": {table.id: order_rows(history, table.id) for table in tables},
            **self._fields_now({(r.prompt, r.row) for r in current if self._specialists.is_shown(r)}),
        }

    def _everything(self) -> Json:
        """A ``changes`` message of all that stands here: what the page has besides is gone."""
        news = self._specialists.prompts()
        return {"type": "changes", "whole": True, **self._answers(), "news": news}

    def _erasure(self) -> int:
        """The event that told of the state's last erasure; 0 where there was none."""
        meeting = self._context.meeting
        return meeting.standing().erased.get(self._context.jurisdiction, 0) if meeting else 0

    def _current(self) -> list[Response]:
        found = self._context.current(self._context.session, self._exercise.id)
        return [response for response in found if self._is_ours(response)]

    def _fields_now(self, addresses: set[tuple[str, str]]) -> Json:
        """``fields``: for each address, every answer that is current there; ``checks``: what could be plainer."""
        by_address: dict[tuple[str, str], list[Response]] = {address: [] for address in sorted(addresses)}
        current = self._current() if addresses else []
        for response in current:
            if (response.prompt, response.row) in by_address:
                by_address[response.prompt, response.row].append(response)
        return {
            "fields": [
                {"prompt": prompt, "row": row, "answers": [self._to_page(r) for r in responses]}
                for (prompt, row), responses in by_address.items()
            ],
            "checks": self._checks([responses[-1] for responses in by_address.values() if responses]),
        }

    def _is_ours(self, response: Response) -> bool:
        """Whether an answer belongs to a field of this exercise, and this person may see it."""
        return self._is_here(response) and response.prompt in self._fields and self._context.may_see(response)

    def _is_here(self, response: Response) -> bool:
        return response.session == self._context.session and response.exercise == self._exercise.id

    def _to_page(self, response: Response) -> Json:
        return {
            "id": response.id,
            "prompt": response.prompt,
            "row": response.row,
            "scope": response.scope.value,
            "value": response.value,
            "seq": response.seq,
            "at": response.at.isoformat(),
            "mine": response.author == self._context.person.id,
            "who": self._name(response.author),
        }

    def _name(self, author: str) -> str:
        if author not in self._names:
            person = self._context.store.find_person(author)
            self._names[author] = person.name if person else "A teammate"
        return self._names[author]

    def _checks(self, responses: Iterable[NewResponse]) -> list[Json]:
        checks = []
        for response in responses:
            field = self._fields[response.prompt]
            if isinstance(field.asks, TextPrompt) and field.asks.check == "plain_language":
                found = check_text(str(response.value or ""), self._context.content.plain_language)
                sentences = [finding.sentence for finding in found]
                checks.append({"prompt": response.prompt, "row": response.row, "findings": sentences})
        return checks


def _get_exercise(context: FormContext, exercise_id: str) -> Exercise:
    session = context.content.get_session(context.session)
    exercise = session.find_exercise(exercise_id)
    if exercise is None:
        raise UnknownExerciseError(exercise_id, [known.id for known in session.exercises])
    return exercise
