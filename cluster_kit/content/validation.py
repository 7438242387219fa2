"""Checks across files: what no model can see by itself."""

from __future__ import annotations

from cluster_kit.content.errors import Problem
from cluster_kit.content.parts import Parts


def validate_parts(parts: Parts) -> list[Problem]:
    """Every problem between the parts of a series that could be read."""
    return []
