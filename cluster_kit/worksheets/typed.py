"""Answers typed into the forms of a worksheet's notebook: writing them into the notebook and reading them back.

Notebook programs save cell outputs, so the forms store typed answers in an output and update it on every save. If the
notebook is served as a page and cannot be saved, the same data can be downloaded as a file.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from pydantic import Field, ValidationError

from cluster_kit.content.models import Scope
from cluster_kit.exercises.typed_answers import TYPED_MIME, TypedAnswers, WorksheetId
from cluster_kit.models import FrozenModel
from cluster_kit.store import NewResponse, Response
from cluster_kit.store.models import clean_text
from cluster_kit.worksheets.errors import UnreadableWorksheetError
from cluster_kit.worksheets.marks import FieldAddress
from cluster_kit.worksheets.returned import FormAnswer, Submission

ANSWERS_FILE = b'{"head"'
_PREFIX = "ck1."
_LARGEST = 20_000_000


class NotebookSeed(FrozenModel):
    """A team's answers when its worksheet was made, as stored in the notebook. ``names`` are the authors' names.

    ``files`` are the organization's content files that the worksheet was made from, and ``version`` is that of all its
    content; worksheets of release 0.1 have neither.
    """

    head: str
    exercises: tuple[str, ...] = ()
    names: dict[str, str] = Field(default_factory=dict)
    responses: tuple[NewResponse, ...] = ()
    files: dict[str, str] = Field(default_factory=dict)
    version: str = ""


def load_json(raw: bytes) -> Any:
    """Parse untrusted JSON. Raises ``ValueError`` or ``RecursionError`` if invalid, including NaN and infinity."""

    def refuse(word: str) -> None:
        raise ValueError(f"{word} is no JSON")

    return json.loads(clean_text(raw.decode("utf-8-sig")), parse_constant=refuse)


def pack_seed(seed: NotebookSeed, current: Sequence[Response], names: dict[str, str]) -> str:
    """The seed with the team's answers, encoded as one line for a notebook cell, without individual answers."""
    fields = set(NewResponse.model_fields)
    team = [r for r in current if r.scope is Scope.TEAM]
    responses = [NewResponse.model_validate(r.model_dump(include=fields)) for r in team]
    known = {author: names.get(author, "") for author in dict.fromkeys(r.author for r in responses)}
    seed = seed.model_copy(update={"names": known, "responses": tuple(responses)})
    return _PREFIX + base64.b64encode(zlib.compress(seed.model_dump_json().encode(), 9)).decode("ascii")


def unpack_seed(text: str) -> NotebookSeed:
    """Decode the line of ``pack_seed``. Raises ``ValueError`` if it is damaged."""
    try:
        packed = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
        unpacker = zlib.decompressobj()
        raw = unpacker.decompress(packed, _LARGEST)
    except (zlib.error, binascii.Error) as error:
        raise ValueError("The line with what your state said so far is damaged.") from error
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise ValueError("The line with what your state said so far is damaged.")
    return NotebookSeed.model_validate_json(raw)


def find_typed_head(cells: Sequence[dict[str, Any]]) -> WorksheetId | None:
    """The head in the first output with typed answers, or None: a session's notebook has no other."""
    heads = (typed.head for typed in _valid_outputs(cells) if typed.answers)
    return next(filter(None, map(WorksheetId.find, heads)), None)


def read_typed(cells: Sequence[dict[str, Any]], head: WorksheetId) -> tuple[FormAnswer, ...]:
    """The form answers in a returned notebook for this worksheet; damaged or foreign outputs are skipped."""
    found: dict[str, FormAnswer] = {}
    for typed in _valid_outputs(cells):
        worksheet = WorksheetId.find(typed.head)
        if worksheet and (worksheet.series, worksheet.session, worksheet.jurisdiction) == (
            head.series,
            head.session,
            head.jurisdiction,
        ):
            found |= {answer.id: answer for answer in _to_typed(typed)}
    return tuple(found.values())


def read_answers_file(name: str, raw: bytes) -> Submission:
    """The answers in a file downloaded from the forms. Raises ``UnreadableWorksheetError`` if it is damaged."""
    try:
        typed = TypedAnswers.model_validate(load_json(raw))
    except (ValueError, RecursionError) as error:
        raise UnreadableWorksheetError(name, "is damaged: it is not a whole file of answers") from error
    head = WorksheetId.find(typed.head)
    if head is None:
        raise UnreadableWorksheetError(name, "does not say which worksheet it belongs to")
    return Submission(head, typed=tuple(_to_typed(typed)))


def _to_typed(typed: TypedAnswers) -> Iterator[FormAnswer]:
    for answer in typed.answers:
        yield FormAnswer(
            answer.id, FieldAddress(answer.exercise, answer.prompt, answer.row), answer.value, answer.base, answer.who
        )


def _valid_outputs(cells: Sequence[dict[str, Any]]) -> Iterator[TypedAnswers]:
    for output in _outputs(cells):
        with suppress(ValidationError):
            yield TypedAnswers.model_validate(output)


def _outputs(cells: Sequence[dict[str, Any]]) -> Iterator[Any]:
    for cell in cells:
        outputs = cell.get("outputs")
        for output in outputs if isinstance(outputs, list) else []:
            data = output.get("data") if isinstance(output, dict) else None
            if isinstance(data, dict) and TYPED_MIME in data:
                yield data[TYPED_MIME]
