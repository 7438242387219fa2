"""Counts a store's statements and commits with SQLAlchemy's events."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from cluster_kit.store import Store


@dataclass
class Work:
    """The executed statements, and the number of commits."""

    statements: list[str] = field(default_factory=list)
    commits: int = 0


@contextmanager
def counting(store: Store) -> Iterator[Work]:
    """Count until the block ends."""
    work = Work()

    def note_statement(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement != "BEGIN":
            work.statements.append(statement)

    def note_commit(_connection: Any) -> None:
        work.commits += 1

    event.listen(store._engine, "before_cursor_execute", note_statement)
    event.listen(store._engine, "commit", note_commit)
    try:
        yield work
    finally:
        event.remove(store._engine, "before_cursor_execute", note_statement)
        event.remove(store._engine, "commit", note_commit)


@contextmanager
def failing(store: Store, words: str) -> Iterator[None]:
    """Make every statement that contains these words fail until the block ends, as a lost connection would."""

    def fail(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if words in statement:
            raise OperationalError(statement, {}, ConnectionError("the line is broken"))

    event.listen(store._engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(store._engine, "before_cursor_execute", fail)
