"""A worksheet as a PDF form: accessible, filled out with another library, and collected."""

from __future__ import annotations

import functools
import io
import shutil
import subprocess
import time
import zlib
from pathlib import Path

import pikepdf
import pytest
from lxml import etree
from pypdf import PdfReader, PdfWriter

from cluster_kit.content.models import TablePrompt
from cluster_kit.documents.pdf import child_elements, structure_elements
from cluster_kit.documents.pdf_rules import find_pdf_problems
from cluster_kit.worksheets.marks import option_key
from cluster_kit.worksheets.row_layout import TYPED_CHARACTER, TYPED_LINE
from tests.libreoffice import SOFFICE, convert
from tests.packets.line_boxes import empty_shares, find_lone_rows, find_overlaps, find_stranded_headings, read_lines
from tests.worksheets.conftest import CONTENT, GOAL, HOSTILE, Office, make_office

PAGES = 21  # of the worksheet with the most to fill out; 34 before its tables were printed as tables
MOST_EMPTY = 0.67
PDFTK = shutil.which("pdftk")


@functools.cache
def _tooltips(raw: bytes) -> dict[str, str]:
    fields = PdfReader(io.BytesIO(raw)).get_fields() or {}
    return {name: str(field.get("/TU", "")) for name, field in fields.items()}


def name_of(path: Path, tooltip: str, part: str = "") -> str:
    """The full name of the first field with this tooltip (its end), and this part of a name."""
    found = _tooltips(path.read_bytes()).items()
    return next(name for name, shown in found if shown.endswith(tooltip) and name.endswith(part))


def fill_pdf(path: Path, values: dict[str, str], to: str = "returned.pdf", *, incremental: bool = False) -> Path:
    """A copy with these fields filled out by pypdf, whole or with the changes appended."""
    writer = PdfWriter(str(path), incremental=True) if incremental else PdfWriter(clone_from=str(path))
    last = {name.rpartition(".")[2] for name in values}
    for page in writer.pages:
        annotations = [one.get_object() for one in page.get("/Annots", [])]
        names = {str((one if "/T" in one else one["/Parent"])["/T"]) for one in annotations}
        if names & last:
            writer.update_page_form_field_values(page, values, auto_regenerate=False)
    target = path.with_name(to)
    with target.open("wb") as file:
        writer.write(file)
    return target


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The worksheet's PDF, made once: every office here has the same answers."""
    return make_office(tmp_path_factory.mktemp("made")).make("pdf")


@pytest.fixture
def form(office: Office, made: Path) -> Path:
    office.out.mkdir()
    shutil.copy(made.parent.with_name("home") / "secret", office.settings.home)  # the key of its signature
    return Path(shutil.copy(made, office.out))


def test_a_pdf_is_a_tagged_form_by_the_rules_of_pdf_ua(form: Path) -> None:
    assert find_pdf_problems(form.read_bytes()) == []
    with pikepdf.open(form) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en-US"
        assert len(pdf.pages) <= PAGES
        metadata = pdf.open_metadata()
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "Ohio: worksheet for Session 1: Context Setting & Systems Alignment"
        elements = list(structure_elements(pdf))
        lists = [element for element in elements if pikepdf.Name.L == element.S]
        forms = [element.K[0].Obj.objgen for element in elements if pikepdf.Name.Form == element.S]
        widgets = [widget.objgen for page in pdf.pages for widget in page.get("/Annots", [])]
        assert all(page.get("/Tabs") == pikepdf.Name.S for page in pdf.pages if "/Annots" in page)
    assert forms == widgets
    assert len(forms) > 400
    assert len(lists) > 50, "choices are lists"
    words = " ".join(" ".join(page.extract_text() for page in PdfReader(form).pages).split())
    assert all(" ".join(e.title.split()) in words for e in CONTENT.get_session(1).exercises)


def test_every_page_is_used_and_nothing_is_over_anything_else(form: Path) -> None:
    # Fonts of other scripts reach far above their letters.
    assert [one for one in find_overlaps(form) if "not a heading" not in one] == []
    assert find_stranded_headings(form) == []
    shares = empty_shares(form)
    assert [(page, share) for page, share in enumerate(shares[:-1], start=1) if share > MOST_EMPTY] == []
    assert find_lone_rows(form) == []


def test_no_row_of_a_short_table_is_alone_on_a_page(office: Office) -> None:
    """In session 3, the last row of three tables was alone below the header; a check-in's last page had one row."""
    assert find_lone_rows(office.make("pdf", session=3)) == []
    check_in = office.make("pdf", check_in=30)
    assert find_lone_rows(check_in) == []
    assert len(read_lines(check_in)) == 1


def test_a_long_role_has_a_frame_for_its_longest_word_and_all_its_lines(office: Office) -> None:
    """In columns for three areas, the frame was beside its label, and narrower than a word."""
    role = "Associate Superintendent of Career and Technical Education"
    office.say("use_the_tool", "areas.lead", {"name": "Dana Whit", "role": role}, "systems_alignment")
    with pikepdf.open(office.make("pdf")) as pdf:
        fields = [one for page in pdf.pages for one in page.get("/Annots", []) if str(one.get("/V", "")) == role]
        (left, low, right, high) = map(float, fields[0].Rect)
    longest = max(map(len, role.split()))
    assert right - left > longest * TYPED_CHARACTER
    assert (high - low) / TYPED_LINE * (right - left) > len(role) * TYPED_CHARACTER


def test_tables_are_tables_with_a_header_for_each_row_and_column(form: Path) -> None:
    with pikepdf.open(form) as pdf:
        tables = [e for e in structure_elements(pdf) if pikepdf.Name.Table == e.S]
        cells = [cell for table in tables for cell in _descend(table) if cell.S in ("/TH", "/TD")]
        fields = [e for cell in cells if cell.S == "/TD" for e in _descend(cell) if e.S == "/Form"]
    assert len(tables) >= sum(isinstance(p, TablePrompt) for e in CONTENT.get_session(1).exercises for p in e.prompts)
    assert len(fields) > 250
    assert [cell for cell in cells if cell.S == "/TH" and not _descend(cell)] == []


def _descend(element: pikepdf.Dictionary) -> list[pikepdf.Dictionary]:
    return [each for kid in child_elements(element) for each in (kid, *_descend(kid))]


def test_the_rules_name_a_field_that_a_screen_reader_cannot_find(form: Path) -> None:
    with pikepdf.open(form) as pdf:
        widget = pdf.pages[0].Annots[0]
        del widget["/TU"]
        del widget["/AP"]
        element = next(e for e in structure_elements(pdf) if pikepdf.Name.Form == e.S)
        element.S = pikepdf.Name.Span
        out = io.BytesIO()
        pdf.save(out)
    assert find_pdf_problems(out.getvalue()) == [
        "Some text is in no paragraph, heading, list, table, or caption.",  # the field is now an inline element
        "A field on page 1 is not in a tag for it.",
        "A field on page 1 has no place in the structure.",
        "A field on page 1 does not say what it asks.",
        "A field on page 1 has no appearance.",
    ]


def test_every_kind_of_field_is_there_with_what_the_team_wrote(form: Path) -> None:
    fields = PdfReader(form).get_fields() or {}
    kinds = {(str(f.get("/FT")), int(f.get("/Ff", 0))) for f in fields.values() if f.get("/FT")}
    assert {("/Tx", 0), ("/Tx", 1 << 12), ("/Btn", 0), ("/Btn", 1 << 15)} <= kinds
    values = [str(field.get("/V", "")) for field in fields.values()]
    assert {GOAL, HOSTILE, "Call the board", "Whit, Jr., Dana", "Director", "Tribal council"} <= set(values)
    tooltips = [str(field["/TU"]) for field in fields.values() if "/TU" in field]
    assert all(tooltips)
    assert "Systems and how they organize their work – K-12 CTE programs: Who would have to agree" in tooltips


def test_an_untouched_form_changes_nothing(office: Office, form: Path) -> None:
    [receipt] = office.collect(form)
    assert set(receipt.counts) == {"unchanged"}
    assert str(receipt).startswith(f"{form.name}: There is nothing new in it. This is the worksheet of Ohio")


@pytest.mark.parametrize("incremental", [False, True])
def test_what_is_typed_marked_and_chosen_comes_back(office: Office, form: Path, incremental: bool) -> None:
    role = CONTENT.roles[1]
    values = {
        name_of(form, "Your name"): "Cy Mora",
        name_of(form, "Goal 2: The goal"): "A second goal\rin two lines",
        name_of(form, "Who leads, name"): "Lee Ora",
        name_of(form, f"om: {role.title}", option_key(role.id)): f"/o{option_key(role.id)}",
        name_of(form, ": Your rating"): f"/o{option_key('3')}",
        name_of(form, "By when"): "3/9/2026",
    }
    returned = fill_pdf(form, values, "Worksheet OH (cy) v2.PDF", incremental=incremental)
    [receipt] = office.collect(returned)
    assert "refused" not in receipt.counts, str(receipt)
    assert "Thank you, Cy Mora." in str(receipt)
    assert office.values("goals.statement") == [GOAL, "A second goal\nin two lines"]
    assert 3 in office.values("ratings.rating")
    assert "2026-03-09" in office.values("actions.due")
    assert any(role.id in value for value in office.values("actions.partners"))
    assert {"name": "Lee Ora", "role": ""} in office.values("areas.lead")
    [again] = office.collect(returned)
    assert "saved" not in again.counts


def fill_with_pdftk(path: Path, values: dict[str, str], to: str) -> Path:
    """A copy with these fields filled out by pdftk from an XFDF file, as form fillers save it."""
    assert PDFTK
    data = etree.Element("xfdf", nsmap={None: "http://ns.adobe.com/xfdf/"})
    fields = etree.SubElement(data, "fields")
    for name, value in values.items():
        parent = fields
        for part in name.split("."):
            known = [one for one in parent if one.get("name") == part]
            parent = known[0] if known else etree.SubElement(parent, "field", name=part)
        etree.SubElement(parent, "value").text = value
    source, target = path.with_suffix(".xfdf"), path.with_name(to)
    source.write_bytes(etree.tostring(data, xml_declaration=True, encoding="UTF-8"))
    subprocess.run([PDFTK, path, "fill_form", source, "output", target], check=True, capture_output=True, timeout=60)
    return target


@pytest.mark.skipif(PDFTK is None, reason="pdftk is not installed")
def test_a_form_that_pdftk_filled_out_comes_back(office: Office, form: Path) -> None:
    role = CONTENT.roles[2]
    values = {
        name_of(form, "Your name"): "Cy Mora",
        name_of(form, "Goal 2: The goal"): "Crédito “previo” – 日本\nin two lines",
        name_of(form, f"om: {role.title}", option_key(role.id)): f"o{option_key(role.id)}",
        name_of(form, ": Your rating"): f"o{option_key('3')}",
        name_of(form, "By when"): "3/9/2026",
    }
    [receipt] = office.collect(fill_with_pdftk(form, values, "pdftk.pdf"))
    assert set(receipt.counts) <= {"saved", "unchanged"}, str(receipt)
    assert receipt.counts["saved"] == len(values) - 1, "all but the name are answers"
    assert "Thank you, Cy Mora." in str(receipt)
    assert office.values("goals.statement") == [GOAL, "Crédito “previo” – 日本\nin two lines"]
    assert 3 in office.values("ratings.rating")
    assert "2026-03-09" in office.values("actions.due")
    assert any(role.id in value for value in office.values("actions.partners"))


def test_a_program_that_marks_only_the_widget_is_understood(office: Office, form: Path) -> None:
    with pikepdf.open(form) as pdf:
        rating = next(
            w.Parent
            for page in pdf.pages
            for w in page.get("/Annots", [])
            if str(w.get("/Parent", {}).get("/TU", "")).endswith("Your rating")
        )
        rating.Kids[1].AS = pikepdf.Name(f"/o{option_key('2')}")
        rating.V = pikepdf.Name.Off
        pdf.save(form.with_name("widget.pdf"))
    office.collect(form.with_name("widget.pdf"))
    assert sorted(office.values("ratings.rating")) == [2, 2]


def test_a_flattened_form_and_a_scan_are_refused_in_one_sentence(office: Office, form: Path) -> None:
    with pikepdf.open(form) as pdf:
        pdf.flatten_annotations()
        pdf.save(form.with_name("flat.pdf"))
    [receipt] = office.collect(form.with_name("flat.pdf"))
    assert receipt.status == "unreadable"
    assert receipt.reason.startswith("is a PDF without form fields: it was printed, scanned, flattened, or saved by")


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
def test_a_form_that_libreoffice_saved_has_no_fields_and_is_refused_with_the_way_out(
    office: Office, form: Path, tmp_path: Path
) -> None:
    """LibreOffice opens a PDF as a drawing, and saves it without its fields."""
    [receipt] = office.collect(convert(form, "pdf", tmp_path))
    assert receipt.status == "unreadable"
    assert receipt.reason.startswith("is a PDF without form fields: it was printed, scanned, flattened, or saved by Li")


def test_a_form_of_someone_else_and_a_protected_one_are_named(office: Office, form: Path) -> None:
    with pikepdf.open(form) as pdf:
        pdf.Root.AcroForm.Fields[0].T = pikepdf.String("tax return")
        pdf.save(form.with_name("tax.pdf"))
    with pikepdf.open(form) as pdf:
        pdf.save(form.with_name("locked.pdf"), encryption=pikepdf.Encryption(user="x", owner="y"))
    foreign, locked = office.collect(form.with_name("tax.pdf"), form.with_name("locked.pdf"))
    assert foreign.reason == "is a PDF form, but no worksheet of this kit"
    assert locked.reason == "is protected with a password: send it without one"


def _hostile(path: Path, fields: int, script: bool = False) -> Path:
    """A PDF with this many fields, and with scripts on opening."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    kids = [
        pikepdf.Dictionary(T=pikepdf.String(f"f{n}"), FT=pikepdf.Name.Tx, V=pikepdf.String("x")) for n in range(fields)
    ]
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(kids))
    if script:
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert('x')"))
    pdf.save(path)
    return path


def _object_bomb(path: Path) -> Path:
    """A small PDF whose compressed object stream unpacks to gigabytes."""
    packer = zlib.compressobj(9)
    bomb = packer.compress(b"1 0 ") + b"".join(packer.compress(b"[" * 1_000_000) for _ in range(2_000)) + packer.flush()
    head = b"%%PDF-1.7\n2 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n" % len(bomb)
    body = head + bomb + b"\nendstream endobj\n"
    start = len(body)
    table = b"".join(
        kind.to_bytes(1) + one.to_bytes(4) + two.to_bytes(1) for kind, one, two in ((0, 0, 0), (2, 2, 0), (1, 9, 0))
    )
    body += b"3 0 obj<</Type/XRef/Size 3/W[1 4 1]/Root 1 0 R/Length %d>>stream\n%b\nendstream endobj\n" % (
        len(table),
        table,
    )
    path.write_bytes(body + b"startxref\n%d\n%%%%EOF" % start)
    return path


def test_hostile_pdfs_are_bounded_and_the_others_go_on(office: Office, form: Path) -> None:
    folder = office.out / "inbox"
    folder.mkdir()
    _hostile(folder / "many.pdf", 30_000)
    _hostile(folder / "script.pdf", 3, script=True)
    _object_bomb(folder / "bomb.pdf")
    looped = pikepdf.new()
    looped.add_blank_page()
    field = looped.make_indirect(pikepdf.Dictionary(T=pikepdf.String("a"), Kids=pikepdf.Array()))
    field.Kids.append(field)
    looped.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))
    looped.save(folder / "loop.pdf")
    (folder / "half.pdf").write_bytes(form.read_bytes()[:30_000])
    fill_pdf(form, {name_of(form, "Goal 2: The goal"): "A second goal"}, "good.pdf").rename(folder / "good.pdf")
    began = time.monotonic()
    receipts = {receipt.file: receipt for receipt in office.collect(folder)}
    assert time.monotonic() - began < 60
    assert receipts["good.pdf"].counts["saved"] == 1
    assert {name: receipt.status for name, receipt in receipts.items() if name != "good.pdf"} == dict.fromkeys(
        ("many.pdf", "script.pdf", "bomb.pdf", "loop.pdf", "half.pdf"), "unreadable"
    )
    assert receipts["many.pdf"].reason == "is far larger or more complicated than any form that was sent out"
    assert receipts["script.pdf"].reason == "is a PDF form, but no worksheet of this kit"
    assert all("\n" not in str(receipt) for receipt in receipts.values() if receipt.status == "unreadable")


def test_a_long_answer_is_whole_in_the_field_and_in_print(office: Office) -> None:
    words = " ".join(f"Sentence {number} of a long answer." for number in range(400))
    office.say("organizing_structure", "reason", words)
    form = office.make("pdf")
    fields = PdfReader(form).get_fields() or {}
    assert words in [field.get("/V") for field in fields.values()]
    printed = " ".join(" ".join(page.extract_text() for page in PdfReader(form).pages).split())
    assert "The whole text: Sentence 0 of a long answer." in printed
    assert "Sentence 399 of a long answer." in printed
    assert find_pdf_problems(form.read_bytes()) == []
