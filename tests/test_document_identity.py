"""Documents carry the organization's name, logo, and colors."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import docx
import pypdf
import pytest
from pptx import Presentation

from cluster_kit.documents.docx import write_docx
from cluster_kit.documents.identity import current_identity, use_identity
from cluster_kit.documents.model import Document, Paragraph, Section
from cluster_kit.documents.page import write_page
from cluster_kit.documents.pdf import write_pdf
from cluster_kit.materials.fitting import Slide, SlideLine
from cluster_kit.materials.presentation import write_presentation
from cluster_kit.organization import Logo, Organization
from cluster_kit.web.tokens import COLORS

LOGO = Logo(
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><rect width="40" height="10" fill="#7a1f3d"/></svg>',
    "image/svg+xml",
)
OURS = Organization("Example Association", LOGO, "#7a1f3d", "#8a6100")
PACKET = Document(
    title="Ohio: Session 1",
    heading="Ohio",
    subtitle="Session 1",
    series="Series",
    when="Tuesday",
    notice="",
    opening=(Paragraph("Hello"),),
    parts=(Section("Goals", (Paragraph("A goal"),)),),
    about=(),
)


@pytest.fixture
def _ours() -> Iterator[None]:
    use_identity(OURS)
    yield
    use_identity(Organization())


def figures(pdf: bytes) -> list[str]:
    """The alternative text of each figure of a tagged PDF."""
    found, waiting = [], [pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop().get_object()
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            found += [str(node["/Alt"])] if node.get("/S") == "/Figure" else []
            waiting.extend([node["/K"]] if "/K" in node else [])
    return found


def test_without_an_organization_documents_are_the_kits() -> None:
    assert current_identity().colors == COLORS
    assert current_identity().css == ""
    assert "<img" not in write_page(PACKET)
    assert figures(write_pdf(PACKET)) == []


@pytest.mark.usefixtures("_ours")
def test_a_page_has_the_logo_inside_and_the_color() -> None:
    page = write_page(PACKET)
    assert '<img src="data:image/svg+xml;base64,' in page
    assert 'alt="Example Association"' in page
    assert "img-src data:" in page
    assert page.rindex("--ck-accent: #7a1f3d;") > page.rindex(f"--ck-accent: {COLORS['accent']};")


@pytest.mark.usefixtures("_ours")
def test_a_pdf_has_the_logo_with_its_text() -> None:
    assert figures(write_pdf(PACKET)) == ["Example Association"]


@pytest.mark.usefixtures("_ours")
def test_a_word_document_has_the_logo_with_its_text_and_the_color() -> None:
    written = write_docx(PACKET)
    document = docx.Document(io.BytesIO(written))
    assert document.inline_shapes[0]._inline.docPr.get("descr") == "Example Association"
    assert str(document.styles["Title"].font.color.rgb) == "7A1F3D"
    with zipfile.ZipFile(io.BytesIO(written)) as file:
        assert [name for name in file.namelist() if name.startswith("word/media/")] == ["word/media/image1.png"]


@pytest.mark.usefixtures("_ours")
def test_slides_have_the_logo_once_and_the_color() -> None:
    slides = [Slide(f"Slide {number}", (SlideLine("Words"),)) for number in (1, 2)]
    presentation = Presentation(io.BytesIO(write_presentation(slides, "Title", "Author")))
    pictures = [[one for one in slide.shapes if one.shape_type == 13] for slide in presentation.slides]
    assert [len(found) for found in pictures] == [1, 0]
    [logo] = pictures[0]
    assert logo._element.nvPicPr.cNvPr.get("descr") == "Example Association"
    assert logo.left + logo.width < presentation.slide_width
    assert logo.top + logo.height < presentation.slide_height
    theme = next(part for part in presentation.part.package.iter_parts() if "theme" in str(part.partname))
    assert b"7A1F3D" in theme.blob
