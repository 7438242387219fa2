"""What a returned file says, before it is compared with what is kept."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import JsonValue

from cluster_kit.worksheets.marks import NAME, ROLE, FieldToken, Spot, WorksheetId, tidy


@dataclass(frozen=True)
class FilledField:
    """What stands behind a mark, as text. Boxes are lines such as ``- [x] Yes``."""

    mark: FieldToken
    text: str


@dataclass(frozen=True)
class FormAnswer:
    """An answer that came back from a form within the notebook. ``base``: what it was typed over, ``who`` typed it."""

    id: str
    spot: Spot
    value: JsonValue
    base: tuple[str, ...] = ()
    who: str = ""


@dataclass(frozen=True)
class Submission:
    """One returned worksheet. ``unread``: the beginnings of what people wrote where no question is."""

    head: WorksheetId
    filled: tuple[FilledField, ...] = ()
    typed: tuple[FormAnswer, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Who filled it in, in their own words; empty where nobody says."""
        return self._extra(NAME) or next((typed.who for typed in self.typed), "")

    @property
    def role(self) -> str:
        """What they do in their state, in their own words."""
        return self._extra(ROLE)

    def _extra(self, spot: Spot) -> str:
        key = spot.key(self.head)
        found = (" ".join(tidy(filled.text).split()) for filled in self.filled if filled.mark.key == key)
        return next(filter(None, found), "")[:200]
