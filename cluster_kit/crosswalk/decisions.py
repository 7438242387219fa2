"""Decisions about programs, under keys that are stable from year to year."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from cluster_kit.crosswalk.places import Placement


@dataclass(frozen=True)
class Decision:
    """A placement that the team chose for a key, with the reason, author, time (UTC), and series."""

    key: str
    place: Placement
    note: str = ""
    author: str = ""
    at: dt.datetime | None = None
    series: str = ""


@dataclass(frozen=True)
class NewDecision:
    """A decision to store. A place without a Cluster retracts the decision."""

    key: str
    place: Placement
    note: str = ""
