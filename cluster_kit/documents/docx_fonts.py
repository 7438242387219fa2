"""The fonts in Word files: a file carries its typeface, so its text looks like its charts on every machine.

Word stores an embedded font with its first 32 bytes obfuscated by a key that is beside it (ECMA-376, part 4, 4.2.1).
The files are embedded unchanged, as their license asks, so a state can type any of their letters.
"""

from __future__ import annotations

from functools import cache

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import nsmap, qn
from lxml import etree

from cluster_kit.documents.fonts import FOLDER, TEXT

FALLBACK = "Calibri"  # where a program does not use embedded fonts
KEYS = {
    "Regular": "{5B0A6C0E-3C1D-4E0B-9A52-7D1C2F6E8A01}",
    "Bold": "{5B0A6C0E-3C1D-4E0B-9A52-7D1C2F6E8A02}",
}
OBFUSCATED = 32  # bytes
OBFUSCATED_FONT = "application/vnd.openxmlformats-officedocument.obfuscatedFont"


def embed_fonts(document: Document) -> None:
    """Embed the typeface of documents, regular and bold, and ask programs to keep it when they save the file."""
    table = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    fonts = etree.fromstring(table.blob)
    font = etree.SubElement(fonts, qn("w:font"), {qn("w:name"): TEXT})
    for name, value in (("altName", FALLBACK), ("charset", "00"), ("family", "swiss"), ("pitch", "variable")):
        etree.SubElement(font, qn(f"w:{name}")).set(qn("w:val"), value)
    for number, (style, key) in enumerate(KEYS.items(), start=1):
        name = PackURI(f"/word/fonts/font{number}.odttf")
        part = Part(name, OBFUSCATED_FONT, _obfuscated(style), document.part.package)
        related = table.relate_to(part, RELATIONSHIP_TYPE.FONT)
        embedded = etree.SubElement(font, qn(f"w:embed{style}"))
        embedded.set(f"{{{nsmap['r']}}}id", related)
        embedded.set(qn("w:fontKey"), key)
    table._blob = etree.tostring(fonts, xml_declaration=True, encoding="UTF-8", standalone=True)
    settings = document.settings.element
    before = {qn(f"w:{name}") for name in ("writeProtection", "view", "zoom")}
    settings.insert(sum(child.tag in before for child in settings), OxmlElement("w:embedTrueTypeFonts"))


@cache
def _obfuscated(style: str) -> bytes:
    font = (FOLDER / f"{TEXT.replace(' ', '')}-{style}.ttf").read_bytes()
    key = bytes.fromhex(KEYS[style].strip("{}").replace("-", ""))[::-1]
    head = bytes(byte ^ key[place % len(key)] for place, byte in enumerate(font[:OBFUSCATED]))
    return head + font[OBFUSCATED:]
