"""Copies questions about a state's data into the session's next steps."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from cluster_kit.content.models import Content, Exercise, Scope, TablePrompt, TextPrompt
from cluster_kit.crosswalk.errors import CrosswalkError
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.prompts import prompts_of
from cluster_kit.insights.plans import is_action_table
from cluster_kit.store import NewResponse, Person, Response, Store


class NoRoomError(CrosswalkError):
    """The session has no table of next steps, or the table is full."""


@dataclass(frozen=True)
class NextSteps:
    """One state's shared next steps in one session."""

    content: Content
    store: Store
    session: int
    jurisdiction: str

    def present_rows(self) -> set[str]:
        """Rows that have text and are not deleted."""
        found = self._find_table()
        if found is None:
            return set()
        exercise, table = found
        return set(Answers(self._current(exercise)).row_ids(self.session, exercise.id, table.id))

    def add(self, question: str, author: Person) -> bool:
        """Add a question as a next step; False if it is one already. Raises ``NoRoomError`` if the table is full."""
        found = self._find_table()
        if found is None:
            raise NoRoomError("This session has no next steps that the question could go into.")
        exercise, table = found
        row, present = row_of(question), self.present_rows()
        if row in present:
            return False
        if len(present) >= table.max_rows:
            raise NoRoomError(f"There is room for {table.max_rows} next steps, and all are taken. Remove one first.")
        words = next(column.id for column in table.columns if isinstance(column, TextPrompt))
        cells: list[tuple[str, JsonValue]] = [(f"{table.id}.{words}", f"Find out: {question}")]
        current = self._current(exercise)
        if any((r.prompt, r.row, r.value) == (table.id, row, False) for r in current):
            cells.append((table.id, True))
        self.store.add_person(author)
        self.store.append([self._response(exercise, row, one, author, current) for one in cells])
        return True

    def _find_table(self) -> tuple[Exercise, TablePrompt] | None:
        tables = prompts_of(self.content, TablePrompt, [self.session])
        return next(((exercise, table) for _, exercise, table in tables if is_action_table(table)), None)

    def _current(self, exercise: Exercise) -> list[Response]:
        place = (self.content.series.id, self.jurisdiction)
        return self.store.current(*place, session=self.session, exercise=exercise.id)

    def _response(
        self,
        exercise: Exercise,
        row: str,
        cell: tuple[str, JsonValue],
        author: Person,
        current: Sequence[Response],
    ) -> NewResponse:
        prompt, value = cell
        return NewResponse(
            id=uuid.uuid4().hex,
            series=self.content.series.id,
            session=self.session,
            exercise=exercise.id,
            prompt=prompt,
            row=row,
            jurisdiction=self.jurisdiction,
            scope=Scope.TEAM,
            author=author.id,
            value=value,
            base=tuple(r.id for r in current if (r.prompt, r.row) == (prompt, row)),
            content_version=self.content.version,
        )


def row_of(question: str) -> str:
    """Row id of a question: independent of the numbers in its text, so a question is never added twice."""
    words = " ".join(re.findall(r"[^\W\d_]+", question.casefold()))
    return f"question-{hashlib.sha256(words.encode()).hexdigest()[:16]}"
