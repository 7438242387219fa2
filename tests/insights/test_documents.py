"""Documents as HTML and Markdown: user text stays text."""

from __future__ import annotations

import itertools

import pytest
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt

from cluster_kit.documents.html import html_text, to_html
from cluster_kit.documents.markdown import markdown_text, to_markdown
from cluster_kit.documents.model import (
    VIEW_MIME,
    Attributed,
    Bullets,
    Fact,
    Facts,
    Figure,
    Paragraph,
    Picture,
    Record,
    Records,
    Section,
    Table,
    one_text,
    section_from_json,
    section_to_json,
)
from cluster_kit.documents.typed_text import split_links, visible_text
from cluster_kit.documents.view import DocumentView

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "[click](javascript:alert(1))",
    "javascript:alert(1)",
    "![x](http://tracker.test/p.png)",
    "| a | b |\n|---|---|",
    "# not a heading",
    "- not a list\n1. nor this\n> nor a quote",
    "`code` **bold** _it_ ~~gone~~ $x^2$ $$\\int$$",
    "&lt;b&gt; &amp; \\<b>",
    "مرحبا بكم",
    "日本語 🎉 👩‍👩‍👧",
    "=1+1",
    "a" * 300,
]
PICTURE = Picture(
    '<svg xmlns="http://www.w3.org/2000/svg"><path id="p"/><use href="#p"/></svg>', 'Two <dots> & "one" line', "Dots"
)


def _everything(typed: str) -> Section:
    words = (Attributed(typed, typed), Attributed("other"))
    return Section(
        typed,
        (
            Paragraph(typed),
            Bullets((Attributed(typed),)),
            Bullets(words, ordered=True),
            Facts((Fact(typed, words), Fact("empty", ()))),
            Table(typed, (typed, "second"), ((one_text(typed), words), (one_text("b"), ()))),
            Records(typed, "goal", (Record(one_text(typed), (Fact(typed, words),)), Record((), ()))),
            Section("Inner", (Figure(PICTURE),)),
        ),
    )


@pytest.mark.parametrize("typed", HOSTILE)
def test_in_html_what_people_typed_is_text_and_never_markup(typed: str) -> None:
    calm = BeautifulSoup(to_html(_everything("calm")), "html.parser")
    soup = BeautifulSoup(to_html(_everything(typed)), "html.parser")
    for span in soup.select("span[lang]"):  # what is typed in another script has its language
        assert span.attrs.keys() <= {"lang", "dir"}
        span.unwrap()
    plain = [tag.name for tag in soup.find_all(True) if tag.name not in ("a", "br", "wbr")]
    assert plain == [tag.name for tag in calm.find_all(True)]
    assert all(link["href"].startswith(("http://", "https://")) for link in soup.find_all("a"))
    paragraph = soup.find("p")
    assert paragraph
    assert " ".join(paragraph.get_text().split()) == " ".join(typed.split())


@pytest.mark.parametrize("typed", HOSTILE)
def test_in_markdown_what_people_typed_is_text_and_never_markup(typed: str) -> None:
    html = MarkdownIt("commonmark").render(markdown_text(typed))
    soup = BeautifulSoup(html, "html.parser")
    assert {tag.name for tag in soup.find_all(True)} <= {"p", "br", "a"}
    assert " ".join(soup.get_text().split()) == " ".join(typed.split())


@pytest.mark.parametrize(
    "typed",
    [
        "AT&T's R&D #3 (a@b.org)!",
        "snake_case, 5 * 3, a ~ b",
        "~50 people at 10:30",
        "{draft} a < b > c",
        "-5 and +1",
        "C# ^2",
    ],
)
def test_markdown_has_no_backslash_before_characters_that_need_none(typed: str) -> None:
    assert markdown_text(typed) == typed


@pytest.mark.parametrize(
    "typed",
    [
        *("a ~b~ *c* __d__", "C #", "> a\n===", "* a", "+ a", "1) a", "a\\", "{{x}}", "**", "~~~"),
        *(" * a", "b\n\t* a\n  * c", "\xa0* a", " _ _ _ ", " > a", " 1. a"),  # indented
        *("b\r# a", "b\r\n- a", "<1@b.org>"),
    ],
)
def test_markdown_escapes_what_is_markup_only_at_its_place(typed: str) -> None:
    soup = BeautifulSoup(
        MarkdownIt("gfm-like", {"linkify": False}).render(f"# {markdown_text(typed, ' ')}\n\n{markdown_text(typed)}"),
        "html.parser",
    )
    assert {tag.name for tag in soup.find_all(True)} <= {"h1", "p", "br"}
    for shown in soup.find_all(["h1", "p"]):
        assert " ".join(shown.get_text().split()) == " ".join(typed.split())


@pytest.mark.parametrize("typed", HOSTILE)
def test_a_table_in_markdown_keeps_its_shape_whatever_is_typed(typed: str) -> None:
    markdown = to_markdown(_everything(typed))
    soup = BeautifulSoup(MarkdownIt("commonmark").enable("table").render(markdown), "html.parser")
    tables = soup.find_all("table")
    assert len(tables) == 1
    assert [len(row.find_all(["th", "td"])) for row in tables[0].find_all("tr")] == [2, 2, 2]
    assert not soup.find_all(["script", "img", "blockquote", "code", "del"])


def test_lines_are_kept_and_control_characters_become_visible() -> None:
    typed = visible_text("one\r\ntwo\x00\x1b[31m\ttab\x7f\ud800\x85")
    assert typed == "one\ntwo␀␛[31m tab␡��"
    assert BeautifulSoup(html_text(typed), "html.parser").find_all("br")
    assert markdown_text("a\n\nb").count("\\\n") == 2


def test_only_web_addresses_become_links_and_lose_the_full_stop_behind_them() -> None:
    typed = "See https://example.org/a?b=1&c=<2>, ftp://x.test and (http://example.org)."
    assert [piece for piece, is_link in split_links(typed) if is_link] == [
        "https://example.org/a?b=1&c=",
        "http://example.org",
    ]
    assert "".join(piece for piece, _ in split_links(typed)) == typed


def test_a_long_word_may_break_and_is_still_one_word() -> None:
    soup = BeautifulSoup(html_text("x" * 60), "html.parser")
    assert soup.find_all("wbr")
    assert soup.get_text() == "x" * 60


def test_a_table_has_a_caption_and_headers_for_columns_and_rows() -> None:
    table = BeautifulSoup(to_html(_everything("calm")), "html.parser").find("table")
    assert table
    assert table.caption
    assert {th["scope"] for th in table.select("thead th")} == {"col"}
    assert {th["scope"] for th in table.select("tbody th")} == {"row"}
    assert [td["data-label"] for td in table.select("td")] == ["second", "second"]


def test_headings_go_down_one_level_at_a_time_and_no_deeper_than_six() -> None:
    for level in (2, 5, 6):
        soup = BeautifulSoup(to_html(_everything("calm"), level=level), "html.parser")
        levels = [int(tag.name[1]) for tag in soup.find_all(["h1", "h2", "h3", "h4", "h5", "h6"])]
        assert levels[0] == level
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_a_picture_is_named_by_its_alternative_text_and_its_ids_are_its_own() -> None:
    soup = BeautifulSoup(to_html(_everything("calm")), "html.parser")
    svg = soup.find("svg")
    assert svg
    assert (svg["role"], svg["aria-label"]) == ("img", 'Two <dots> & "one" line')
    path, use = svg.find("path"), svg.find("use")
    assert path
    assert use
    assert path["id"] != "p"
    assert use["href"] == f"#{path['id']}"


def test_a_notebook_output_carries_html_markdown_text_and_the_document_itself() -> None:
    section = _everything("calm")
    bundle = DocumentView(section)._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/markdown", "text/plain", VIEW_MIME}
    assert section_from_json(bundle[VIEW_MIME]) == section
    assert section_from_json(section_to_json(_everything("日本語 <b>"))) == _everything("日本語 <b>")
