"""Answers for tests, in one line each."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pydantic import JsonValue

from cluster_kit.content.models import Scope
from cluster_kit.store import NewResponse, Response

MOMENT = dt.datetime(2026, 2, 17, 18, tzinfo=dt.UTC)


def new_answer(place: str, value: JsonValue, **parts: Any) -> NewResponse:
    """An answer to ``exercise.prompt``: of Ohio's team, by Ana, in session 1 of 2026, unless ``parts`` differ."""
    exercise, _, prompt = place.partition(".")
    usual = {"series": "2026", "session": 1, "jurisdiction": "OH", "scope": Scope.TEAM, "author": "ana"}
    return NewResponse(**{**usual, **parts, "exercise": exercise, "prompt": prompt, "value": value})


def answer(place: str, value: JsonValue, *, seq: int, **parts: Any) -> Response:
    """As ``new_answer``, stored with this number."""
    at = parts.pop("at", MOMENT)
    return Response(**new_answer(place, value, **{"id": f"r{seq}", **parts}).model_dump(), seq=seq, at=at)
