"""The fonts of printed documents: coverage, licenses, and embedding in every PDF."""

from __future__ import annotations

import hashlib
import io
import unicodedata
from pathlib import Path

import pikepdf
import pytest
from fontTools.ttLib import TTFont

from cluster_kit.documents.fonts import FOLDER, TEXT, font_coverage, font_families
from cluster_kit.documents.model import Document, Paragraph, Section
from cluster_kit.documents.pdf import write_pdf

FILES = sorted([*FOLDER.glob("*.ttf"), *FOLDER.glob("*.otf")])
# The Chinese ranges end before the characters that Unicode added after the fonts' release.
RANGES = {
    "Latin": (0x00A0, 0x024F),
    "phonetic letters": (0x0250, 0x02FF),
    "combining marks": (0x0300, 0x036F),
    "Greek": (0x0370, 0x03E1),
    "Cyrillic": (0x0400, 0x052F),
    "Armenian": (0x0530, 0x058F),
    "Hebrew": (0x05D0, 0x05F4),
    "Arabic": (0x0600, 0x06FF),
    "Devanagari": (0x0900, 0x097F),
    "Bengali": (0x0980, 0x09FF),
    "Gurmukhi": (0x0A00, 0x0A7F),
    "Gujarati": (0x0A80, 0x0AFF),
    "Oriya": (0x0B00, 0x0B7F),
    "Tamil": (0x0B80, 0x0BFF),
    "Telugu": (0x0C00, 0x0C7F),
    "Kannada": (0x0C80, 0x0CFF),
    "Malayalam": (0x0D00, 0x0D7F),
    "Sinhala": (0x0D80, 0x0DFF),
    "Thai": (0x0E00, 0x0E7F),
    "Lao": (0x0E80, 0x0EFF),
    "Myanmar": (0x1000, 0x109F),
    "Georgian": (0x10A0, 0x10FF),
    "Ethiopic": (0x1200, 0x139F),
    "Khmer": (0x1780, 0x17FF),
    "Latin with marks": (0x1E00, 0x1EFF),
    "Greek with marks": (0x1F00, 0x1FFF),
    "punctuation": (0x2010, 0x2027),
    "currencies": (0x20A0, 0x20BF),
    "kana": (0x3041, 0x30FF),
    "more Chinese": (0x3400, 0x4DB5),
    "Chinese": (0x4E00, 0x9FEF),
    "Korean": (0xAC00, 0xD7A3),
    "faces": (0x1F600, 0x1F64F),
}
LANGUAGES = {
    "Spanish": "¿¡áéíóúüñÁÉÍÓÚÜÑªº€",
    "Hawaiian": "āēīōūĀĒĪŌŪʻ‘",
    "Samoan": "āēīōūĀĒĪŌŪʻʼ",
    "Chamorro": "åñÅÑʼ’",
    "Navajo": "áéíóąęįǫłńÁÉÍÓĄĘĮǪŁŃʼ’\u0301\u0328",
    "Tlingit": "áéíóúàèìòùx̱g̱ḵÁÉÍÓÚX̱G̱Ḵʼ",
    "Vietnamese": "ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
}
# The license reserves the name "Source" for Adobe's unmodified files (version 3.052).
UNCHANGED = {
    "SourceSans3-Bold.ttf": "9214b9d95e4231c609802815c2646c98174e2102d0d37f88978a7f8e71006e6a",
    "SourceSans3-Regular.ttf": "4644c81b86ec9caaa76b634889968ed3c4f4f52f054855933acc7c2b21e53b0f",
    "SourceSans3-Semibold.ttf": "a3f4f8dcf343a8f24dc61951de93f3ba1558b15cd250ba24af8a40e957081b7d",
}


@pytest.mark.parametrize("name", RANGES)
def test_every_character_of_a_script_is_in_a_font(name: str) -> None:
    first, last = RANGES[name]
    letters = {code for code in range(first, last + 1) if unicodedata.category(chr(code))[0] in "LMNPS"}
    assert letters
    assert {f"U+{code:04X}" for code in letters - font_coverage()} == set()


@pytest.mark.parametrize("name", LANGUAGES)
def test_the_languages_of_states_and_territories_need_no_second_font(name: str) -> None:
    assert not set(map(ord, LANGUAGES[name])) - font_coverage(TEXT)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_file_is_a_known_family_under_the_open_font_license(path: Path) -> None:
    with TTFont(path) as font:
        names = font["name"]
        family = names.getDebugName(16) or names.getDebugName(1)
        assert family in font_families()
        assert "SIL Open Font License" in str(names.getDebugName(13))
    assert f"{family}: " in (FOLDER / "OFL.txt").read_text(encoding="utf-8")


def test_each_family_has_files() -> None:
    assert {path.suffix for path in FILES} == {".ttf", ".otf"}
    assert all(font_coverage(family) for family in font_families())


def test_the_text_font_is_as_its_makers_published_it() -> None:
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FOLDER.glob("SourceSans3-*")}
    assert found == UNCHANGED


def test_a_pdf_carries_each_font_that_it_uses() -> None:
    words = Paragraph("Hawaiʻi, Łééchąąʼí, 日本語, 한국어, العربية, ไทย, 🎉")
    packet = Document("T", "Ohio", "S", "Series", "Today", "", (Section("目标", (words,)),), (), ("About.",))
    with pikepdf.open(io.BytesIO(write_pdf(packet))) as pdf:
        fonts = [font for page in pdf.pages for font in page.Resources.Font.values()]
        used = {str(font.BaseFont).partition("+")[2].partition("-")[0] for font in fonts if "/BaseFont" in font}
        holders = [font.DescendantFonts[0] for font in fonts if "/DescendantFonts" in font]
        files = [{"/FontFile2", "/FontFile3"} & set(holder.FontDescriptor.keys()) for holder in holders]
    assert used >= {"SourceSans3", "NotoSansCJKjp", "Amiri", "NotoSansThai", "NotoEmoji"}
    assert len(holders) >= 5
    assert all(files)
