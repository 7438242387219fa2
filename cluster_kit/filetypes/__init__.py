"""Detect the type of an external file by its content, and read its text, table rows, or sheets."""

from cluster_kit.filetypes.decoding import DecodedText, decode_text
from cluster_kit.filetypes.kinds import DELIMITED, WORKBOOKS, FileKind, InspectedFile, explain_kind, inspect_file
from cluster_kit.filetypes.mapping import (
    ColumnMapping,
    ColumnMemory,
    SheetChoice,
    UnclearColumnsError,
    find_named_columns,
    read_column_options,
)
from cluster_kit.filetypes.separated import find_separator, read_separated
from cluster_kit.filetypes.sheets import CellValue, SheetCells, SheetError, read_sheets
from cluster_kit.filetypes.tables import TableError, TableFile, TableLimits, list_choices, read_table_file

__all__ = [
    "DELIMITED",
    "WORKBOOKS",
    "CellValue",
    "ColumnMapping",
    "ColumnMemory",
    "DecodedText",
    "FileKind",
    "InspectedFile",
    "SheetCells",
    "SheetChoice",
    "SheetError",
    "TableError",
    "TableFile",
    "TableLimits",
    "UnclearColumnsError",
    "decode_text",
    "explain_kind",
    "find_named_columns",
    "find_separator",
    "inspect_file",
    "list_choices",
    "read_column_options",
    "read_separated",
    "read_sheets",
    "read_table_file",
]
