"""Outputs of other people's notebook cells, as parts of a session page."""

from __future__ import annotations

import pytest

from cluster_kit.documents.model import VIEW_MIME
from cluster_kit.server.pages.mathml import latex_to_html, to_mathml
from cluster_kit.server.pages.outputs import PagePart, plain_traceback, show_data
from cluster_kit.server.pages.shown_html import CHART, PART, PICTURE, RECORDING, RESULT, cannot_show, show_html

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
FRAME = """<div><style scoped>.dataframe tbody tr th {vertical-align: top;}</style>
<table border="1" class="dataframe"><thead><tr style="text-align: right;">
<th></th><th>State</th><th>Programs</th></tr></thead>
<tbody><tr><th>0</th><td>Ohio</td><td>12</td></tr></tbody></table></div>"""
PLOTLY = (
    '<div><script src="https://cdn.plot.ly/plotly.js"></script><div id="x" class="plotly-graph-div"></div>'
    "<script>draw()</script></div>"
)


def only(parts: list[PagePart]) -> PagePart:
    [part] = parts
    return part


def lost(data: dict[str, object]) -> str:
    part = only(show_data(data, {}))
    assert part.kind == "lost"
    return part.text


@pytest.mark.parametrize(
    "tex", ["E=mc^2", r"\frac{a}{b}", r"\sqrt{x}", r"\sum_{i=1}^{n} x_i", r"\begin{aligned}a&=b\end{aligned}"]
)
def test_a_formula_is_mathml(tex: str) -> None:
    assert to_mathml(tex).startswith("<math")
    assert 'display="block"' in to_mathml(tex, is_block=True)


@pytest.mark.parametrize(
    "tex",
    [
        r"\text{<img src=x onerror=alert(1)>}",
        r"\href{javascript:alert(1)}{x}",
        r"\style{background:url(https://evil.example)}{x}",
        r"\class{ck-form}{x}",
        r"</math><script>alert(1)</script>",
        r"\text{&lt;script&gt;alert(1)&lt;/script&gt;}",
    ],
)
def test_a_formula_is_never_markup(tex: str) -> None:
    shown = to_mathml(tex)
    for part in ("<img", "<script", "href=", "style=", 'class="ck-form', "</math><"):
        assert part not in shown


def test_a_formula_that_cannot_be_read_is_shown_as_typed() -> None:
    assert to_mathml(r"\frac{1}{") == r'<code class="ck-formula">\frac{1}{</code>'


def test_latex_output_mixes_words_and_formulas() -> None:
    shown = latex_to_html(r"The share is $\frac{a}{b}$, and <b>not</b> \$5. $$x^2$$")
    assert "The share is <math" in shown
    assert "&lt;b&gt;not&lt;/b&gt;" in shown
    assert shown.count("<math") == 2
    assert only(show_data({"text/latex": "$x$", "text/plain": "<IPython.core.display.Math object>"}, {})).kind == "html"


def test_a_data_frame_is_a_named_region_that_scrolls_by_keyboard_with_scoped_headers() -> None:
    shown = only(show_data({"text/html": FRAME, "text/plain": "..."}, {})).text
    assert '<div class="ck-data-scroll" role="region" tabindex="0" aria-label="Table: State, Programs">' in shown
    assert '<th scope="col">State</th>' in shown
    assert '<th scope="row">0</th>' in shown
    assert "<th></th>" not in shown
    assert "border=" not in shown


@pytest.mark.parametrize(
    ("source", "address", "title"),
    [
        (
            '<iframe src="https://www.youtube.com/embed/abc123?start=30"></iframe>',
            "https://www.youtube.com/watch?v=abc123&amp;t=30s",
            "Watch the video on YouTube",
        ),
        ('<iframe src="//player.vimeo.com/video/77"></iframe>', "https://vimeo.com/77", "Watch the video on Vimeo"),
        (
            '<iframe title="Slides of session 2" src="https://acte.sharepoint.com/:p:/s/x?action=embedview"></iframe>',
            "https://acte.sharepoint.com/:p:/s/x?action=embedview",
            "Slides of session 2",
        ),
        ('<iframe src="https://example.org/map"></iframe>', "https://example.org/map", "Open the page on example.org"),
        (
            '<video controls><source src="https://example.org/a.mp4"></video>',
            "https://example.org/a.mp4",
            "Open the page on example.org",
        ),
        ('<img src="https://example.org/a.png" alt="A map">', "https://example.org/a.png", "A map"),
    ],
)
def test_what_is_on_another_host_is_a_card_with_title_and_host(source: str, address: str, title: str) -> None:
    shown = show_html(f"<p>Before {source} after</p>")
    assert f'href="{address}"' in shown.html
    assert f">{title}</a>" in shown.html
    assert "opens in a new tab" in shown.html
    assert "after" in shown.html
    for tag in ("<iframe", "<video", "<img"):
        assert tag not in shown.html
    assert shown.lost == []


@pytest.mark.parametrize(
    ("data", "what"),
    [
        ({"text/html": PLOTLY}, CHART),
        ({"application/vnd.plotly.v1+json": {}, "text/html": PLOTLY}, CHART),
        ({"application/vnd.vegalite.v5+json": {}, "text/plain": "alt.Chart(...)"}, CHART),
        ({"application/javascript": "alert(1)", "text/plain": "<IPython.core.display.Javascript object>"}, PART),
        ({"text/html": '<iframe srcdoc="<p>map</p>"></iframe>'}, PART),
        ({"text/html": '<img src="figures/map.png">'}, PICTURE),
        ({"text/html": '<audio src="data:audio/wav;base64,AA=="></audio>'}, RECORDING),
        ({"text/plain": "<IPython.core.display.Pretty object>"}, RESULT),
        ({"text/plain": "<__main__.Thing at 0x7f00>"}, RESULT),
    ],
)
def test_what_cannot_be_shown_says_so_in_one_sentence(data: dict[str, object], what: str) -> None:
    assert lost(data) == cannot_show(what)
    assert "Reload the page" not in lost(data)
    assert "JupyterLab" in lost(data)


def test_a_chart_that_also_has_a_picture_shows_the_picture() -> None:
    part = only(
        show_data({"application/vnd.vegalite.v5+json": {}, "image/png": PIXEL}, {"image/png": {"alt": "Ohio leads"}})
    )
    assert (part.kind, part.alt) == ("picture", "Ohio leads")


def test_words_beside_a_script_are_kept_and_what_is_missing_is_said() -> None:
    words, missing = show_data({"text/html": '<p onclick="x()">Shown<script>1</script></p>'}, {})
    assert words.text == "<p>Shown</p>"
    assert missing.text == cannot_show(PART)


@pytest.mark.parametrize(
    "source",
    [
        '<a href="javascript:alert(1)">x</a>',
        '<a href=" java\nscript:alert(1)">x</a>',
        '<b onmouseover="a()">x</b>',
        '<meta http-equiv="refresh" content="0;url=//x"><b>x</b>',
    ],
)
def test_nothing_in_html_runs(source: str) -> None:
    shown = show_html(source).html
    assert "alert" not in shown
    assert "onmouseover" not in shown
    assert "<meta" not in shown
    assert "x</" in shown


@pytest.mark.parametrize(
    "source",
    [
        '<img src="http://[x" alt="A map"> after',
        '<a href="http://[x">a link</a> after',
        '<iframe src="//["></iframe> after',
        '<video src="https://["></video> after',
    ],
)
def test_an_address_that_is_none_does_not_keep_the_page_from_opening(source: str) -> None:
    shown = show_html(f"<p>Before {source}</p>")
    assert "Before" in shown.html
    assert "after" in shown.html
    assert "<img" not in shown.html
    assert "<iframe" not in shown.html


def test_a_link_opens_no_page_that_is_written_in_its_address() -> None:
    shown = show_html('<a href="data:text/html,&lt;h1&gt;Sign in&lt;/h1&gt;">x</a> <a href=" DA\nTA:text/html,y">y</a>')
    assert "text/html" not in shown.html
    assert 'src="data:image/png' in show_html('<img src="data:image/png;base64,AA==">').html


def test_pictures_have_a_name() -> None:
    assert only(show_data({"image/jpeg": PIXEL}, {})).alt == "Figure"
    assert only(show_data({"image/svg+xml": "<svg><script>1</script></svg>"}, {})).text.startswith(
        "data:image/svg+xml;base64,"
    )
    assert 'alt="Figure"' in show_html(f'<img src="data:image/png;base64,{PIXEL}">').html


def test_the_kits_own_views_are_untouched_and_objects_of_a_plot_are_left_out() -> None:
    view = '<section class="ck-view"><h3 id="a">A</h3></section>'
    assert only(show_data({"text/html": view, VIEW_MIME: {}}, {})).text == view
    assert show_data({"text/plain": "[<matplotlib.lines.Line2D at 0x7f>]"}, {}) == []
    assert only(show_data({"text/plain": "12 < 13"}, {})) == PagePart("text", "12 < 13")


def test_a_traceback_is_without_terminal_colors() -> None:
    assert plain_traceback(["\x1b[31mZeroDivisionError\x1b[39m", "x"]) == "ZeroDivisionError\nx"
