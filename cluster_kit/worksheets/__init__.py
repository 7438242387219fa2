"""Sessions to fill in offline: worksheets out to the states, and what comes back read, never run, and merged."""

from cluster_kit.worksheets.collecting import collect
from cluster_kit.worksheets.errors import UnreadableFileError
from cluster_kit.worksheets.making import Asked, make_sheet
from cluster_kit.worksheets.receipts import FileReceipt
from cluster_kit.worksheets.sheet import Sheet
from cluster_kit.worksheets.writing import Wanted, make_worksheets

__all__ = [
    "Asked",
    "FileReceipt",
    "Sheet",
    "UnreadableFileError",
    "Wanted",
    "collect",
    "make_sheet",
    "make_worksheets",
]
