"""Check how a PDF's tags are built: their types, their nesting, and what annotations are tied to.

The numbers are those of the Matterhorn Protocol, which lists the ways to violate PDF/UA-1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pikepdf import Array, Dictionary, Name, Page, Pdf, Stream

from cluster_kit.documents.pdf import child_elements, list_children, structure_elements

STANDARD = frozenset(
    [
        "Document",
        "Part",
        "Art",
        "Sect",
        "Div",
        "BlockQuote",
        "Caption",
        "TOC",
        "TOCI",
        "Index",
        "NonStruct",
        "Private",
        "P",
        "H",
        "H1",
        "H2",
        "H3",
        "H4",
        "H5",
        "H6",
        "L",
        "LI",
        "Lbl",
        "LBody",
        "Table",
        "TR",
        "TH",
        "TD",
        "THead",
        "TBody",
        "TFoot",
        "Span",
        "Quote",
        "Note",
        "Reference",
        "BibEntry",
        "Code",
        "Link",
        "Annot",
        "Ruby",
        "RB",
        "RT",
        "RP",
        "Warichu",
        "WT",
        "WP",
        "Figure",
        "Formula",
        "Form",
    ]
)
INSIDE = {
    "L": frozenset({"L", "LI", "Caption"}),
    "LI": frozenset({"Lbl", "LBody"}),
    "Table": frozenset({"TR", "THead", "TBody", "TFoot", "Caption"}),
    "TR": frozenset({"TH", "TD"}),
    **dict.fromkeys(("THead", "TBody", "TFoot"), frozenset({"TR"})),
}
PARENTS = {
    "LI": frozenset({"L"}),
    **dict.fromkeys(("Lbl", "LBody"), frozenset({"LI", "Note"})),
    **dict.fromkeys(("TH", "TD"), frozenset({"TR"})),
    "TR": frozenset({"Table", "THead", "TBody", "TFoot"}),
}
LANGUAGE_CODE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
MEANINGLESS = re.compile(rb"<[0-9A-Fa-f]+>\s*<(?:0000|[Ff][Ee][Ff][Ff]|[Ff]{3}[Ee])>")
TIED = {Name.Link: "Link", Name.Widget: "Form"}
INVISIBLE = {Name.Popup}


def find_tag_problems(document: Pdf) -> Iterator[str]:
    """The violations, one sentence each."""
    root = document.Root
    if root.get("/MarkInfo", Dictionary()).get("/Suspects", False):
        yield "It says that some of its tags may be wrong."  # 07-002
    if not LANGUAGE_CODE.fullmatch(str(root.get("/Lang", "en"))):
        yield "Its language is no language code."  # 11-006
    if "/XFA" in root.get("/AcroForm", Dictionary()):
        yield "It has a form of another format, which screen readers cannot follow."  # 25-001
    if "/StructTreeRoot" not in root:
        return
    if "/ParentTree" not in root.StructTreeRoot:
        yield "Its content does not lead to its tags."  # 01-005
    yield from _nesting(document)
    yield from _annotations(document)


def _nesting(document: Pdf) -> Iterator[str]:
    """Standard types, lists and tables of the parts that they have (02-001, 09-004 to 09-006), and notes (19-003)."""
    roles = document.Root.StructTreeRoot.get("/RoleMap", Dictionary())
    kinds: set[str] = set()
    notes: list[str] = []
    for element in structure_elements(document):
        kind = _kind(element, roles)
        kinds.add(kind)
        inside = [_kind(kid, roles) for kid in child_elements(element)]
        if kind not in STANDARD:
            yield f"Readers do not know what the tag {kind} is."
        for child in dict.fromkeys(inside):
            if child not in INSIDE.get(kind, {child}) or kind not in PARENTS.get(child, {kind}):
                yield f"A tag {child} is directly inside a tag {kind}."
        if kind == "Note":
            notes.append(str(element.get("/ID", "")))
    if "H" in kinds and kinds & {f"H{level}" for level in range(1, 7)}:
        yield "Its headings have levels and have none."  # 14-007
    if "" in notes or len(set(notes)) < len(notes):
        yield "A note has no identifier of its own."


def _kind(element: Dictionary, roles: Any) -> str:
    """The standard type of an element, by way of the document's role map."""
    name = element.S
    for _ in range(len(roles.keys())):
        if str(name)[1:] in STANDARD or str(name) not in roles:
            break
        name = roles[str(name)]
    return str(name)[1:]


def _annotations(document: Pdf) -> Iterator[str]:
    """Each annotation is in an element of its kind, and says what it is (28-004, 28-010, 28-011)."""
    tied = {
        kid.Obj.objgen: str(element.S)[1:]
        for element in structure_elements(document)
        for kid in list_children(element.get("/K"))
        if "/Obj" in kid
    }
    for number, page in enumerate(document.pages, start=1):
        for annotation in page.get("/Annots", []):
            kind: Any = annotation.get("/Subtype")
            if kind in INVISIBLE:
                continue
            if tied.get(annotation.objgen) != TIED.get(kind, "Annot"):
                yield f"{_name(kind)} on page {number} is not in a tag for it."
            if "/StructParent" not in annotation:
                yield f"{_name(kind)} on page {number} does not lead to its tag."
            if kind not in TIED and not str(annotation.get("/Contents", "")).strip():
                yield f"An annotation on page {number} does not say what it is."


def _name(kind: Any) -> str:
    names: dict[Any, str] = {Name.Link: "A link", Name.Widget: "A field"}
    return names.get(kind, "An annotation")


def has_meaningless_characters(font: Dictionary) -> bool:
    """True if the font says that a glyph means no character at all (10-001, 31-028)."""
    meanings = font.get("/ToUnicode")
    return isinstance(meanings, Stream) and bool(MEANINGLESS.search(meanings.read_bytes()))


def list_fonts(resources: Any) -> Iterator[Dictionary]:
    """The fonts that a page uses, also those of the drawings placed on it and of its fields."""
    waiting: list[Any] = [resources]
    seen: set[tuple[int, int]] = set()
    while waiting:
        current = waiting.pop()
        yield from (font for font in current.get("/Font", Dictionary()).values() if isinstance(font, Dictionary))
        for drawing in current.get("/XObject", Dictionary()).values():
            if isinstance(drawing, Stream) and drawing.objgen not in seen and "/Resources" in drawing:
                seen.add(drawing.objgen)
                waiting.append(drawing.Resources)


def list_appearances(page: Page) -> Iterator[Any]:
    """The resources of the appearances of a page's fields."""
    for annotation in page.get("/Annots", Array()):
        normal = annotation.get("/AP", Dictionary()).get("/N")
        for stream in [normal] if isinstance(normal, Stream) else list((normal or Dictionary()).values()):
            if isinstance(stream, Stream) and "/Resources" in stream:
                yield stream.Resources
