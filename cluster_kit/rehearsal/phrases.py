"""Texts of fictional people: phrases from the YAML files beside this module, with placeholders filled in."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).parent / "phrases"
_BEGINNING = re.compile(r"(?:^|(?<=[.?!] ))[a-z]")
_WORDS, _ANYTHING = "words", "anything"


@dataclass(frozen=True)
class Phrases:
    """Phrases by place: an exercise (or ``anywhere``), then a prompt, ``table.column``, or a row's id."""

    by_place: Mapping[str, Mapping[str, Sequence[str]]]
    words: Mapping[str, Sequence[str]]
    weights: Mapping[str, Mapping[str, int]]

    @classmethod
    def load(cls) -> Phrases:
        """The phrases shipped with the kit."""
        return _load()

    def choose(self, place: str, keys: Sequence[str], chance: random.Random, own: Mapping[str, str]) -> str:
        """A phrase for the first of ``keys`` that has any in this place or anywhere, with placeholders filled in.

        ``own`` are the speaker's own values, such as the state's name.
        """
        found = self.find(place, keys)
        phrase = chance.choice(found or self.by_place["anywhere"][_ANYTHING])
        words = {name: chance.choice(some) for name, some in self.words.items()}
        text = phrase.format_map({**words, "number": chance.randint(2, 9) * 5, **own})
        return text if text.startswith("http") else _BEGINNING.sub(lambda first: first[0].upper(), text)

    def find(self, place: str, keys: Sequence[str]) -> Sequence[str]:
        """The phrases for the first of ``keys`` that has any in this place, then anywhere; empty if no key has any."""
        for where in (place, "anywhere"):
            for key in keys:
                if phrases := self.by_place.get(where, {}).get(key):
                    return phrases
        return ()

    def weigh(self, prompt: str, options: Sequence[str]) -> list[int]:
        """Relative weights of a choice's options."""
        weights = self.weights.get(prompt, {})
        return [weights.get(option, 2) for option in options]


@cache
def _load() -> Phrases:
    by_place: dict[str, dict[str, Sequence[str]]] = {}
    words: dict[str, Sequence[str]] = {}
    weights: dict[str, dict[str, int]] = {}
    for path in sorted(_FOLDER.glob("*.yaml")):
        document: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        words |= document.get(_WORDS, {})
        weights |= document.get("weights", {})
        for place, phrases in document.get("said", {}).items():
            by_place.setdefault(place, {}).update(phrases)
    return Phrases(by_place, words, weights)
