"""Tables, workbooks, calendars, and drafts for staff. All of them apply the sharing ladder."""

from cluster_kit.exports.exporting import Exported, export

__all__ = ["Exported", "export"]
