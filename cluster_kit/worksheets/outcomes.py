"""What becomes of a returned answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["saved", "there", "unchanged", "conflict", "replaced", "refused"]


@dataclass(frozen=True)
class MergeOutcome:
    """What became of one answer.

    ``saved``: kept. ``there``: the same words stand there already. ``unchanged``: as the worksheet was sent out.
    ``conflict``: kept beside ``others``, which the team wrote in the meantime. ``replaced``: kept in place of
    ``others``, which the same person had answered. ``refused``: not kept, for the reason in ``sentence``.
    """

    status: Status
    where: str = ""
    words: str = ""
    others: tuple[str, ...] = ()
    sentence: str = ""
