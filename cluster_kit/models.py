"""The base classes of all models, and the type of JSON objects before and after validation."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

Json = dict[str, Any]


class FrozenModel(BaseModel):
    """An immutable model that rejects unknown keys. Exceptions override ``model_config`` and state the reason."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Incoming(FrozenModel):
    """A message from a page. Unknown keys are ignored, because a newer page may send more."""

    model_config = ConfigDict(extra="ignore")


class Outgoing(FrozenModel):
    """A message to a page, or a part of one."""
