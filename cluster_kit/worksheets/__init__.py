"""Worksheets: sessions to fill out offline. Returned files are parsed, never executed, and merged into the store.

Out: ``sheet_builder`` makes a ``sheet``, from which ``notebook``, ``document``, and ``printable`` (PDF) are written.
Back: ``read_file`` calls the reader of a file's type, ``returned`` has what it read, ``merging`` stores it, and
``receipts`` tells the result. ``marks`` and ``signatures`` identify a worksheet and its answers.
"""

from cluster_kit.worksheets.batch import WorksheetRequest, make_worksheets
from cluster_kit.worksheets.collecting import collect
from cluster_kit.worksheets.errors import UnreadableWorksheetError
from cluster_kit.worksheets.receipts import FileReceipt
from cluster_kit.worksheets.senders import Sender
from cluster_kit.worksheets.sheet import Worksheet
from cluster_kit.worksheets.sheet_builder import WorksheetOptions, make_sheet

__all__ = [
    "FileReceipt",
    "Sender",
    "UnreadableWorksheetError",
    "Worksheet",
    "WorksheetOptions",
    "WorksheetRequest",
    "collect",
    "make_sheet",
    "make_worksheets",
]
