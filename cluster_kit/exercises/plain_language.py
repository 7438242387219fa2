"""The plain-language check: suggestions for readability, never a refusal.

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
_COUNTED_WORD = re.compile(r"\S*[^\W_]\S*")  # as countWords of web/forms/controls.js counts
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+|\n+")
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|etc|vs|U\.S|Dr|Mr|Ms|Mrs|St|No|a\.m|p\.m)\.$", re.IGNORECASE)
# Includes the preceding character: "Tito." must not match "No.".
LONGEST_ABBREVIATION = 6
# Hyphenation takes quadratic time in a word's length. No real word is longer than this.
LONGEST_WORD = 50
CHECKED_CHARACTERS = 5_000
WORDS_FOR_A_GRADE = 20
QUOTED_WORDS = 8
MOST_TERMS = 5


@dataclass(frozen=True)
class WordingNote:
    """A suggestion for plainer wording, as a sentence."""

    kind: Literal["long_sentence", "grade", "term"]
    sentence: str


def check_text(text: str, limits: PlainLanguage) -> tuple[WordingNote, ...]:
    """Suggestions for ``text``, of which the first ``CHECKED_CHARACTERS`` are read; empty if there are none.

    The order is: the longest sentence, the grade, then up to five terms as they occur. Lists of names have neither
    length nor grade. The grade is left out under 20 words, where the formula says little. Results are cached: each page
    of a team asks about the same texts.
    """
    return _check(text[:CHECKED_CHARACTERS], limits)


@lru_cache(maxsize=2048)
def _check(text: str, limits: PlainLanguage) -> tuple[WordingNote, ...]:
    found: list[WordingNote] = []
    prose = [sentence for sentence in split_sentences(text) if not _is_list_of_names(sentence)]
    longest = max(prose, key=measure_words, default="")
    if (words := measure_words(longest)) > limits.longest_sentence_words:
        start = " ".join(longest.split()[:QUOTED_WORDS])
        found.append(
            WordingNote(
                "long_sentence",
                f"The longest sentence has {words} words (“{start} …”). "
                f"Could it be two? Up to {limits.longest_sentence_words} words read easily.",
            )
        )
    graded = "\n".join(prose)
    if len(_WORD.findall(graded)) >= WORDS_FOR_A_GRADE and (grade := reading_grade(graded)) > limits.highest_grade:
        found.append(
            WordingNote(
                "grade",
                f"This reads at about grade {grade:.0f}; aim for grade {limits.highest_grade} or below. "
                "Shorter sentences and shorter words help most.",
            )
        )
    return (*found, *_find_terms(text, limits))


def measure_words(text: str) -> int:
    """The number of words between spaces, as the page counts them while people type."""
    return len(_COUNTED_WORD.findall(text))


def _is_list_of_names(sentence: str) -> bool:
    """True if most of its words begin with a capital: agencies, places, and people have no plainer words."""
    words = _WORD.findall(sentence)
    capitals = sum(1 for word in words if word[0].isupper())
    return capitals > len(words) / 2


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
    """The Flesch-Kincaid grade level of an English text, 0.0 without words."""
    words = _WORD.findall(text)
    if not words:
        return 0.0
    sentences = [s for s in split_sentences(text) if _WORD.search(s)]
    syllables = sum(count_syllables(word) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def count_syllables(word: str) -> int:
    """The estimated syllable count of an English word: its hyphenation points plus one.

    Hyphenation never separates a single letter, so the count is one too low for a few words ("idea").
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
        term = match["term"]
        sentence = f"For “{match.group()}”, try: {plainer[term.casefold()]}"
        found.setdefault(term.casefold(), WordingNote("term", sentence))
    return list(found.values())[:MOST_TERMS]


@cache
def _terms_pattern(limits: PlainLanguage) -> re.Pattern[str]:
    """Any of the terms, the longer first, with a plural's s. Short forms in capitals match in capitals only."""
    longest_first = sorted((term.term for term in limits.terms), key=len, reverse=True)
    parts = [re.escape(t) if t.isupper() else f"(?i:{re.escape(t)})" for t in longest_first]
    return re.compile(rf"\b(?P<term>{'|'.join(parts)})s?\b")
