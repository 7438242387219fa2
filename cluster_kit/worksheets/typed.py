"""Answers typed into forms within a worksheet notebook, found again in the state that its widgets leave in the file."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cluster_kit.content.models import Scope
from cluster_kit.responses import NewResponse, Response
from cluster_kit.worksheets.marks import Head, Spot
from cluster_kit.worksheets.returned import Typed

Json = dict[str, Any]
_WIDGETS = "application/vnd.jupyter.widget-state+json"
_SEED = re.compile(r'"(ck1\.[A-Za-z0-9+/=]{8,})"')
_PREFIX = "ck1."
_LARGEST = 20_000_000


class Seed(BaseModel):
    """What a team had said when its worksheet was made, as the notebook carries it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    head: str
    exercises: tuple[str, ...] = ()
    names: dict[str, str] = Field(default_factory=dict)
    responses: tuple[NewResponse, ...] = ()


def pack_seed(head: Head, exercises: Sequence[str], current: Sequence[Response], names: dict[str, str]) -> str:
    """The team's answers as one line of letters for a notebook's cell, without what people answered for themselves."""
    fields = set(NewResponse.model_fields)
    team = [r for r in current if r.scope is Scope.TEAM]
    said = [NewResponse.model_validate(r.model_dump(include=fields)) for r in team]
    known = {author: names.get(author, "") for author in dict.fromkeys(r.author for r in said)}
    text = Seed(head=str(head), exercises=tuple(exercises), names=known, responses=tuple(said)).model_dump_json()
    return _PREFIX + base64.b64encode(zlib.compress(text.encode(), 9)).decode("ascii")


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


def read_typed(notebook: Json, sources: Sequence[str], head: Head) -> tuple[tuple[Typed, ...], str]:
    """What was typed into the notebook's forms, and the name of who typed it."""
    seed = _find_seed(sources)
    known = {response.id for response in seed.responses}
    typed: dict[str, Typed] = {}
    typist = ""
    for exercise, me, answer in _answers(notebook, head):
        typist = typist or me
        spot = Spot(exercise, str(answer.get("prompt")), str(answer.get("row")))
        base = [
            r.id
            for r in seed.responses
            if (r.session, r.exercise, r.prompt, r.row) == (head.session, spot.exercise, spot.prompt, spot.row)
        ]
        response_id = str(answer.get("id"))
        if response_id not in known:
            typed[response_id] = Typed(response_id, spot, answer.get("value"), tuple(base))
    return tuple(typed.values()), typist


def _find_seed(sources: Sequence[str]) -> Seed:
    for source in sources:
        if found := _SEED.search(source):
            try:
                return unpack_seed(found[1])
            except (ValueError, ValidationError):
                break
    return Seed(head="")


def _answers(notebook: Json, head: Head) -> Iterator[tuple[str, str, Json]]:
    """Exercise, who typed, and each of this person's answers, from every form of this worksheet in the file."""
    for schema, answers in _forms(notebook):
        key = str(schema.get("key", "")).split(":")
        if key[1:4] != [head.series, str(head.session), head.jurisdiction]:
            continue
        me = schema.get("me")
        name = str(me.get("name", "")) if isinstance(me, dict) else ""
        for field in _dicts(answers.get("fields")):
            for answer in _dicts(field.get("answers")):
                if answer.get("mine") is True:
                    yield str(schema.get("exercise")), name, answer


def _forms(notebook: Json) -> Iterator[tuple[Json, Json]]:
    found: Any = notebook
    for step in ("metadata", "widgets", _WIDGETS, "state"):
        found = found.get(step) if isinstance(found, dict) else None
    for model in _dicts(list(found.values()) if isinstance(found, dict) else None):
        state = model.get("state")
        if isinstance(state, dict) and isinstance(state.get("schema"), dict) and isinstance(state.get("answers"), dict):
            yield state["schema"], state["answers"]


def _dicts(found: Any) -> Iterator[Json]:
    return (one for one in found if isinstance(one, dict)) if isinstance(found, list) else iter(())
