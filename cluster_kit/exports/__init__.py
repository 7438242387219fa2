"""What staff take out of the kit: tables, workbooks, calendars, and drafts of requests. The sharing ladder holds."""

from cluster_kit.exports.exporting import Exported, export

__all__ = ["Exported", "export"]
