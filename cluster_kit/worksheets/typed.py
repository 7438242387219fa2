"""Answers typed into the forms of a worksheet's notebook, on their way into the notebook and out of it again.

Notebook programs save what a cell has put out. So the forms put out, as data, what was typed into them, and bring it up
to date whenever something is saved. Where nobody saves the notebook, because it is served as a page, the same data can
be downloaded as a file.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pydantic import Field, JsonValue, ValidationError

from cluster_kit.content.models import Scope
from cluster_kit.models import FrozenModel
from cluster_kit.store import NewResponse, Response
from cluster_kit.store.models import clean_text
from cluster_kit.worksheets.errors import UnreadableWorksheetError
from cluster_kit.worksheets.marks import Spot, WorksheetId
from cluster_kit.worksheets.returned import FormAnswer, Submission

ANSWERS_FILE = b'{"head"'
TYPED_MIME = "application/vnd.cluster-kit.worksheet+json"
_PREFIX = "ck1."
_LARGEST = 20_000_000


class Seed(FrozenModel):
    """What a team had said when its worksheet was made, as the notebook carries it. ``names`` are those of authors."""

    head: str
    exercises: tuple[str, ...] = ()
    names: dict[str, str] = Field(default_factory=dict)
    responses: tuple[NewResponse, ...] = ()


class TypedAnswer(FrozenModel):
    """One answer as the notebook keeps it. ``base``: the answers of before the worksheet that it was typed over."""

    id: str = Field(max_length=64)
    exercise: str
    prompt: str
    row: str = ""
    value: JsonValue
    base: tuple[str, ...] = ()
    who: str = Field(default="", max_length=200)


class TypedAnswers(FrozenModel):
    """Everything that was typed into a worksheet's forms and stands."""

    head: str
    answers: tuple[TypedAnswer, ...] = ()


def load_json(raw: bytes) -> Any:
    """JSON from outside; ``ValueError`` or ``RecursionError`` for anything else, NaN and infinity among it."""

    def refuse(word: str) -> None:
        raise ValueError(f"{word} is no JSON")

    return json.loads(clean_text(raw.decode("utf-8-sig")), parse_constant=refuse)


def pack_seed(head: WorksheetId, exercises: Sequence[str], current: Sequence[Response], names: dict[str, str]) -> str:
    """The team's answers as one line of letters for a notebook's cell, without what people answered for themselves."""
    fields = set(NewResponse.model_fields)
    team = [r for r in current if r.scope is Scope.TEAM]
    said = [NewResponse.model_validate(r.model_dump(include=fields)) for r in team]
    known = {author: names.get(author, "") for author in dict.fromkeys(r.author for r in said)}
    seed = Seed(head=str(head), exercises=tuple(exercises), names=known, responses=tuple(said))
    return _PREFIX + base64.b64encode(zlib.compress(seed.model_dump_json().encode(), 9)).decode("ascii")


def unpack_seed(text: str) -> Seed:
    """The reverse of ``pack_seed``; ``ValueError`` where the line is not whole."""
    try:
        packed = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
        unpacker = zlib.decompressobj()
        raw = unpacker.decompress(packed, _LARGEST)
    except (zlib.error, binascii.Error) as error:
        raise ValueError("The line with what your state said so far is damaged.") from error
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise ValueError("The line with what your state said so far is damaged.")
    return Seed.model_validate_json(raw)


def gather_typed(head: WorksheetId, seed: Seed, history: Sequence[Response], names: dict[str, str]) -> TypedAnswers:
    """What was answered in the worksheet's own session since it was made, newest versions only.

    ``history`` is everything that stands beside the notebook, the seed among it, in order.
    """
    known = {response.id for response in seed.responses}
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
    """What an answer was typed over at last, through all that was typed in between."""
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


def read_typed(cells: Sequence[dict[str, Any]], head: WorksheetId) -> tuple[FormAnswer, ...]:
    """What a returned notebook's forms have put out for this worksheet; what is damaged or foreign is passed over."""
    found: dict[str, FormAnswer] = {}
    for output in _outputs(cells):
        try:
            typed = TypedAnswers.model_validate(output)
        except ValidationError:
            continue
        said = WorksheetId.find(typed.head)
        if said and (said.series, said.session, said.jurisdiction) == (head.series, head.session, head.jurisdiction):
            found |= {answer.id: answer for answer in _to_typed(typed)}
    return tuple(found.values())


def read_answers_file(name: str, raw: bytes) -> Submission:
    """The answers in a file that was downloaded from the forms. ``UnreadableWorksheetError`` where it is damaged."""
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
            answer.id, Spot(answer.exercise, answer.prompt, answer.row), answer.value, answer.base, answer.who
        )


def _outputs(cells: Sequence[dict[str, Any]]) -> Iterator[Any]:
    for cell in cells:
        outputs = cell.get("outputs")
        for output in outputs if isinstance(outputs, list) else []:
            data = output.get("data") if isinstance(output, dict) else None
            if isinstance(data, dict) and TYPED_MIME in data:
                yield data[TYPED_MIME]
