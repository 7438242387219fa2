"""Three-way merge of a returned worksheet into the store, based on the values when it was made."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby

from pydantic import JsonValue, ValidationError

from cluster_kit.content.models import Content, TablePrompt
from cluster_kit.content.prompt_base import UnclearAnswerError
from cluster_kit.exercises.answer_cache import AnswerCache
from cluster_kit.exercises.answers import is_empty
from cluster_kit.exercises.context import FormContext
from cluster_kit.exercises.fields import RowPresence, index_fields
from cluster_kit.exercises.sources import find_removed, order_rows
from cluster_kit.exercises.typed_answers import NEW_ROW, WorksheetId
from cluster_kit.exercises.validation import find_problem
from cluster_kit.store import NewResponse, Receipt, Response, ReusedIdError, Store
from cluster_kit.store.models import encode_value
from cluster_kit.worksheets.authors import find_author, keep_author
from cluster_kit.worksheets.field_addresses import ResolvedAddress, is_own, list_options, list_places, reading_context
from cluster_kit.worksheets.marks import NAME, ROLE, FieldAddress, FieldToken, hash_value
from cluster_kit.worksheets.outcomes import MergeOutcome
from cluster_kit.worksheets.ranks import find_shared_ranks
from cluster_kit.worksheets.removed_rows import find_removed_answers
from cluster_kit.worksheets.returned import FilledField, FormAnswer, Submission
from cluster_kit.worksheets.row_names import name_row
from cluster_kit.worksheets.values import read_value, says_something, write_value

ID_PREFIX = "sheet-"


@dataclass(frozen=True)
class _Draft:
    """An answer to store, with its address."""

    place: ResolvedAddress
    response: NewResponse
    earlier: tuple[Response, ...] = ()


def merge_worksheet(content: Content, store: Store, returned: Submission) -> list[MergeOutcome]:
    """Store what is new in a returned worksheet, and return the outcome for each answer.

    Idempotent. Raises subclasses of ``ContentError`` for an unknown session or jurisdiction, and ``StoreError``; a
    part may be stored then, and the call can be repeated.
    """
    head = returned.head
    content.get_session(head.session)
    content.get_jurisdiction(head.jurisdiction)
    answers = AnswerCache(store, content.series.id, head.jurisdiction)
    reader = replace(reading_context(content, store, head.session, head.jurisdiction), answers=answers)
    author = find_author(store, returned, returned.name)
    if any(says_something(filled.text) for filled in returned.filled):
        author = keep_author(store, author)  # first, because answer and row ids depend on it
    own = _Merger(replace(reader, person=author), answers, returned).merge()
    outcomes = [replace(outcome, by=returned.name) for outcome in own]
    for name in dict.fromkeys(typed.author for typed in returned.typed):
        typed = tuple(typed for typed in returned.typed if typed.author == name)
        theirs = replace(returned, filled=(), typed=typed, unread=())
        author = keep_author(store, find_author(store, theirs, name))
        typed_by_them = _Merger(replace(reader, person=author), answers, theirs).merge_typed()
        outcomes += [replace(outcome, by=name) for outcome in typed_by_them]
    return outcomes


@dataclass
class _Merger:
    """Merges one worksheet, exercise by exercise. ``answers`` are those of the context, read once from the store."""

    context: FormContext
    answers: AnswerCache
    returned: Submission
    _history: dict[str, list[Response]] = field(default_factory=dict)

    @property
    def head(self) -> WorksheetId:
        return self.returned.head

    def merge(self) -> Iterator[MergeOutcome]:
        places = {place.address.key(self.head): place for place in list_places(self.context, self.head)}
        answers: list[tuple[ResolvedAddress, FilledField]] = []
        for filled in dict.fromkeys(self.returned.filled):
            if filled.mark.key in places:
                answers.append((places[filled.mark.key], filled))
            elif filled.mark.key not in (NAME.key(self.head), ROLE.key(self.head)) and says_something(filled.text):
                yield MergeOutcome("refused", words=filled.text.strip(), sentence=_NO_SUCH_QUESTION)
        order = {key: number for number, key in enumerate(places)}
        answers.sort(key=lambda pair: order[pair[1].mark.key])
        for _, table in groupby(
            answers, key=lambda pair: (pair[0].exercise.id, pair[0].address.prompt.partition(".")[0])
        ):
            rows = list(table)
            shared = find_shared_ranks(rows)
            for prompt, sentence in shared.items():
                place = next(place for place, _ in rows if place.address.prompt == prompt)
                yield MergeOutcome("refused", self._where(place), sentence=sentence)
            drafts = [self._draft(place, filled) for place, filled in rows if place.address.prompt not in shared]
            yield from self._keep(drafts)
        found = frozenset(filled.mark.key for filled in self.returned.filled)
        yield from find_removed_answers(self.context, self.head, places, found)

    def merge_typed(self) -> Iterator[MergeOutcome]:
        """Store what was typed into forms, exercise by exercise, since rows of one may be choices in a later one."""
        order = [exercise.id for exercise in self.context.content.get_session(self.head.session).exercises]
        for exercise in [*order, None]:
            here = [
                t
                for t in self.returned.typed
                if (t.address.exercise if t.address.exercise in order else None) == exercise
            ]
            yield from self._keep([self._typed(typed) for typed in here])

    # --- from text to responses ---------------------------------------------------------------------------------

    def _draft(self, place: ResolvedAddress, filled: FilledField) -> _Draft | MergeOutcome:
        if filled.problem:
            return MergeOutcome("refused", self._where(place), filled.text.strip(), sentence=filled.problem)
        asks, current = place.asks, self._current(place)
        here = [r.value for r in self._all(place)]
        choices = list_options(self.context, asks, here)
        try:
            value = read_value(asks, filled.text, choices)
        except UnclearAnswerError as error:
            return MergeOutcome("refused", self._where(place), filled.text.strip(), sentence=str(error))
        if self._is_unchanged(filled.mark, value, current):
            return MergeOutcome("unchanged")
        if any(hash_value(r.value) == hash_value(value) for r in current):
            return MergeOutcome("there")
        place = self._with_row(place)
        if problem := self._problem(place, value):
            return MergeOutcome("refused", self._where(place), filled.text.strip(), sentence=problem)
        base = [r.id for r in self._all(place) if self._typed_over(r, filled.mark, current)]
        return self._make(
            place, value, base[-50:], _answer_id(self.head, place.address, self._author, (value, filled.mark))
        )

    def _is_unchanged(self, mark: FieldToken, value: JsonValue, current: list[Response]) -> bool:
        if is_empty(value):
            return len(mark.stamps) != 1 or all(is_empty(r.value) for r in current)
        return hash_value(value) in mark.stamps

    def _typed_over(self, response: Response, mark: FieldToken, current: list[Response]) -> bool:
        """True if the answer supersedes this response: a value on the worksheet, cleared since, or the author's own
        earlier."""
        if is_empty(response.value):
            return response in current
        own_earlier = response.author == self._author and response.id.startswith(ID_PREFIX)
        return own_earlier or hash_value(response.value) in mark.stamps

    def _typed(self, typed: FormAnswer) -> _Draft | MergeOutcome:
        place = self._find_place(typed.address)
        if place is None:
            return MergeOutcome("refused", words=encode_value(typed.value), sentence=_NO_SUCH_QUESTION)
        if any(hash_value(r.value) == hash_value(typed.value) for r in self._current(place)):
            return MergeOutcome("there")
        if problem := self._problem(place, typed.value):
            return MergeOutcome("refused", self._where(place), encode_value(typed.value), sentence=problem)
        return self._make(place, typed.value, list(typed.base), typed.id)

    def _make(
        self, place: ResolvedAddress, value: JsonValue, base: list[str], response_id: str
    ) -> _Draft | MergeOutcome:
        address, head = place.address, self.head
        try:
            response = NewResponse(
                id=response_id,
                series=head.series,
                session=head.session,
                exercise=address.exercise,
                prompt=address.prompt,
                row=address.row,
                jurisdiction=head.jurisdiction,
                scope=place.field.scope,
                author=self._author,
                value=value,
                base=tuple(base),
                content_version=self.context.content.version,
            )
        except ValidationError:
            return MergeOutcome("refused", self._where(place), encode_value(value)[:200], sentence=_CANNOT_BE_KEPT)
        own = self._current(place) if is_own(place.field) else []
        earlier = tuple(r for r in own if not is_empty(r.value) and r.id not in base)
        if not self.returned.author and any(not r.id.startswith(ID_PREFIX) for r in earlier):
            return MergeOutcome("refused", self._where(place), encode_value(value)[:200], sentence=_GIVEN_ONLINE)
        return _Draft(place, response, earlier)

    def _problem(self, place: ResolvedAddress, value: JsonValue) -> str | None:
        table = place.table
        if table and not table.rows and not table.rows_from and self._is_full(place, table):
            return f"There is room for {table.max_rows} rows, and they are all taken."
        return find_problem(self.context, place.field, place.address.row, value)

    def _is_full(self, place: ResolvedAddress, table: TablePrompt) -> bool:
        history = self.context.history(self.head.session, place.exercise.id)
        current = self.context.current(self.head.session, place.exercise.id)
        present = set(order_rows(history, table.id)) - find_removed(current, table.id)
        return place.address.row not in present and len(present) >= table.max_rows

    # --- storing ----------------------------------------------------------------------------------------------

    def _keep(self, drafts: list[_Draft | MergeOutcome]) -> Iterator[MergeOutcome]:
        """Store the drafts in one batch; returns the outcomes in the order of the drafts."""
        new = {d.response.id: d for d in drafts if isinstance(d, _Draft)}
        if new:
            self.context.store.add_person(self.context.person)
        try:
            receipts = {r.id: r for r in self.context.store.append([d.response for d in new.values()])} if new else {}
        except ReusedIdError as error:
            drafts = [
                MergeOutcome("refused", self._where(d.place), sentence=_CANNOT_BE_KEPT)
                if isinstance(d, _Draft) and d.response.id == error.response_id
                else d
                for d in drafts
            ]
            yield from self._keep(drafts)
            return
        if new:
            self.answers.refresh()
        for draft in drafts:
            yield self._outcome(draft, receipts[draft.response.id]) if isinstance(draft, _Draft) else draft

    def _outcome(self, draft: _Draft, receipt: Receipt) -> MergeOutcome:
        where, words = self._where(draft.place), self._format_answer(draft.place, draft.response)
        if receipt.status == "duplicate":
            return MergeOutcome("there")
        if receipt.status == "conflict":
            others = tuple(self._format_answer(draft.place, other) for other in receipt.others)
            return MergeOutcome("conflict", where, words, others)
        if draft.earlier:
            earlier = tuple(self._format_answer(draft.place, response) for response in draft.earlier)
            return MergeOutcome("replaced", where, words, earlier)
        return MergeOutcome("saved", where, words)

    def _format_answer(self, place: ResolvedAddress, response: NewResponse) -> str:
        if isinstance(place.field.asks, RowPresence):
            return "the row is removed" if response.value is False else "the row is kept"
        written = write_value(place.asks, response.value, list_options(self.context, place.asks, [response.value]))
        return written or "(cleared)"

    # --- lookups -----------------------------------------------------------------------------------------------

    @property
    def _author(self) -> str:
        return self.context.person.id

    def _all(self, place: ResolvedAddress) -> list[Response]:
        """Every answer ever given at an address, as visible to this person, read once before anything is stored."""
        exercise = place.exercise.id
        if exercise not in self._history:
            self._history[exercise] = self.context.history(self.head.session, exercise)
        return [r for r in self._history[exercise] if (r.prompt, r.row) == (place.address.prompt, place.address.row)]

    def _current(self, place: ResolvedAddress) -> list[Response]:
        responses = self.context.current(self.head.session, place.exercise.id)
        return [r for r in responses if (r.prompt, r.row) == (place.address.prompt, self._row(place))]

    def _row(self, place: ResolvedAddress) -> str:
        """The author's new row for an empty row of the worksheet."""
        address, table = place.address, place.table
        if table is None or not address.row.startswith(NEW_ROW):
            return address.row
        return ID_PREFIX + FieldAddress(address.exercise, table.id, f"{address.row}/{self._author}").key(self.head)

    def _with_row(self, place: ResolvedAddress) -> ResolvedAddress:
        return replace(place, address=replace(place.address, row=self._row(place)))

    def _find_place(self, address: FieldAddress) -> ResolvedAddress | None:
        exercise = self.context.content.get_session(self.head.session).find_exercise(address.exercise)
        if exercise is None:
            return None
        found = index_fields(self.context.content, exercise).get(address.prompt)
        return ResolvedAddress(address, found, exercise) if found else None

    def _where(self, place: ResolvedAddress) -> str:
        """The question for display: the exercise, the row, and the label within it."""
        row = name_row(self.context, self.head, place)
        return " – ".join(filter(None, (place.exercise.title, row, place.label)))


_NO_SUCH_QUESTION = (
    "This belongs to no question of this state's worksheet: it was copied from another one, or the question has gone"
    " since."
)
_GIVEN_ONLINE = (
    "This person gave another answer online, and the name on a team's worksheet is not proof of who wrote it. If you"
    " know who did, collect the file again with --person and that name."
)
_CANNOT_BE_KEPT = "This answer cannot be saved as it is. Shorten it, or reword it."


def _answer_id(head: WorksheetId, address: FieldAddress, author: str, answer: tuple[JsonValue, FieldToken]) -> str:
    """A deterministic id: the same text at one address of a worksheet by one author has the same id."""
    value, mark = answer
    parts = [address.key(head), author, encode_value(value), ".".join(mark.stamps)]
    return ID_PREFIX + _digest("\0".join(parts), 32)


def _digest(text: str, length: int) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]
