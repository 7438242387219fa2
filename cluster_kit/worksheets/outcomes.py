"""Outcomes of merging a returned answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["saved", "there", "unchanged", "conflict", "replaced", "refused", "removed"]


@dataclass(frozen=True)
class MergeOutcome:
    """The outcome for one answer.

    ``saved``: stored. ``there``: the same value is already stored. ``unchanged``: as the worksheet was sent out.
    ``conflict``: stored beside ``others``, which the team wrote in the meantime. ``replaced``: stored in place of
    ``others``, by the same person. ``refused``: not stored, for the reason in ``sentence``. ``removed``: a row or an
    answer that is no longer in the file; what is stored stays. ``by``: the author's name.
    """

    status: Status
    where: str = ""
    words: str = ""
    others: tuple[str, ...] = ()
    sentence: str = ""
    by: str = ""
