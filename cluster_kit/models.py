"""The bases of every model, and the type of JSON objects that are on their way into or out of one."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

Json = dict[str, Any]


class FrozenModel(BaseModel):
    """Immutable, and closed to unknown keys. A base that differs overrides ``model_config`` and says why."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Incoming(FrozenModel):
    """A message from a page. Unknown keys are ignored, so that a newer page can say more."""

    model_config = ConfigDict(extra="ignore")


class Outgoing(FrozenModel):
    """A message to a page, or a part of one."""
