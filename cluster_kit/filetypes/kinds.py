"""Detect a file's kind by its content, not by its name."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from enum import StrEnum

from cluster_kit.filetypes.decoding import DecodedText, decode_text
from cluster_kit.filetypes.separated import find_separator


class FileKind(StrEnum):
    """A kind of file. ``CSV`` has commas, semicolons, or bars as delimiters; ``TEXT`` has no columns."""

    EMPTY = "empty"
    XLSX = "xlsx"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"
    DOCX = "docx"
    DOC = "doc"
    PPTX = "pptx"
    OPEN_DOCUMENT = "open_document"
    IWORK = "iwork"
    PROTECTED = "protected"
    PDF = "pdf"
    RTF = "rtf"
    NOTEBOOK = "notebook"
    JSON = "json"
    HTML = "html"
    XML = "xml"
    CARDS = "cards"
    CALENDAR = "calendar"
    CSV = "csv"
    TSV = "tsv"
    TEXT = "text"
    PICTURE = "picture"
    DATABASE = "database"
    STATISTICS = "statistics"
    MESSAGE = "message"
    SHORTCUT = "shortcut"
    ARCHIVE = "archive"
    ZIP = "zip"
    DAMAGED_ZIP = "damaged_zip"
    BINARY = "binary"


DELIMITED = frozenset({FileKind.CSV, FileKind.TSV, FileKind.TEXT})
"""Kinds of text files that may contain a table."""
WORKBOOKS = frozenset({FileKind.XLSX, FileKind.XLSB, FileKind.XLS, FileKind.ODS})
"""Kinds of workbooks that can be read."""

_OPEN_IN_SHEETS = "Open it in a spreadsheet program and save it as {wanted}."
_SAVE_A_COPY = "Open it in the program that made it, save a copy as {wanted}, and bring that."
# For each kind, a description and how to get a readable file.
_EXPLAINED: dict[FileKind, tuple[str, str]] = {
    FileKind.EMPTY: ("is empty", "Save it again, and bring that copy."),
    FileKind.XLSX: ("is an Excel workbook", "Open it in Excel and save it as {wanted}."),
    FileKind.XLSB: ("is a binary Excel workbook (.xlsb)", "Open it in Excel and save it as {wanted}."),
    FileKind.XLS: ("is in the old .xls format", "Open it in Excel and save it as {wanted}."),
    FileKind.ODS: ("is an OpenDocument spreadsheet", _OPEN_IN_SHEETS),
    FileKind.DOCX: ("is a Word document", "Bring {wanted} instead."),
    FileKind.DOC: ("is in an old Office format", _SAVE_A_COPY),
    FileKind.PPTX: ("is a presentation", "Bring {wanted} instead."),
    FileKind.OPEN_DOCUMENT: ("is an OpenDocument file", _SAVE_A_COPY),
    FileKind.IWORK: ("is a Numbers, Pages or Keynote file", "In that program, choose File > Export To for {wanted}."),
    FileKind.PROTECTED: (
        "is protected with a password",
        "Open it, take the password off, save a copy, and bring that.",
    ),
    FileKind.PDF: ("is a PDF", "Ask for the file that it was made from, or save it as {wanted}."),
    FileKind.RTF: ("is in rich text format", _SAVE_A_COPY),
    FileKind.NOTEBOOK: ("is a notebook", "Bring {wanted} instead."),
    FileKind.JSON: ("is a JSON file", "Bring {wanted} instead."),
    FileKind.HTML: ("is a web page, whatever its name ends in", _OPEN_IN_SHEETS),
    FileKind.XML: ("is XML", _OPEN_IN_SHEETS),
    FileKind.CARDS: ("is a list of address cards (vCard)", "In the address book, export {wanted} instead."),
    FileKind.CALENDAR: ("is a calendar file", "Bring {wanted} instead."),
    FileKind.CSV: ("is a table of text", "Bring {wanted} instead."),
    FileKind.TSV: ("is a table of text", "Bring {wanted} instead."),
    FileKind.TEXT: ("is plain text", "Bring {wanted} instead."),
    FileKind.PICTURE: ("is a picture", "Bring {wanted} instead."),
    FileKind.DATABASE: ("is a database", "Export it as {wanted}."),
    FileKind.STATISTICS: ("is a data file of a statistics program", "Export it as {wanted}."),
    FileKind.MESSAGE: ("is an email message", "Save the file that is attached to it, and bring that."),
    FileKind.SHORTCUT: ("is a link to a file, and not the file", "Open it, download or save a copy, and bring that."),
    FileKind.ARCHIVE: ("is a compressed file", "Unpack it first."),
    FileKind.ZIP: ("is a zip file", "Unpack it first."),
    FileKind.DAMAGED_ZIP: ("is damaged: a part of it is missing", _SAVE_A_COPY),
    FileKind.BINARY: ("is of no kind that can be read, or is damaged", _SAVE_A_COPY),
}
# How files of some kinds begin.
_SIGNATURES: tuple[tuple[FileKind, tuple[bytes, ...]], ...] = (
    (FileKind.DATABASE, (b"SQLite format 3\0",)),
    (FileKind.PICTURE, (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*")),
    (FileKind.ARCHIVE, (b"\x1f\x8b\x08", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"BZh", b"\xfd7zXZ\0")),
    (FileKind.STATISTICS, (b"$FL2", b"$FL3", b"<stata_dta>", b"PAR1", b"HEADER RECORD*******LIB", b"\x89HDF\r\n")),
    (FileKind.SHORTCUT, (b"L\0\0\0\x01\x14\x02\0", b"[InternetShortcut]")),  # both of Windows
)
_ICLOUD = (b"bplist00", b"NSURLNameKey")
"""What is beside a folder in iCloud for a file that is not downloaded."""
_LONGEST_SHORTCUT = 4000  # bytes
_MAIL_LINES = r"From|To|Subject|Date|Received|Return-Path|Delivered-To|Message-ID|MIME-Version|X-[\w-]+"
_MAIL = re.compile(rf"(?:(?:{_MAIL_LINES}):[^\n]*\n(?:[ \t][^\n]*\n)*){{2}}", re.IGNORECASE)


@dataclass(frozen=True)
class InspectedFile:
    """A file's kind and bytes. ``text`` is set for kinds that are text.

    For zip-based kinds, ``unpacked_bytes`` is the total size of its parts; ``has_macros``: it has a VBA project.
    """

    kind: FileKind
    raw: bytes
    text: DecodedText | None = None
    unpacked_bytes: int = 0
    has_macros: bool = False


def explain_kind(kind: FileKind, wanted: str) -> str:
    """A description of this kind, and how to provide ``wanted`` (a notebook, an .xlsx file) instead.

    Two sentences, of which the first continues the file's name.
    """
    what, way_out = _EXPLAINED[kind]
    return f"{what}. {way_out.format(wanted=wanted)}"


def inspect_file(raw: bytes) -> InspectedFile:
    """Detect the kind of these bytes. Never raises."""
    if not raw.strip(b"\0\r\n\t ,;|\xef\xbb\xbf\xff\xfe"):
        return InspectedFile(FileKind.EMPTY, raw)
    if kind := _find_signature(raw):
        return InspectedFile(kind, raw)
    if raw.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _inspect_zip(raw)
    text = decode_text(raw)
    if text is None:
        return InspectedFile(FileKind.BINARY, raw)
    return InspectedFile(_find_text_kind(text.text), raw, text)


def _find_signature(raw: bytes) -> FileKind | None:
    start = raw.lstrip(b"\xef\xbb\xbf\r\n\t ")[:16]
    if start.startswith(b"%PDF"):
        return FileKind.PDF
    if raw.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _find_ole_kind(raw)
    if start.startswith(b"{\\rtf"):
        return FileKind.RTF
    if raw[4:15] in (b"Standard Je", b"Standard AC"):
        return FileKind.DATABASE
    if raw[4:8] == b"ftyp":
        return FileKind.PICTURE
    if raw.startswith(_ICLOUD[0]) and _ICLOUD[1] in raw:
        return FileKind.SHORTCUT
    return next((kind for kind, starts in _SIGNATURES if raw.startswith(starts)), None)


def _find_ole_kind(raw: bytes) -> FileKind:
    """The kind of an OLE container: an old Office file or an encrypted new one, by the names of its streams."""
    if "EncryptedPackage".encode("utf-16-le") in raw:
        return FileKind.PROTECTED
    if any(f"{name}\0".encode("utf-16-le") in raw for name in ("Workbook", "Book")):
        return FileKind.XLS
    return FileKind.MESSAGE if "__properties_version".encode("utf-16-le") in raw else FileKind.DOC


def _inspect_zip(raw: bytes) -> InspectedFile:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = archive.infolist()
            names = {part.filename.replace("\\", "/").lstrip("/").casefold() for part in parts}
            kind = _find_zip_kind(names, _read_mimetype(archive) if "mimetype" in names else b"")
    except Exception:  # the library may raise anything for a damaged file
        return InspectedFile(FileKind.DAMAGED_ZIP, raw)
    size, macros = sum(part.file_size for part in parts), any(name.endswith("vbaproject.bin") for name in names)
    return InspectedFile(kind, raw, unpacked_bytes=size, has_macros=macros)


def _read_mimetype(archive: zipfile.ZipFile) -> bytes:
    with archive.open("mimetype") as file:
        return file.read(200)


def _find_zip_kind(names: set[str], mimetype: bytes) -> FileKind:
    parts = {
        "xl/workbook.xml": FileKind.XLSX,
        "xl/workbook.bin": FileKind.XLSB,
        "word/document.xml": FileKind.DOCX,
        "ppt/presentation.xml": FileKind.PPTX,
        "index/document.iwa": FileKind.IWORK,
        "index.zip": FileKind.IWORK,
    }
    if found := next((kind for name, kind in parts.items() if name in names), None):
        return found
    if b"opendocument.spreadsheet" in mimetype:
        return FileKind.ODS
    if b"opendocument" in mimetype or {"content.xml", "mimetype"} <= names:
        return FileKind.OPEN_DOCUMENT
    return FileKind.ZIP


def _find_text_kind(text: str) -> FileKind:
    start = text.lstrip()
    head = start[:1000].casefold()
    if head.startswith(("<html", "<!doctype html", "<table", "<meta", "<head", "<body")):
        return FileKind.HTML
    if _is_shortcut(start):
        return FileKind.SHORTCUT
    if head.startswith("<?xml"):
        return FileKind.HTML if "<html" in head else FileKind.XML
    if head.startswith("begin:vcard"):
        return FileKind.CARDS
    if head.startswith("begin:vcalendar"):
        return FileKind.CALENDAR
    if _MAIL.match(start.replace("\r\n", "\n")):
        is_page = "multipart/related" in head  # saved as one file
        return FileKind.HTML if is_page else FileKind.MESSAGE
    if start.startswith("{"):
        return FileKind.NOTEBOOK if '"cells"' in text and '"nbformat"' in text else FileKind.JSON
    if start.startswith("[") and start.rstrip().endswith("]"):
        return FileKind.JSON
    separator = find_separator(text)
    if separator == "\t":
        return FileKind.TSV
    return FileKind.CSV if separator in text else FileKind.TEXT


def _is_shortcut(text: str) -> bool:
    """True for a link to a file of Google Drive (JSON), or to an address on a Mac (XML)."""
    if len(text) > _LONGEST_SHORTCUT:
        return False
    return (text.startswith("{") and '"doc_id"' in text) or ("<!DOCTYPE plist" in text and "<key>URL</key>" in text)
