"""What a file from outside is, told by its content; its text, the rows of a table in it, or its sheets."""

from cluster_kit.filetypes.decoding import DecodedText, decode_text
from cluster_kit.filetypes.kinds import DELIMITED, WORKBOOKS, FileKind, InspectedFile, explain_kind, inspect_file
from cluster_kit.filetypes.separated import find_separator, read_separated
from cluster_kit.filetypes.sheets import CellValue, SheetCells, SheetError, read_sheets

__all__ = [
    "DELIMITED",
    "WORKBOOKS",
    "CellValue",
    "DecodedText",
    "FileKind",
    "InspectedFile",
    "SheetCells",
    "SheetError",
    "decode_text",
    "explain_kind",
    "find_separator",
    "inspect_file",
    "read_separated",
    "read_sheets",
]
