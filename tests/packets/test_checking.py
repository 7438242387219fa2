"""The accessibility checks find violations, and pass valid files."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Name

from cluster_kit.documents.browser import NO_BROWSER
from cluster_kit.documents.pdf import structure_elements
from cluster_kit.documents.pdf_rules import find_pdf_problems
from cluster_kit.errors import UsageError
from cluster_kit.packets import BatchOptions, PacketRequest, make_packets
from cluster_kit.packets.checking import Checker
from cluster_kit.settings import Settings
from tests.packets.conftest import Packets

Damage = Callable[[pikepdf.Pdf], None]


def _no_scope(pdf: pikepdf.Pdf) -> None:
    for element in structure_elements(pdf):
        if element.S == Name.TH:
            del element["/A"]


def _no_alt(pdf: pikepdf.Pdf) -> None:
    for element in structure_elements(pdf):
        if Name.Figure == element.S:
            del element["/Alt"]


def _no_headers(pdf: pikepdf.Pdf) -> None:
    for element in structure_elements(pdf):
        if element.S == Name.TH:
            element.S = Name.TD


def _skip_levels(pdf: pikepdf.Pdf) -> None:
    for element in structure_elements(pdf):
        if element.S == Name.H2:
            element.S = Name.H5


def _no_title(pdf: pikepdf.Pdf) -> None:
    with pdf.open_metadata() as xmp:
        del xmp["dc:title"]


def _untagged(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[0]
    page.contents_add(b"BT (loose) Tj ET")


def _remove(key: str) -> Damage:
    def damage(pdf: pikepdf.Pdf) -> None:
        del pdf.Root[key]

    return damage


def _no_parent(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.StructTreeRoot["/ParentTree"]


def _unknown_tag(pdf: pikepdf.Pdf) -> None:
    next(e for e in structure_elements(pdf) if e.S == Name.P).S = Name.Blurb


def _loose_item(pdf: pikepdf.Pdf) -> None:
    next(e for e in structure_elements(pdf) if e.S == Name.L).S = Name.Div


def _untied_link(pdf: pikepdf.Pdf) -> None:
    for element in structure_elements(pdf):
        if Name.Link == element.S:
            element.S = Name.Span


def _unnamed_note(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[0]
    page.Annots = pikepdf.Array([*page.get("/Annots", []), pikepdf.Dictionary(Subtype=Name.Text, Rect=[0, 0, 9, 9])])


def _mixed(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].contents_add(b"/P <</MCID 999>> BDC /Artifact BMC EMC EMC")


def _meaningless(pdf: pikepdf.Pdf) -> None:
    fonts = pdf.pages[0].Resources.Font
    next(iter(fonts.values())).ToUnicode = pdf.make_stream(b"1 beginbfchar <0003> <0000> endbfchar")


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (_no_parent, "does not lead to its tags"),
        (_unknown_tag, "do not know what the tag Blurb is"),
        (_loose_item, "A tag LI is directly inside a tag Div"),
        (_untied_link, "is not in a tag for it"),
        (_unnamed_note, "does not say what it is"),
        (_mixed, "decoration within tagged content"),
        (_meaningless, "mean no character"),
        (_remove("/Lang"), "names no language"),
        (_remove("/MarkInfo"), "not marked as a tagged"),
        (_remove("/StructTreeRoot"), "no structure"),
        (_remove("/Outlines"), "no bookmarks"),
        (_remove("/ViewerPreferences"), "file name"),
        (_no_title, "no title"),
        (_no_alt, "no alternative text"),
        (_no_headers, "no header cells"),
        (_no_scope, "does not say what it heads"),
        (_skip_levels, "is followed by one of level"),
        (_untagged, "neither tagged nor marked"),
    ],
)
def test_a_damaged_pdf_is_found_out(packets: Packets, damage: Damage, says: str) -> None:
    written = io.BytesIO()
    with pikepdf.open(packets.path("OH", "pdf")) as pdf:
        damage(pdf)
        pdf.save(written)
    problems = find_pdf_problems(written.getvalue())
    assert [problem for problem in problems if says in problem], problems


def test_what_is_no_pdf_is_a_sentence() -> None:
    assert "cannot be read" in find_pdf_problems(b"hello")[0]


def test_a_page_that_breaks_a_rule_is_found_out() -> None:
    with Checker() as checker:
        bad = b"<!DOCTYPE html><html><body><main><h1>x</h1><img src='data:,'></main></body></html>"
        (found,) = checker.check({"a.html": bad})
        assert any("image-alt" in problem for problem in found.problems)
        assert any("html-has-lang" in problem for problem in found.problems)
        assert not found.passed
        good = b"<!DOCTYPE html><html lang='en'><title>x</title><body><main><h1>x</h1></main></body></html>"
        assert [check.passed for check in checker.check({"b.html": good, "b.ipynb": b"{}"})] == [True]


def test_a_packet_that_cannot_be_checked_is_made_unless_the_check_is_required(
    tmp_path: Path, session_1: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CLUSTER_KIT_BROWSER", raising=False)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    wanted = PacketRequest("2026", [1], ["OH"], session_1("1"))
    out = tmp_path / "out"
    (made,) = make_packets(Settings(tmp_path), wanted, out).results
    assert (made.status, made.accessibility) == ("made", "not checked")
    assert made.checks[0].skipped == f"Pages were not checked. {NO_BROWSER}"
    (refused,) = make_packets(
        Settings(tmp_path), wanted, tmp_path / "strict", BatchOptions(require_accessible=True)
    ).results
    assert refused.status == "failed"
    assert NO_BROWSER in refused.error
    assert not list((tmp_path / "strict").glob("*after*"))
    with pytest.raises(UsageError, match="--no-check"):
        make_packets(Settings(tmp_path), wanted, out, BatchOptions(require_accessible=True, check=False))
    (again,) = make_packets(Settings(tmp_path), wanted, out, BatchOptions(require_accessible=True)).results
    assert again.status == "failed"


def test_pale_text_is_found_in_each_way_that_it_is_painted() -> None:
    """Contrast is checked once per style: the same color on another background is another style."""
    rows = "".join(f"<p class='fine'>Row {number}</p>" for number in range(300))
    style = ".fine { color: #555 } .dark { background: #444 } .pale { color: #bbb }"
    page = f"""<!doctype html><html lang="en"><title>Pale</title><style>{style}</style>
        <main><h1>Pale</h1>{rows}<p class="pale">one</p><p class="pale">the same</p>
        <div class="dark"><p class="fine">dark on dark</p><p class="pale">light on dark</p></div></main></html>"""
    with Checker() as checker:
        (check,) = checker.check({"pale.html": page.encode()})
    assert [problem.partition(": ")[2] for problem in check.problems] == [
        '<p class="pale">one</p>',
        '<p class="fine">dark on dark</p>',
    ]
