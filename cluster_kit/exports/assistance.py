"""All states' requests for technical assistance, with their interest in early adoption, as one table for staff."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from cluster_kit.content import load_content
from cluster_kit.documents.model import Block, Paragraph, Section, Table, one_text
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.labels import format_date
from cluster_kit.exports.ladder import keep_for_staff, read_rungs
from cluster_kit.exports.staff_tables import write_staff_tables
from cluster_kit.insights.assistance import read_early_adoption, read_requests
from cluster_kit.settings import Settings
from cluster_kit.store.deployment import open_deployment_store

REQUESTS = {
    "jurisdiction": "str",
    "state": "str",
    "session": "Int64",
    "kind": "str",
    "need": "str",
    "area": "str",
    "by": "str",
    "contact": "str",
    "early_adoption": "str",
    "ready": "Int64",
    "criteria": "Int64",
}
NO_WORDS = {name: "" for name, kind in REQUESTS.items() if kind == "str"}
TITLE, NOTHING = "Requests for technical assistance", "No state has asked for assistance yet."


def read_request_table(settings: Settings, series: str, jurisdictions: Sequence[str] | None = None) -> pd.DataFrame:
    """One row per request (``REQUESTS`` has the columns and dtypes), by state and session.

    A state that is interested in early adoption but has no request has one row without a request. ``by`` is
    ``YYYY-MM-DD``; ``ready`` of ``criteria`` are the readiness criteria that the state marked as met. ``jurisdictions``
    None: all. Raises the errors of content and store.
    """
    content = load_content(series, overlay=settings.content)
    wanted = None if jurisdictions is None else {content.get_jurisdiction(code).code for code in jurisdictions}
    rows: list[dict[str, object]] = []
    with open_deployment_store(settings) as store:
        current = store.current(series)
        readable = keep_for_staff(current, read_rungs(content, current, store.erased_choices(series)))
        for state in content.jurisdictions:
            if wanted is not None and state.code not in wanted:
                continue
            given = [response for response in readable if response.jurisdiction == state.code]
            answers = Answers(given, store.people(series, state.code))
            early, requests = read_early_adoption(content, answers), read_requests(content, answers)
            about: dict[str, object] = {**NO_WORDS, "jurisdiction": state.code, "state": state.name}
            if early:
                about |= {"early_adoption": early.interest, "ready": early.ready, "criteria": len(early.criteria)}
            rows += [
                {
                    **about,
                    "session": request.session,
                    "kind": request.kind,
                    "need": request.need,
                    "area": request.area_title,
                    "by": request.by,
                    "contact": request.contact,
                }
                for request in requests
            ]
            rows += [{**about, "session": early.session}] if early and not requests else []
    return pd.DataFrame(rows, columns=list(REQUESTS)).astype(REQUESTS)


def write_request_table(frame: pd.DataFrame, out: Path) -> None:
    """Write the table to a CSV or XLSX file that only its owner can read: it names contacts.

    Raises ``UsageError`` for another extension, or if the file cannot be written.
    """
    write_staff_tables({TITLE: frame}, TITLE, out)


def show_request_table(frame: pd.DataFrame, title: str) -> Section:
    """The table as a document."""
    rows = []
    for row in frame.astype("str").to_dict("records"):
        due = format_date(row["by"])
        cells = (row["kind"], row["need"], row["area"], due, row["contact"], row["early_adoption"])
        rows.append((one_text(row["state"]), *(one_text(words) if words else () for words in cells)))
    columns = ("State", "Kind", "What for", "Policy area", "By", "Contact", "Early adoption")
    block: Block = Table(TITLE, columns, tuple(rows)) if rows else Paragraph(NOTHING)
    return Section(f"{TITLE}: {title}", (block,))
