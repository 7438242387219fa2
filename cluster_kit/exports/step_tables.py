"""The next steps to follow up on, and the states without one, as tables for staff."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from cluster_kit.content.models import Content
from cluster_kit.exports.follow_up import FollowUp
from cluster_kit.exports.staff_tables import write_staff_tables

STEPS = {
    "series": "str",
    "session": "int64",
    "jurisdiction": "str",
    "state": "str",
    "step": "str",
    "owner": "str",
    "due": "str",
    "status": "str",
    "overdue": "str",
    "contact": "str",
}
WITHOUT_STEP = {"series": "str", "jurisdiction": "str", "state": "str", "came": "str"}


def steps_frame(series: str, found: FollowUp) -> pd.DataFrame:
    """One row per next step (``STEPS``), by due date; those without one come last."""
    rows = [
        {
            "series": series,
            "session": step.session,
            "jurisdiction": step.jurisdiction,
            "state": step.state,
            "step": step.step,
            "owner": step.owner,
            "due": step.due,
            "status": step.status,
            "overdue": "yes" if step.overdue else "no",
            "contact": step.contact,
        }
        for step in found.steps
    ]
    return pd.DataFrame(rows, columns=list(STEPS)).astype(STEPS)


def without_frame(series: str, found: FollowUp) -> pd.DataFrame:
    """One row per state without a next step (``WITHOUT_STEP``), by name."""
    rows = [
        {
            "series": series,
            "jurisdiction": one.jurisdiction,
            "state": one.state,
            "came": "yes" if one.came else "no",
        }
        for one in found.without
    ]
    return pd.DataFrame(rows, columns=list(WITHOUT_STEP)).astype(WITHOUT_STEP)


def write_steps(content: Content, found: FollowUp, out: Path) -> tuple[Path, ...]:
    """Write both tables to a workbook or CSV files that only their owner can read, and return the files.

    Raises ``UsageError`` for another extension, or if a file cannot be written.
    """
    series = content.series.id
    frames = {"Next steps": steps_frame(series, found), "No next step": without_frame(series, found)}
    return write_staff_tables(frames, f"{content.series.title}: next steps", out)
