"""The protocol handler of one form, without a transport: requests in, replies out.

The messages are those of ``protocol``. Saving has two steps, because a service commits the answers of many pages
together: ``prepare`` validates, and ``finish`` makes the replies from the receipts. Between messages, a handler keeps
only what it last sent to the page; all other state is in the store.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import ValidationError

from cluster_kit.content.models import TextPrompt
from cluster_kit.exercises.answer_cache import Update
from cluster_kit.exercises.context import FormContext
from cluster_kit.exercises.extensions import Ask, PromptExtensions
from cluster_kit.exercises.fields import Field as FormField
from cluster_kit.exercises.plain_language import check_text
from cluster_kit.exercises.sources import find_removed
from cluster_kit.exercises.validation import NO_SUCH_FIELD, find_problem
from cluster_kit.forms.definitions import Definitions, ExerciseDefinition
from cluster_kit.forms.exercise_state import CLOSED, LOCKED, LiveExercise
from cluster_kit.forms.protocol import FORM_REQUEST, FilePiece, Have, Hello, NewAnswer, RevealRequest, Save
from cluster_kit.forms.schema import find_sources
from cluster_kit.forms.uploads import Uploads
from cluster_kit.log_limits import FirstOfKind
from cluster_kit.models import Json
from cluster_kit.store import NewResponse, Receipt, Response, ReusedIdError

log = logging.getLogger(__name__)

TROUBLE = "Your answer could not be saved just now. It is kept on this device and will be sent again."
TOO_MUCH = "Too much was saved under your name within an hour. Your text stays on this device and will be sent again."
NOT_OPENED = "This exercise could not be opened just now. It is tried again in a moment; your answers are safe."
NOT_UNDERSTOOD = "The page sent something that this exercise does not understand. Reload the page."
REUSED = "Another answer was saved in place of this one. Change a word here, and it will be sent again."
Request = Hello | Save | FilePiece | Ask | RevealRequest


@dataclass(frozen=True)
class PreparedSave:
    """A validated save: the ``responses`` to append, the ``problems`` of those refused, or ``trouble`` for all."""

    message: str
    responses: tuple[NewResponse, ...] = ()
    problems: tuple[Json, ...] = ()
    trouble: str = ""


class FormHandler:
    """One exercise as one person answers it. ``exercise`` is its definition, or its id.

    Raises ``UnknownExerciseError`` or ``UnknownSessionError`` if the content has no such exercise. ``prepare``,
    ``finish``, and ``upload`` may run concurrently with any method; calls of the others must be serialized.
    """

    def __init__(self, context: FormContext, exercise: ExerciseDefinition | str) -> None:
        if isinstance(exercise, str):
            exercise = Definitions(context.content, live=context.session_log is not None).get(context.session, exercise)
        self.definition, self.context = exercise, context
        self._exercise, self._fields = exercise.exercise, exercise.fields
        by_kind = {kind: partial(make, context) for kind, make in context.extensions.items()}
        self._extensions = PromptExtensions(self._exercise, by_kind)
        self._uploads = Uploads(context, self._fields, self._extensions.check_file)
        self._live_exercise = LiveExercise(context, exercise)
        self._warnings = FirstOfKind(log)
        self._sent_sources: dict[str, Json] = {}
        self._sent_erased = 0  # the number of erasures reported to the page
        # Items of which the page may lack the team's answers. A page that reconnects may have missed any of them.
        self._withheld = exercise.rated_items

    # --- the protocol ---------------------------------------------------------------------------------------

    def open(self) -> Json:
        """The ``opening`` message. Raises ``StoreError``."""
        opening = self.definition.open(self.context)
        self._sent_sources = opening["sources"]
        answers = {**self._answers(), "exercise_state": self._live_exercise.current()}
        return {"type": "opening", **opening, "answers": answers}

    def receive(self, content: Any) -> list[Json]:
        """The replies to one message of the page, committed immediately. Errors become replies, never exceptions."""
        message = content.get("message") if isinstance(content, dict) else None
        try:
            return self.reply(FORM_REQUEST.validate_python(content))
        except ValidationError:
            return [self.not_understood(content)]
        except Exception:
            log.exception("exercise %s: a message failed", self._exercise.id)
            return [{"type": "trouble", "message": message, "sentence": TROUBLE}]

    def not_understood(self, content: Any) -> Json:
        """The reply to a message that is not in the protocol."""
        message_data = content if isinstance(content, dict) else {}
        message = message_data.get("message") if isinstance(message_data.get("message"), str) else None
        return {"type": "trouble", "message": message, "sentence": NOT_UNDERSTOOD}

    def reply(self, request: Request) -> list[Json]:
        """The replies to a request. Raises ``StoreError``."""
        match request:
            case Hello():
                return self.hello(request.have)
            case Save():
                return self.save(request)
            case FilePiece():
                return [self.upload(request)]
            case Ask():
                answer, rows = self.ask(request)
                return [self.rows_now(rows), answer]
            case RevealRequest():
                return self.reveal(request)

    def hello(self, have: Have | None, new: Sequence[Response] | None = None) -> list[Json]:
        """The opening, or the missed changes for a reconnected form. ``new``: the answers since then, if known."""
        if have is None:
            return [self.open()]
        state = self._live_exercise.current()
        self._sent_sources = find_sources(self.context, self.definition.sourced)
        sources = [{"type": "sources", "prompts": self._sent_sources}] if self._sent_sources else []
        return [*sources, self._missed(have, new), *([state] if state else [])]

    def _missed(self, have: Have, new: Sequence[Response] | None) -> Json:
        if new is None:
            new = self.context.store.since(have.seq, self.context.series, self.context.jurisdiction)
        mark = self.context.reader.mark()
        if have.erased != mark.erased:
            return self._everything()
        self._sent_erased = mark.erased
        # ``catch_up`` sends answers that the reader does not have yet. ``seq`` never covers answers that were not sent.
        read = [response for response in new if response.seq > have.seq and self.context.reader.has_read(response)]
        changes = self.changes(read, have.seq)
        return {**changes, "seq": min(changes["seq"], max(mark.seq, have.seq))}

    def upload(self, piece: FilePiece) -> Json:
        """The reply to a piece of a file."""
        if self._live_exercise.is_locked():
            return {"type": "file", "upload": piece.upload, "problem": CLOSED}
        return self._uploads.receive(piece)

    def reveal(self, request: RevealRequest) -> list[Json]:
        """The replies to a request to see the team's rating distribution."""
        return self._live_exercise.reveal(request)

    def ask(self, request: Ask) -> tuple[Json, set[tuple[str, str]]]:
        """The reply of the prompt's extension, and the (prompt, row) pairs to which the page subscribes."""
        return self._extensions.ask(request, closed=CLOSED if self._live_exercise.is_locked() else "")

    def rows_now(self, rows: Collection[tuple[str, str]]) -> Json:
        """A ``changes`` message with the current answers of these rows."""
        columns = [prompt for prompt, field in self._fields.items() if field.rows == "keys"]
        addresses = {(column, row) for prompt, row in rows for column in columns if column.startswith(f"{prompt}.")}
        return {"type": "changes", "seq": 0, "erased": self._sent_erased, **self._fields_now(addresses), "stale": []}

    def catch_up(self, update: Update, *, session_changed: bool, own: Collection[str] = ()) -> list[Json]:
        """The messages to send after answers were saved or erased, or the session changed.

        ``own`` are ids of answers that this page saved itself: it has their receipts. Raises ``StoreError``.
        """
        sent: list[Json] = []
        if self._is_affected(update):
            sources = self.changed_sources()
            sent += [sources] if sources else []
            changes = self._everything() if update.whole else self.changes(update.new, own=own)
            # Others' answers with a lower seq may still be unread: the page has received what the cache has read.
            changes["seq"] = min(changes["seq"], self.context.reader.mark().seq)
            if update.whole or changes["fields"] or changes["stale"]:
                sent.append(changes)
        if session_changed or update.whole or self.has_ratings_among(update.new):
            state = self._live_exercise.changed()
            sent += [state] if state else []
        return sent

    def _is_affected(self, update: Update) -> bool:
        return update.whole or self._exercise.id in update.exercises or bool(self.definition.sources & update.exercises)

    def changes(self, new: Sequence[Response], after: int = 0, own: Collection[str] = ()) -> Json:
        """A ``changes`` message: all current answers of each field that one of these new ones (by ``seq``) is for.

        ``seq`` is the newest, or ``after`` where there is none. Fields of which only ``own`` answers are new are left
        out; ``stale`` names the prompts whose extension would now reply differently. ``erased`` counts the erasures of
        which the page has been sent everything that is left.
        """
        withheld = self._live_exercise.withheld()
        ours = [r for r in new if self._is_ours(r, withheld)]
        touched = {(r.prompt, r.row) for r in ours if r.id not in own and self._extensions.is_shown(r)}
        touched |= self._disclose(withheld)
        latest = new[-1].seq if new else after
        stale = self._extensions.affected(ours)
        state = {"seq": latest, "erased": self._sent_erased}
        return {"type": "changes", **state, **self._fields_now(touched), "stale": stale}

    def has_ratings_among(self, new: Iterable[Response]) -> bool:
        """Whether these answers of team members may change the rating distribution."""
        return bool(self.definition.rated) and any(self._is_here(r) for r in new)

    def changed_sources(self) -> Json | None:
        """A ``sources`` message with the rows and options that changed since the last one, or None."""
        if not self.definition.sources:
            return None
        now = find_sources(self.context, self.definition.sourced)
        changed = {address: source for address, source in now.items() if source != self._sent_sources.get(address)}
        self._sent_sources = now
        return {"type": "sources", "prompts": changed} if changed else None

    # --- saving ---------------------------------------------------------------------------------------------

    def save(self, save: Save) -> list[Json]:
        """Commit a save and return the replies. Raises ``StoreError``; then nothing is stored."""
        prepared = self.prepare(save)
        problems = list(prepared.problems)
        responses = list(prepared.responses)
        while responses:
            try:
                receipts = self.context.store.append(responses)
            except ReusedIdError as error:
                self._warnings.warning("reused id", "exercise %s: %s", self._exercise.id, error)
                problems.append(reused_problem(error))
                responses = [r for r in responses if r.id != error.response_id]
            else:
                return self.finish(prepared, problems, receipts)
        return self.finish(prepared, problems, [])

    def prepare(self, save: Save) -> PreparedSave:
        """The responses to append, and the problems of the others. Raises ``StoreError``."""
        if self._live_exercise.is_locked():
            return PreparedSave(save.message, trouble=LOCKED)
        problems: list[Json] = []
        good: list[NewResponse] = []
        added: defaultdict[str, set[str]] = defaultdict(set)
        for answer in save.responses:
            response = self._to_response(answer, added)
            if isinstance(response, NewResponse):
                good.append(response)
            else:
                problems.append({"id": answer.id, "sentence": response})
        if not self.context.save_quota.has_room_for(self.context.person.id, good):
            return PreparedSave(save.message, trouble=TOO_MUCH)
        return PreparedSave(save.message, tuple(good), tuple(problems))

    def finish(self, prepared: PreparedSave, problems: Sequence[Json], receipts: Sequence[Receipt]) -> list[Json]:
        """The replies to a prepared save, after its commit. Removes files that no answer refers to."""
        if prepared.trouble:
            return [{"type": "trouble", "message": prepared.message, "sentence": prepared.trouble}]
        kept = {receipt.id for receipt in receipts}
        saved = [response for response in prepared.responses if response.id in kept]
        new = {receipt.id for receipt in receipts if receipt.status != "duplicate"}
        self.context.save_quota.note(self.context.person.id, [response for response in saved if response.id in new])
        self._uploads.forget(self._exercise.id, saved)
        replies: list[Json] = []
        if problems:
            replies.append({"type": "refused", "message": prepared.message, "problems": list(problems)})
        if receipts:
            replies.append(self._saved(prepared.message, saved, receipts))
        return replies

    def _to_response(self, answer: NewAnswer, added: defaultdict[str, set[str]]) -> NewResponse | str:
        """The response to store, or its problem. ``added``: rows of the same message, by table."""
        context = self.context
        field = self._fields.get(answer.prompt)
        if field is None:
            return NO_SUCH_FIELD
        if problem := find_problem(context, field, answer.row, answer.value):
            return problem
        if problem := self._row_problem(field, answer.row, added):
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
            reasons = "; ".join(one["msg"] for one in error.errors(include_input=False))  # without the answer's text
            self._warnings.warning("refused", "exercise %s: an answer was refused: %s", self._exercise.id, reasons)
            return "This answer cannot be saved as it is. Shorten it, or reword it."

    def _row_problem(self, field: FormField, row: str, added: defaultdict[str, set[str]]) -> str | None:
        """Why a row cannot be added to a table whose rows people add, or None."""
        table = field.table
        if table is None or field.rows == "keys" or table.rows or table.rows_from:
            return None
        removed = find_removed(self._current(), table.id)
        rows = set(self.context.order_rows(self.context.session, self._exercise.id, table.id)) - removed
        rows |= added[table.id]
        if row in rows or len(rows) < table.max_rows:
            added[table.id].add(row)
            return None
        return f"There is room for {table.max_rows} rows, and they are all taken. Remove one first."

    def _saved(self, message: str, responses: Sequence[NewResponse], receipts: Sequence[Receipt]) -> Json:
        withheld = self._live_exercise.withheld() if any(one.others for one in receipts) else frozenset()
        return {
            "type": "saved",
            "message": message,
            "receipts": [
                {
                    "id": receipt.id,
                    "seq": receipt.seq,
                    "at": receipt.at.isoformat(),
                    "status": receipt.status,
                    "others": [self._to_page(r) for r in receipt.others if not self._is_withheld(r, withheld)],
                }
                for receipt in receipts
            ],
            "checks": self._checks(responses),
        }

    # --- reading --------------------------------------------------------------------------------------------

    def _answers(self) -> Json:
        mark = self.context.reader.mark()  # first: answers that arrive meanwhile are sent as changes
        self._sent_erased = mark.erased
        self._withheld = self._live_exercise.withheld()
        current = self._current()
        place = (self.context.session, self._exercise.id)
        return {
            **mark._asdict(),
            "rows": {table: self.context.order_rows(*place, table) for table in self.definition.tables},
            **self._fields_now({(r.prompt, r.row) for r in current if self._extensions.is_shown(r)}),
        }

    def _everything(self) -> Json:
        """A ``changes`` message with all current answers, which replaces everything that the page has."""
        return {"type": "changes", "whole": True, **self._answers(), "stale": self._extensions.prompts()}

    def _current(self) -> list[Response]:
        found, withheld = self.context.current(self.context.session, self._exercise.id), self._live_exercise.withheld()
        return [response for response in found if self._is_ours(response, withheld)]

    def _disclose(self, withheld: frozenset[tuple[str, str]]) -> set[tuple[str, str]]:
        """The answered fields of items that the person may see since the last message. Notes what is withheld now."""
        items, self._withheld = self._withheld - withheld, withheld
        if not items:
            return set()
        together = self.definition.together
        return {(r.prompt, r.row) for r in self._current() if r.prompt in together and _item(r) in items}

    def _fields_now(self, addresses: set[tuple[str, str]]) -> Json:
        """``fields``: the current answers of each address; ``checks``: plain-language suggestions."""
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

    def _is_ours(self, response: Response, withheld: frozenset[tuple[str, str]]) -> bool:
        """Whether an answer belongs to a field of this exercise, and this person may see it."""
        is_known = self._is_here(response) and response.prompt in self._fields
        return is_known and self.context.may_see(response) and not self._is_withheld(response, withheld)

    def _is_withheld(self, response: Response, withheld: frozenset[tuple[str, str]]) -> bool:
        """Whether the person has to rate the item before they may see this answer of a teammate."""
        is_own = response.author == self.context.person.id
        return not is_own and response.prompt in self.definition.together and _item(response) in withheld

    def _is_here(self, response: Response) -> bool:
        return response.session == self.context.session and response.exercise == self._exercise.id

    def _to_page(self, response: Response) -> Json:
        return {
            "id": response.id,
            "prompt": response.prompt,
            "row": response.row,
            "scope": response.scope.value,
            "value": response.value,
            "seq": response.seq,
            "at": response.at.isoformat(),
            "mine": response.author == self.context.person.id,
            "who": self.context.reader.name(response.author),
        }

    def _checks(self, responses: Iterable[NewResponse]) -> list[Json]:
        checks = []
        for response in responses:
            field = self._fields[response.prompt]
            if isinstance(field.asks, TextPrompt) and field.asks.check == "plain_language":
                found = check_text(str(response.value or ""), self.context.content.plain_language)
                sentences = [finding.sentence for finding in found]
                checks.append({"prompt": response.prompt, "row": response.row, "findings": sentences})
        return checks


def _item(response: Response) -> tuple[str, str]:
    """The prompt and the row of an item's answer."""
    return response.prompt.partition(".")[0], response.row


def reused_problem(error: ReusedIdError) -> Json:
    """The problem of an answer whose id belongs to another one."""
    return {"id": error.response_id, "sentence": REUSED}
