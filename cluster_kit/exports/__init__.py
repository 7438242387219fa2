"""Tables, workbooks, calendars, and drafts for staff. All of them apply the sharing ladder."""

from cluster_kit.exports.answer_export import Exported, export_answers
from cluster_kit.exports.formats import EXPORT_FORMATS, ExportData, ExportFormat

__all__ = ["EXPORT_FORMATS", "ExportData", "ExportFormat", "Exported", "export_answers"]
