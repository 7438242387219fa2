"""The slides of every session: structure, accessibility, and text that fits."""

from __future__ import annotations

import io
import re
import zipfile
from functools import cache

import pytest
from lxml import etree
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE, PP_PLACEHOLDER
from pptx.oxml.ns import qn
from pptx.presentation import Presentation as PptxPresentation

from cluster_kit.content import Session, load_content
from cluster_kit.content.facilitation import load_facilitation
from cluster_kit.content.models import When
from cluster_kit.documents.quotes import curl_quotes
from cluster_kit.materials.fitting import CONTINUED, SMALLEST, Slide, SlideLine, split_slide
from cluster_kit.materials.presentation import write_presentation
from cluster_kit.materials.slides import AGENDA, OUTCOMES, TAKING_PART, make_slides, write_slides
from cluster_kit.web.tokens import COLORS

CONTENT = load_content("2026")
FACILITATION = load_facilitation(CONTENT)
JOIN = "https://workshop.example.org/join"
sessions = pytest.mark.parametrize("session", CONTENT.sessions, ids=lambda session: session.id)
LONG = "A sentence that goes on and on about credit for prior learning and articulation agreements between systems. "


@cache
def _deck(number: int) -> bytes:
    return write_slides(CONTENT, FACILITATION, number, JOIN)


def _open(data: bytes) -> PptxPresentation:
    return Presentation(io.BytesIO(data))


def _texts(data: bytes) -> list[str]:
    """All text of each slide."""
    return [" ".join(text.text or "" for text in slide.element.iter(qn("a:t"))) for slide in _open(data).slides]


@sessions
def test_a_deck_has_at_most_eleven_slides_with_unique_titles_in_title_placeholders(session: Session) -> None:
    slides = list(_open(_deck(session.number)).slides)
    assert len(session.segments) + 4 < len(slides) <= 11
    assert not any(CONTINUED in slide.shapes.title.text for slide in slides)
    titles = [slide.shapes.title.text for slide in slides]
    assert all(titles)
    assert len(set(titles)) == len(titles)
    for slide in slides:
        assert slide.shapes.title.placeholder_format.type == PP_PLACEHOLDER.TITLE
        assert slide.shapes[0].shape_id == slide.shapes.title.shape_id, "the title is read first"


@sessions
def test_every_slide_has_notes_and_the_notes_have_every_cue(session: Session) -> None:
    slides = list(_open(_deck(session.number)).slides)
    assert all(slide.has_notes_slide and slide.notes_slide.notes_text_frame.text.strip() for slide in slides)
    notes = " ".join(slide.notes_slide.notes_text_frame.text for slide in slides)
    assert "“End session.”" in notes
    assert {'"', "'"}.isdisjoint(notes)
    room = [exercise.title for exercise in session.exercises if exercise.when is When.SESSION]
    assert [title for title in room if curl_quotes(title) not in notes] == []


@sessions
def test_pictures_and_tables_have_alternative_text_and_follow_the_title(session: Session) -> None:
    found = []
    for slide in _open(_deck(session.number)).slides:
        for shape in slide.shapes:
            if shape.shape_type in (MSO_SHAPE_TYPE.PICTURE, MSO_SHAPE_TYPE.TABLE):
                found.append(shape.shape_type)
                assert len(next(shape.element.iter(qn("p:cNvPr"))).get("descr")) > 20
        places = [(shape.top, shape.left) for shape in slide.shapes]
        assert places == sorted(places), "the reading order is from top to bottom"
    strips = [MSO_SHAPE_TYPE.PICTURE] * len(session.segments)
    assert found == [MSO_SHAPE_TYPE.PICTURE, MSO_SHAPE_TYPE.TABLE, *strips]


@sessions
def test_no_text_is_small_or_without_a_language_and_every_placeholder_is_filled(session: Session) -> None:
    presentation = _open(_deck(session.number))
    assert presentation.core_properties.language == "en-US"
    assert session.title in presentation.core_properties.title
    for slide in presentation.slides:
        runs = list(slide.element.iter(qn("a:r")))
        assert runs
        for run in runs:
            properties = run.find(qn("a:rPr"))
            assert int(properties.get("sz")) >= SMALLEST * 100
            assert properties.get("lang") == "en-US"
        assert all(shape.text_frame.text for shape in slide.placeholders)


@sessions
def test_a_deck_says_what_the_session_is_for_when_its_parts_start_and_what_comes_next(session: Session) -> None:
    texts = _texts(_deck(session.number))
    slides = make_slides(CONTENT, FACILITATION, session.number)
    assert session.question in texts[0]
    assert [slide.title for slide in slides[1:4]] == [OUTCOMES, AGENDA, TAKING_PART]
    assert all(curl_quotes(outcome.text[1:]) in texts[1] for outcome in session.outcomes)
    assert all(segment.title in texts[2] for segment in session.segments)
    assert JOIN in texts[3]
    for exercise in session.exercises:
        if exercise.when is When.SESSION:
            assert any(curl_quotes(exercise.title) in text and f"{exercise.minutes} minutes" in text for text in texts)
    strips = [slide.strip.alt for slide in slides if slide.strip]
    assert strips[1].startswith(f"Part 2 of {len(session.segments)} of the session, 1:")
    assert all(strip.endswith(" p.m.") and not strip.endswith("..") for strip in strips)
    later = [one for one in CONTENT.sessions if one.number == session.number + 1]
    assert all(one.title in texts[-1] for one in later)


@sessions
def test_a_slide_has_what_people_do_in_its_part_of_the_session(session: Session) -> None:
    steps = FACILITATION.get_session_steps(session.number)
    examples = [step.segment for step in steps.steps if step.has_example]
    assert len(examples) == (1 if steps.example_questions else 0)
    slides = {slide.title: slide for slide in make_slides(CONTENT, FACILITATION, session.number)}
    for segment in session.segments:
        texts = [line.text for line in slides[segment.title].lines]
        assert (steps.example_questions[:1] == tuple(texts[1:2])) is (segment.kind in examples), segment.title
        assert [text for text in texts if text.startswith("Before the session")] == []


def test_colors_are_the_design_tokens() -> None:
    with zipfile.ZipFile(io.BytesIO(_deck(1))) as file:
        theme = etree.fromstring(file.read("ppt/theme/theme1.xml"))
        slides = b"".join(file.read(name) for name in file.namelist() if re.match(r"ppt/slides/slide\d", name))
    tokens = {value[1:].upper() for value in COLORS.values()}
    scheme = next(theme.iter(qn("a:clrScheme")))
    assert {color.get("val") for color in scheme.iter(qn("a:srgbClr"))} <= tokens
    assert {value.decode() for value in re.findall(rb'srgbClr val="(\w+)"', slides)} <= tokens


def test_long_text_continues_on_another_slide_and_nothing_is_lost() -> None:
    lines = tuple(SlideLine(f"{number}. {LONG * 3}", "entry") for number in range(12))
    parts = split_slide(Slide("Many words", lines))
    assert len(parts) > 1
    assert [line for part in parts for line in part.lines] == list(lines)
    assert [part.title for part in parts[1:]] == ["Many words (continued)"] * (len(parts) - 1)


def test_a_long_agenda_continues_with_its_header_and_a_long_title_stays_readable() -> None:
    rows = (("Starts", "Part", "Minutes"), *((f"{number}:00 p.m.", LONG, "10") for number in range(14)))
    slide = Slide(LONG * 2, rows=rows, notes="Say it.")
    parts = split_slide(slide)
    assert len(parts) > 1
    assert all(part.rows[0] == rows[0] for part in parts)
    assert [row for part in parts for row in part.rows[1:]] == list(rows[1:])
    for written in _open(write_presentation([slide], "t", "a")).slides:
        sizes = {int(run.find(qn("a:rPr")).get("sz")) for run in written.shapes.title.element.iter(qn("a:r"))}
        assert min(sizes) >= 2000


def test_text_from_the_content_is_text() -> None:
    nasty = "<a:t>&amp;</a:t> \x00\x07 {field} =1+1"
    (slide,) = _open(write_presentation([Slide(nasty, (SlideLine(nasty),), notes=nasty)], nasty, nasty)).slides
    assert "<a:t>&amp;</a:t>" in slide.shapes.title.text
    assert "{field} =1+1" in slide.placeholders[1].text_frame.text
    assert "\x07" not in slide.notes_slide.notes_text_frame.text


def test_a_fictional_series_says_so_on_its_first_slide() -> None:
    series = CONTENT.series.model_copy(update={"fictional": True})
    slides = make_slides(CONTENT.model_copy(update={"series": series}), FACILITATION, 1)
    assert "everything in it is made up" in slides[0].lines[0].text
