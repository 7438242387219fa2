"""Handouts: their pages, their sources, their tables from the content, and their languages."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pypdf
import pytest
from typer.testing import CliRunner

from cluster_kit.cli.app import app
from cluster_kit.cli.commands import register
from cluster_kit.content import check_content, load_content
from cluster_kit.content.handouts import load_glossary, load_handouts
from cluster_kit.content.models import Place, When
from cluster_kit.content.notice import load_notice
from cluster_kit.documents.html import blocks_html
from cluster_kit.documents.model import Document
from cluster_kit.documents.page import write_page
from cluster_kit.documents.pdf import write_pdf
from cluster_kit.documents.pdf_rules import find_pdf_problems
from cluster_kit.errors import UsageError
from cluster_kit.exports.handouts import HandoutRequest, make_handouts

register()
CONTENT = load_content("2026")
LANGUAGES = ("", "es")


def _make(language: str = "", *only: str, session: int | None = None) -> dict[str, Document]:
    request = HandoutRequest(only, session, language)
    return make_handouts(CONTENT, load_handouts(language=language), load_glossary(), request)


def _html(document: Document) -> str:
    return blocks_html(document.sections, level=2)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_handout_fits_its_pages_and_passes_the_accessibility_checks(language: str) -> None:
    most = {one.id: one.most_pages for one in load_handouts(language=language).handouts}
    for name, document in _make(language, session=3).items():
        written = write_pdf(document)
        handout = next(one for one in most if name.startswith(one))
        assert len(pypdf.PdfReader(io.BytesIO(written)).pages) <= most[handout], name
        assert find_pdf_problems(written) == [], name


def test_the_guide_says_how_many_pages_each_handout_has() -> None:
    guide = Path("docs/how-to/messages.md").read_text("utf-8").partition("## Handouts")[2]
    documents = _make() | {name: one for name, one in _make("es").items() if name.endswith("_letter")}
    told: dict[str, set[str]] = {}
    for row in re.findall(r"^\| (`.*)", guide, re.MULTILINE):
        names, _, pages = row.removesuffix(" |").split(" | ")
        for name in re.findall(r"`(\w+)`", names):
            told[name] = set(re.findall(r"\d+", pages))
    count = {name: len(pypdf.PdfReader(io.BytesIO(write_pdf(one))).pages) for name, one in documents.items()}
    assert {name: told.get(name) for name in count} == {name: {str(pages)} for name, pages in count.items()}


def test_the_glossary_has_each_abbreviation_of_the_instrument_and_the_sessions() -> None:
    known = {spelling for term in load_glossary().terms for spelling in term.spellings}
    read = json.dumps([one.model_dump(mode="json") for one in (CONTENT.instrument, *CONTENT.sessions)])
    used = set(re.findall(r"\b(?:[A-Z]{3,}|[1-5][SP][1-5])(?=s?\b)", read))
    assert {"CLNA", "ETPL", "5S3"} <= used
    assert used - known == {"CFR"}


def test_a_definition_has_at_most_two_sentences() -> None:
    for term in load_glossary().terms:
        plain = term.definition.replace("U.S.", "US")
        assert len(re.findall(r"[.?](?:\s|$)", plain)) <= 2, term.id
        assert len(plain.split()) < 50, term.id


def test_statements_have_the_number_of_a_source_with_its_address_and_month() -> None:
    primer = _make("", "primer")["primer"]
    page = _html(primer)
    assert "We found no published federal date from which Perkins V reports use the modernized Cluster titles. " in page
    assert "Ask your Perkins Regional Coordinator for the date. [" in page
    assert "Our cop" not in page
    assert page.index("We found no published federal date") < page.index("can use a crosswalk when it reports")
    sources = primer.parts[-1]
    assert sources.title == "Sources, with the month in which each was checked"
    assert "(04/2023)" in blocks_html(sources.blocks, level=3)
    claims = [one for handout in load_handouts().handouts for part in handout.sections for one in part.facts]
    assert {one.claim.id for one in CONTENT.facts.claims} >= set(claims)


def test_a_session_alone_has_its_exercises_with_their_minutes_and_no_prework_among_the_steps() -> None:
    assert [name for name in _make("", "self_paced")] == [f"self_paced_{one.number}" for one in CONTENT.sessions]
    page = _html(_make("", "self_paced", session=2)["self_paced_2"])
    for exercise in CONTENT.get_session(2).exercises:
        is_of_the_discussion = exercise.when is When.FOLLOW_UP and exercise.place is Place.PEERS
        assert (exercise.title.replace("&", "&amp;") in page) is not is_of_the_discussion, exercise.id
    assert "Before the session:" not in page


def test_the_spanish_letters_are_the_english_ones_in_spanish_throughout() -> None:
    english, spanish = load_handouts().handouts, load_handouts(language="es").handouts
    sections = {one.id: len(one.sections) for one in english}
    assert {one.id: len(one.sections) for one in spanish}.items() <= sections.items()
    page = write_page(_make("es", "family_letter")["family_letter_es"])
    assert '<html lang="es">' in page
    assert "Ir al contenido" in page
    assert "Fuentes, con el mes" in page


def test_the_spanish_notice_has_the_sections_of_the_english_one() -> None:
    assert [one.id for one in load_notice(language="es").sections] == [one.id for one in load_notice().sections]


def test_the_organizations_own_words_are_used_and_checked(tmp_path: Path) -> None:
    own = tmp_path / "content" / "languages" / "es"
    own.mkdir(parents=True)
    text = """schema_version: 1
sources_title: Fuentes
handouts:
  - id: welcome
    title: Bienvenida
    subtitle: Para equipos nuevos
    readers: equipos nuevos
    most_pages: 1
    sections:
      - { title: Hola, text: "Hay {session_count} sesiones.", facts: [no_field_droped] }
"""
    (own / "handouts.yaml").write_text(text, encoding="utf-8")
    (problem,) = check_content(tmp_path / "content")
    assert "there is no statement 'no_field_droped': did you mean 'no_field_dropped'?" in str(problem)
    (own / "handouts.yaml").write_text(text.replace(", facts: [no_field_droped]", ""), encoding="utf-8")
    assert check_content(tmp_path / "content") == []
    command = ["handouts", "--language", "es", "--formats", "html", "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(app, [*command, "--series", "2026", "--home", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert "Hay 4 sesiones." in (tmp_path / "out" / "welcome_es.html").read_text(encoding="utf-8")


def test_an_unknown_handout_or_language_is_refused_with_those_that_exist() -> None:
    with pytest.raises(UsageError, match="The handouts are primer, leadership"):
        _make("", "premier")
    with pytest.raises(UsageError, match="Other languages are: es"):
        load_handouts(language="fr")
