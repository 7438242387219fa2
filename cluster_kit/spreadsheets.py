"""Workbooks that the kit writes: one typeface, rows as tall as their wrapped text, and sheets as wide as a page.

A file from XlsxWriter has no row heights. Excel fits rows when it opens the file; LibreOffice does not, and prints
wrapped text over the rows below.
"""

from __future__ import annotations

import io
import textwrap
from collections import defaultdict
from typing import Any, Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

FONT: Final = {"font_name": "Arial", "font_size": 10}
"""Excel has this font, and LibreOffice one of the same widths: text wraps alike in both."""
LINE_HEIGHT, ROW_EDGE, MAX_HEIGHT = 12.75, 3.0, 409.0  # points; the last is the most that Excel allows
DEFAULT_WIDTH = 8.43  # characters
WIDER = 1.1
_LETTER = 1  # as Excel numbers paper
MAX_WIDTH = 150.0  # of a column that is widened, because its longest text would be higher than a row can be


class FittedWorkbook(xlsxwriter.Workbook):  # type: ignore[misc]  # XlsxWriter has no types
    """A workbook in memory whose rows are as tall as their wrapped text when it is closed."""

    def __init__(self, file: io.BytesIO, options: dict[str, Any] | None = None) -> None:
        super().__init__(file, {"in_memory": True, "default_format_properties": dict(FONT), **(options or {})})

    def add_worksheet(self, name: str | None = None, worksheet_class: type[Worksheet] | None = None) -> Worksheet:
        """Add a sheet whose rows are fitted, and whose columns are printed on one page."""
        sheet = super().add_worksheet(name, worksheet_class or _FittedWorksheet)
        sheet.set_landscape()
        sheet.set_paper(_LETTER)
        sheet.fit_to_pages(1, 0)
        return sheet

    def close(self) -> None:
        """Fit the rows of all sheets, and write the file."""
        for sheet in self.worksheets():
            if isinstance(sheet, _FittedWorksheet):
                sheet.fit_rows()
        super().close()


class _FittedWorksheet(Worksheet):  # type: ignore[misc]  # XlsxWriter has no types
    """A sheet that remembers its columns' widths and its wrapped texts."""

    def __init__(self) -> None:
        super().__init__()
        self._widths: dict[int, float] = {}
        self._formats: dict[int, tuple[Any, ...]] = {}
        self._wrapped: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)

    def set_column(self, first_col: int, last_col: int, width: float | None = None, *args: Any) -> int:
        for column in range(first_col, last_col + 1):
            self._widths[column] = width or DEFAULT_WIDTH
            self._formats[column] = args
        return int(super().set_column(first_col, last_col, width, *args))

    def write_string(self, row: int, col: int, string: str, cell_format: Format | None = None) -> int:
        if cell_format is not None and cell_format.text_wrap:
            self._wrapped[row].append((col, string))
        return int(super().write_string(row, col, string, cell_format))

    def fit_rows(self) -> None:
        """Set the heights of rows whose text has more than one line, and widen columns whose text needs too many."""
        self._widen_columns()
        for row, texts in self._wrapped.items():
            shown = [
                (self._widths.get(column, DEFAULT_WIDTH), text) for column, text in texts if self._is_shown(column)
            ]
            lines = max((count_wrapped_lines(text, width) for width, text in shown), default=1)
            if lines > 1:
                self.set_row(row, min(lines * LINE_HEIGHT + ROW_EDGE, MAX_HEIGHT))

    def _is_shown(self, column: int) -> bool:
        return not any(isinstance(arg, dict) and arg.get("hidden") for arg in self._formats.get(column, ()))

    def _widen_columns(self) -> None:
        most = int((MAX_HEIGHT - ROW_EDGE) // LINE_HEIGHT)
        for column, text in (cell for texts in self._wrapped.values() for cell in texts):
            width = before = self._widths.get(column, DEFAULT_WIDTH)
            while count_wrapped_lines(text, width) > most and width < MAX_WIDTH:
                width = min(width * WIDER, MAX_WIDTH)
            if width > before:
                self.set_column(column, column, width, *self._formats.get(column, ()))


def count_wrapped_lines(text: str, width: float) -> int:
    """The lines of a text that is wrapped in a column of this width, in characters."""
    return sum(len(textwrap.wrap(line, max(int(width), 1))) or 1 for line in text.split("\n"))
