"""Data models of a returned file, before it is compared with the store."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import JsonValue

from cluster_kit.exercises.typed_answers import WorksheetId
from cluster_kit.store import Person
from cluster_kit.worksheets.marks import NAME, ROLE, FieldAddress, FieldToken, normalize_text


@dataclass(frozen=True)
class FilledField:
    """The text after a mark. Check boxes are lines such as ``- [x] Yes``.

    ``problem``: a sentence that says why this is not the answer. It is named in the receipt, and nothing is stored.
    """

    mark: FieldToken
    text: str
    problem: str = ""


@dataclass(frozen=True)
class FormAnswer:
    """An answer from a form inside the notebook. ``base``: the answers that it supersedes. ``author`` is a name."""

    id: str
    address: FieldAddress
    value: JsonValue
    base: tuple[str, ...] = ()
    author: str = ""


@dataclass(frozen=True)
class Submission:
    """One returned worksheet. ``unread``: the first words of text that belongs to no question.

    ``author``: whose worksheet it is, as its signature or staff say; None if only the file itself says so.
    """

    head: WorksheetId
    filled: tuple[FilledField, ...] = ()
    typed: tuple[FormAnswer, ...] = ()
    unread: tuple[str, ...] = ()
    author: Person | None = None

    @property
    def name(self) -> str:
        """The author's name, else the name as written; empty if there is none."""
        if self.author:
            return self.author.name
        return self._extra(NAME) or next((typed.author for typed in self.typed), "")

    @property
    def role(self) -> str:
        """The author's role as written."""
        return self._extra(ROLE)

    def _extra(self, address: FieldAddress) -> str:
        key = address.key(self.head)
        found = (" ".join(normalize_text(filled.text).split()) for filled in self.filled if filled.mark.key == key)
        return next(filter(None, found), "")[:200]
