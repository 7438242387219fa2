"""Answers typed into the forms of a notebook, as the notebook keeps them in the output of a cell.

Notebook programs save outputs, so a notebook that is sent back carries what was typed into its forms.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from pydantic import Field, JsonValue

from cluster_kit.models import FrozenModel
from cluster_kit.store import Response

TYPED_MIME = "application/vnd.cluster-kit.worksheet+json"
NEW_ROW = "new-"
NEW_ROWS = 20
_HEAD = re.compile(
    r"worksheet ([a-z0-9][a-z0-9_-]{0,63})/([1-9]\d{0,2})/([A-Z]{2})@(\d{1,18})(?:-(0|[0-9a-f]{12})-([0-9a-f]{32}))?\b"
)
_NO_PERSON = "0"


@dataclass(frozen=True)
class WorksheetId:
    """Identity of a worksheet. ``seq``: the jurisdiction's latest answer when the worksheet was made.

    ``person_key`` identifies whose worksheet it is; empty for one of the whole team. ``signature`` is that of the
    deployment that made it (see ``worksheets.signatures``); empty for notebooks that no deployment made.
    """

    series: str
    session: int
    jurisdiction: str
    seq: int
    person_key: str = ""
    signature: str = ""

    def __str__(self) -> str:
        return f"{self.code}-{self.person_key or _NO_PERSON}-{self.signature}" if self.signature else self.code

    @property
    def code(self) -> str:
        """The identity without its signature, as printed."""
        return f"worksheet {self.series}/{self.session}/{self.jurisdiction}@{self.seq}"

    @classmethod
    def find(cls, text: str) -> Self | None:
        """The head in a text, or None."""
        found = _HEAD.search(text)
        if not found:
            return None
        person_key = "" if found[5] in (None, _NO_PERSON) else found[5]
        return cls(found[1], int(found[2]), found[3], int(found[4]), person_key, found[6] or "")

    def new_rows(self, count: int = NEW_ROWS) -> list[str]:
        """Ids of this worksheet's empty rows; a later worksheet for the state has different ones."""
        return [f"{NEW_ROW}{self.seq}-{number}" for number in range(1, count + 1)]


class TypedAnswer(FrozenModel):
    """One answer as stored in the notebook. ``base``: the answers from before the worksheet that it supersedes."""

    id: str = Field(max_length=64)
    exercise: str
    prompt: str
    row: str = ""
    value: JsonValue
    base: tuple[str, ...] = ()
    who: str = Field(default="", max_length=200)


class TypedAnswers(FrozenModel):
    """All current answers typed into a worksheet's forms."""

    head: str
    answers: tuple[TypedAnswer, ...] = ()


def gather_typed(
    head: WorksheetId, known: Collection[str], history: Iterable[Response], names: Mapping[str, str]
) -> TypedAnswers:
    """The latest answers in the session, except those that the worksheet was made with.

    ``history`` is all responses in the file beside the notebook, in order. ``known`` are the ids of those that it was
    made with, and ``names`` the names of people by their id.
    """
    new = {r.id: r for r in history if r.id not in known and r.session == head.session}
    replaced = {base for response in new.values() for base in response.base}
    newest = {(r.exercise, r.prompt, r.row, r.author): r for r in new.values() if r.id not in replaced}
    return TypedAnswers(
        head=str(head),
        answers=tuple(
            TypedAnswer(
                id=r.id,
                exercise=r.exercise,
                prompt=r.prompt,
                row=r.row,
                value=r.value,
                base=tuple(sorted(_roots(r.base, new))),
                who=names.get(r.author, ""),
            )
            for r in newest.values()
        ),
    )


def _roots(base: Iterable[str], new: dict[str, Response]) -> set[str]:
    """The known answers that an answer supersedes, directly or through later ones."""
    roots: set[str] = set()
    waiting, seen = list(base), set[str]()
    while waiting:
        response_id = waiting.pop()
        if response_id in new and response_id not in seen:
            seen.add(response_id)
            waiting.extend(new[response_id].base)
        elif response_id not in new:
            roots.add(response_id)
    return roots
