"""The plain-language check."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cluster_kit.content import load_content
from cluster_kit.content.models import PlainLanguage, PlainTerm
from cluster_kit.exercises.context import FormContext
from cluster_kit.exercises.plain_language import (
    check_text,
    count_syllables,
    measure_words,
    reading_grade,
    split_sentences,
)
from tests.forms.harness import FormPage

LIMITS = PlainLanguage(
    schema_version=1,
    longest_sentence_words=12,
    highest_grade=9,
    terms=(
        PlainTerm(term="stakeholder", plain="people who care about it"),
        PlainTerm(term="Perkins", plain="the federal CTE law"),
        PlainTerm(term="Perkins V", plain="the federal CTE law of 2018"),
        PlainTerm(term="SOC", plain="the national code for a job"),
    ),
)


def sentences(text: str) -> list[str]:
    return [finding.sentence for finding in check_text(text, LIMITS)]


@pytest.mark.parametrize("text", ["", "   ", "Good news for every student.", "12 345 -- !!!", "🌾🌾🌾", "日本語の文"])
def test_nothing_is_said_where_there_is_nothing_to_say(text: str) -> None:
    assert check_text(text, LIMITS) == ()


def test_the_longest_sentence_is_named_with_its_length() -> None:
    text = "Short one. " + "This is a sentence that goes on and on until nobody can follow it. Short again."
    (sentence,) = (s for s in sentences(text) if "longest sentence" in s)
    assert "14 words" in sentence
    assert "“This is a sentence that goes on and …”" in sentence


def test_the_grade_is_that_of_the_published_formula() -> None:
    text = "The state has a plan. Every school can see it. We like it."
    sentences_in_it, words, syllables = 3, 13, 14
    assert sum(count_syllables(word) for word in text.replace(".", "").split()) == syllables
    assert reading_grade(text) == pytest.approx(0.39 * words / sentences_in_it + 11.8 * syllables / words - 15.59)


def test_long_words_ask_for_a_higher_grade_than_short_ones() -> None:
    hard = "Implementation necessitates institutional coordination mechanisms. " * 5
    easy = "We will work with each school so that the change is clear. " * 5
    assert reading_grade(hard) > 12 > reading_grade(easy)
    assert any("grade" in sentence for sentence in sentences(hard))
    assert not any("grade" in sentence for sentence in sentences(easy))


def test_terms_of_the_trade_get_plainer_words_once_each_the_longer_term_first() -> None:
    found = sentences("Stakeholders like Perkins V. Other stakeholders do not.")
    assert found == [
        "For “Stakeholders”, try: people who care about it",
        "For “Perkins V”, try: the federal CTE law of 2018",
    ]


def test_short_forms_in_capitals_are_not_found_inside_ordinary_words() -> None:
    assert sentences("A soc of society.") == []
    assert len(sentences("The SOC is old.")) == 1


@pytest.mark.parametrize(
    ("word", "count"), [("state", 1), ("policy", 3), ("education", 4), ("cross-cutting", 3), ("we've", 2), ("a", 1)]
)
def test_syllables_are_counted_by_hyphenation(word: str, count: int) -> None:
    assert count_syllables(word) == count


def test_sentences_end_at_stops_and_line_breaks_but_not_at_abbreviations() -> None:
    text = "We meet at 1 p.m. today. Bring a list, e.g. courses.\n- One item\n“Done!” she said."
    assert split_sentences(text) == [
        "We meet at 1 p.m. today.",
        "Bring a list, e.g. courses.",
        "- One item",
        "“Done!",
        "she said.",
    ]


def test_a_text_of_abbreviations_or_of_one_word_is_checked_as_fast_as_any_other() -> None:
    """Earlier versions took minutes, in the thread that saves the answers of all states."""
    assert split_sentences("e.g. " * 20_000) == [("e.g. " * 20_000).strip()]
    assert count_syllables("a" * 50_000) > 0
    assert check_text("etc. " * 10_000, LIMITS) != ()


def test_a_list_of_names_has_no_grade_and_no_length() -> None:
    names = "Ohio Department of Higher Education, Ohio Department of Education and Workforce, Office of Apprenticeship"
    assert sentences(f"{names}, Association of Career and Technical Administrators, Governor's Office") == []
    assert any("longest sentence" in said for said in sentences(f"{names}. " + "we go on and on " * 4))


def test_the_page_and_the_check_count_the_same_words(
    open_form: Callable[[FormContext, str], FormPage], ana: FormContext
) -> None:
    texts = ["", " - ", "K-12 and/or  college", "One — two, 3 … ok", "the 14\nClusters’ names", "a_b c/d e.g. 50%"]
    page = open_form(ana, "rate").page
    counted = page.evaluate(
        """async (texts) => {
          const { countWords } = await import("/static/forms/controls.js");
          return texts.map(countWords);
        }""",
        texts,
    )
    assert counted == [measure_words(text) for text in texts] == [0, 0, 3, 4, 4, 4]


def test_the_shipped_terms_cover_the_words_that_reviewers_missed() -> None:
    limits = load_content("2026").plain_language
    said = check_text(
        "Utilizing synergies, SEA and LEA staff operationalize ESSA, the CLNA, and the NCCF going forward.", limits
    )
    terms = {note.sentence.split("“")[1].split("”")[0] for note in said if note.kind == "term"}
    assert terms == {"Utilizing", "synergies", "SEA", "LEA", "operationalize"}  # the first five
    rest = check_text("ESSA, the CLNA, and the NCCF are stackable going forward.", limits)
    assert len([note for note in rest if note.kind == "term"]) == 5
