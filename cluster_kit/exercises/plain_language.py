"""The plain-language check: is this easy to read? Friendly findings, never a refusal.

Three questions are asked: how long is the longest sentence, what school grade does the text ask for, and which
terms of the trade have plainer words. The grade is the Flesch-Kincaid grade level (Kincaid, Fishburne, Rogers and
Chissom, 1975): 0.39 x words per sentence + 11.8 x syllables per word - 15.59.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from pyphen import Pyphen

from cluster_kit.content.models import PlainLanguage

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+|\n+")
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|etc|vs|U\.S|Dr|Mr|Ms|Mrs|St|No|a\.m|p\.m)\.$", re.IGNORECASE)
# With the character before it, so that "Tito." does not end like "No.".
LONGEST_ABBREVIATION = 6
# Hyphenation takes time with the square of a word's length, and no word of a language is longer than this.
LONGEST_WORD = 50
CHECKED_CHARACTERS = 5_000
WORDS_FOR_A_GRADE = 20
QUOTED_WORDS = 8
MOST_TERMS = 5


@dataclass(frozen=True)
class WordingNote:
    """One thing that could read more easily, with a sentence that says what to try."""

    kind: Literal["long_sentence", "grade", "term"]
    sentence: str


def check_text(text: str, limits: PlainLanguage) -> tuple[WordingNote, ...]:
    """What could be plainer in ``text``, of which the first ``CHECKED_CHARACTERS`` are read; empty when it reads well.

    The order is: the longest sentence, the grade, then up to five terms as they occur. The grade is left out under
    20 words, where the formula says little. Results are cached: each page of a team asks about the same texts.
    """
    return _check(text[:CHECKED_CHARACTERS], limits)


@lru_cache(maxsize=2048)
def _check(text: str, limits: PlainLanguage) -> tuple[WordingNote, ...]:
    found: list[WordingNote] = []
    longest = max(split_sentences(text), key=lambda s: len(_WORD.findall(s)), default="")
    words = _WORD.findall(longest)
    if len(words) > limits.longest_sentence_words:
        start = " ".join(longest.split()[:QUOTED_WORDS])
        found.append(
            WordingNote(
                "long_sentence",
                f"The longest sentence has {len(words)} words (“{start} …”). "
                f"Could it be two? Up to {limits.longest_sentence_words} words read easily.",
            )
        )
    if len(_WORD.findall(text)) >= WORDS_FOR_A_GRADE and (grade := reading_grade(text)) > limits.highest_grade:
        found.append(
            WordingNote(
                "grade",
                f"This reads at about grade {grade:.0f}; aim for grade {limits.highest_grade} or below. "
                "Shorter sentences and shorter words help most.",
            )
        )
    return (*found, *_find_terms(text, limits))


def split_sentences(text: str) -> list[str]:
    """The sentences of a text. A line break ends one; a common abbreviation does not."""
    sentences: list[str] = []
    parts: list[str] = []
    for part in filter(None, map(str.strip, _SENTENCE_END.split(text))):
        parts.append(part)
        if not _ABBREVIATION.search(part[-LONGEST_ABBREVIATION:]):
            sentences.append(" ".join(parts))
            parts = []
    return [*sentences, " ".join(parts)] if parts else sentences


def reading_grade(text: str) -> float:
    """The Flesch-Kincaid grade level of an English text, 0.0 where there are no words."""
    words = _WORD.findall(text)
    if not words:
        return 0.0
    sentences = [s for s in split_sentences(text) if _WORD.search(s)]
    syllables = sum(count_syllables(word) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def count_syllables(word: str) -> int:
    """About how many syllables an English word has: the places where it may be hyphenated, and one.

    Hyphenation leaves no single letter alone, so a few words count one short ("idea").
    """
    parts = (part[:LONGEST_WORD] for part in re.split("['’-]", word) if part)
    return sum(len(_hyphenation().positions(part)) + 1 for part in parts)


@cache
def _hyphenation() -> Pyphen:
    return Pyphen(lang="en_US")


def _find_terms(text: str, limits: PlainLanguage) -> list[WordingNote]:
    plainer = {term.term.casefold(): term.plain for term in limits.terms}
    if not plainer:
        return []
    found: dict[str, WordingNote] = {}
    for match in _terms_pattern(limits).finditer(text):
        said = match["term"]
        sentence = f"For “{match.group()}”, try: {plainer[said.casefold()]}"
        found.setdefault(said.casefold(), WordingNote("term", sentence))
    return list(found.values())[:MOST_TERMS]


@cache
def _terms_pattern(limits: PlainLanguage) -> re.Pattern[str]:
    """Any of the terms, the longer first, with a plural's s. Short forms in capitals match in capitals only."""
    longest_first = sorted((term.term for term in limits.terms), key=len, reverse=True)
    parts = [re.escape(t) if t.isupper() else f"(?i:{re.escape(t)})" for t in longest_first]
    return re.compile(rf"\b(?P<term>{'|'.join(parts)})s?\b")
