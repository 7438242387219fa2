"""The glossary terms that an exercise uses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cluster_kit.content.handouts import Glossary, GlossaryTerm
from cluster_kit.models import Json

# What people read in an exercise. Cues, examples, and sources are about it, and are not part of it.
_READ = (
    *("title", "intent", "steps", "keeps", "label", "help", "text", "intro", "rule"),
    *("guiding_questions", "strategies", "evidence"),
)
_CONTAINERS = ("prompts", "columns", "rows", "options", "areas", "items", "questions", "scale")
_MOST_OPTIONS = 12  # a longer list is a choice among statements or states, which people search instead of reading


def find_terms(glossary: Glossary, exercise: Json) -> list[GlossaryTerm]:
    """The terms in the texts of an exercise's definition, in the order of their first use."""
    text = "\n".join(_texts(exercise))
    first = {term.id: found.start() for term in glossary.terms if (found := _pattern(term).search(text))}
    return sorted((term for term in glossary.terms if term.id in first), key=lambda term: first[term.id])


def _pattern(term: GlossaryTerm) -> re.Pattern[str]:
    """Whole words, with a plural s. An abbreviation keeps its case: "CAR" is not a car."""
    spellings = [re.escape(one) if one.isupper() else f"(?i:{re.escape(one)})" for one in term.spellings]
    return re.compile(rf"\b(?:{'|'.join(spellings)})s?\b")


def _texts(part: Json) -> Iterator[str]:
    for key in _READ:
        value = part.get(key)
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            yield from (line for line in value if isinstance(line, str))
    for key in _CONTAINERS:
        parts = part.get(key) or ()
        if key != "options" or len(parts) <= _MOST_OPTIONS:
            for one in parts:
                yield from _texts(one)
