"""The page of limits has the values of the constants, and every limit of the kit is on it."""

from __future__ import annotations

import ast
from pathlib import Path

from docs.make_limits import PAGE, TABLES, write_limits

ROOT = Path(__file__).parents[1]
LIMITING = ("MAX_", "MOST_", "LARGEST_", "LONGEST_")
# No limits for what people send: how much is shown, printed, or drafted.
SHOWN = {
    "breakouts.models": "MOST_ROLES",
    "breakouts.rooms": "LONGEST_ROOM_NAME",
    "breakouts.wording": "MOST_NAMED",
    "cli.options": "MOST_SUGGESTED",
    "cli.roster": "MOST_NOTES",
    "console.attention": "MOST_NAMES",
    "console.record": "LONGEST_QUOTE",
    "content.example_import": "LONGEST_ID",
    "content.workbook.template": "_LONGEST_CELL",
    "crosswalk.findings": "MOST_ROWS_NAMED _LONGEST_EXAMPLE",
    "crosswalk.proposing": "MOST_CANDIDATES",
    "crosswalk.report": "MOST_LISTED",
    "crosswalk.summary": "MOST_QUESTIONS_OF_GAPS",
    "crosswalk.workbook": "_MOST_TITLES",
    "documents.chart_style": "MOST_CHARACTERS",
    "documents.typst_data": "MOST_LINES MOST_TOGETHER",
    "editor.service": "MOST_VERSIONS MOST_CHANGES",
    "exercises.plain_language": "LONGEST_ABBREVIATION LONGEST_WORD MOST_TERMS",
    "exports.host_card": "MOST_CUES",
    "exports.message_fields": "LONGEST_STEP",
    "exports.message_sheets": "_LONGEST_CELL",
    "exports.workbook": "_LONGEST_NAME _LONGEST_CELL",
    "forms.terms": "_MOST_OPTIONS",
    "insights.agendas": "MOST_NEEDS",
    "insights.brief_view": "MOST_STATEMENTS MOST_OPTIONS MOST_NEEDS",
    "insights.charts.roadmap": "MOST_LINES",
    "insights.national_view": "MOST_TOPICS MOST_COLUMNS",
    "insights.peers": "MOST_AREAS MOST_PER_AREA",
    "insights.summary_view": "MOST_GOALS MOST_SETTLED MOST_STEPS MOST_TILES",
    "mailing.connection": "LONGEST_REPLY",
    "materials.fitting": "LARGEST_CELL",
    "materials.run_sheets": "_MOST_WORDS",
    "programs.exercise": "LONGEST_SHEET",
    "programs.rows": "MOST_TITLES",
    "rehearsal.progress": "MOST_ERRORS",
    "roster.links": "MOST_NAMED",
    "roster.lists.report": "_MOST_LINES",
    "roster.record": "LONGEST_DETAILS",
    "server.present.exercise_text": "MOST_LINES MOST_QUESTIONS LONGEST_LABEL",
    "server.roster.handlers": "MOST_CHANGES MOST_REGISTRATIONS",
    "server.stream.event_views": "MOST_FEATURED",
    "server.summary.short_text": "LONGEST_ADDRESS",
    "spreadsheets": "MAX_HEIGHT MAX_WIDTH",
    "worksheets.arrangement": "MOST_POINTS",
    "worksheets.document_tables": "LONGEST_TITLE",
    "worksheets.row_layout": "MOST_KEYS MOST_ACROSS",
    "worksheets.sheet": "LONGEST_LIST",
}
# What the kit keeps in memory, compares, or searches; parts of formats and protocols.
INTERNAL = {
    "breakouts.by_hand": "MOST_SWAPS",
    "breakouts.repair": "MOST_UNPLACED",
    "breakouts.scoring": "_MOST_ROLES_KNOWN",
    "crosswalk.columns": "_LONGEST_NAME",
    "crosswalk.evidence": "MOST_NAMED MOST_OF_FIELD",
    "crosswalk.grouping": "_LONGEST_TITLE",
    "crosswalk.other_tables": "_MOST_IDENTIFIERS",
    "crosswalk.review": "_LONGEST_KEY",
    "documents.pdf": "MOST_CLOSER MOST_LARGER",
    "editor.preview": "MAX_DRAFTS_SHOWN",
    "filetypes.decoding": "MAX_CONTROL_SHARE",
    "filetypes.headers": "MOST_COLUMNS _LONGEST_HEADER",
    "filetypes.kinds": "_LONGEST_SHORTCUT",
    "filetypes.mapping": "MOST_REMEMBERED",
    "forms.connection": "MAX_OWN_IDS",
    "forms.protocol": "LARGEST_INTEGER",
    "forms.uploads": "MOST_REMEMBERED",
    "kernels.addresses": "LONGEST_TAIL",
    "kernels.wire": "MOST_DESCRIPTORS",
    "log_limits": "MAX_KINDS",
    "packets.page_rules": "MOST_SHOWN",
    "polling": "MAX_PAUSE_S",
    "rehearsal.client": "MAX_FRAME_BYTES",
    "rehearsal.page": "MOST_AT_ONCE",
    "roster.lists.staff_list": "_LONGEST_LONE_NAME",
    "roster.names.written_names": "_MOST_WORDS",
    "server.app": "LONGEST_FOLDER",
    "server.monitoring.logs": "MAX_PLACES",
    "server.monitoring.metrics": "LONGEST_S",
    "server.pages.page_cache": "MAX_PAGES",
    "server.relay": "MAX_MESSAGE_BYTES",
    "server.summary.worker": "MOST_KEPT",
    "sessions.conflicts": "MOST_KNOWN",
    "worksheets.bookmarks": "_MOST_STAMPS _MOST_CELLS _MOST_BESIDE _MOST_AROUND",
    "worksheets.marks": "_MOST_STAMPS",
}


def test_the_page_has_the_values_of_the_constants() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert write_limits(text) == text, "run: python -m docs.make_limits"


def test_every_limit_of_every_package_is_on_the_page() -> None:
    listed = {f"{row.module}.{row.name}" for rows in TABLES.values() for row in rows}
    others = {f"cluster_kit.{module}.{name}" for module, names in (SHOWN | INTERNAL).items() for name in names.split()}
    found = set()
    for path in (ROOT / "cluster_kit").rglob("*.py"):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            targets = node.targets if isinstance(node, ast.Assign) else []
            names = [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]
            is_limit = isinstance(node, ast.Assign) and "Limit(" in ast.unparse(node.value)
            found |= {f"{module}.{name}" for name in names if is_limit or name.lstrip("_").startswith(LIMITING)}
    assert len(found) > 200
    assert found - listed - others == set()
