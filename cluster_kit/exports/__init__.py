"""What staff take out of the kit: tables, workbooks, calendars, and drafts of requests. The sharing ladder holds."""

from cluster_kit.exports.exporting import Exported, export
from cluster_kit.exports.formats import EXPORT_FORMATS, ExportData, ExportFormat

__all__ = ["EXPORT_FORMATS", "ExportData", "ExportFormat", "Exported", "export"]
