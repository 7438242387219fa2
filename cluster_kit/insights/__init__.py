"""Answers as documents, tables, and charts. Reads no files; pandas and matplotlib load on demand.

A module named ``..._view`` makes a document from the data of its namesake, as ``ratings_view`` does of ``ratings``
and ``summary_view`` of ``session_summary``. ``views`` renders one exercise. ``suppression`` and ``tallies`` keep
small counts from participants, ``session_states`` defines each count of states, and ``charts`` draws.
"""

from cluster_kit.insights.look_back import build_look_back
from cluster_kit.insights.views import render_exercise, what_is_asked
from cluster_kit.insights.welcome import build_welcome

__all__ = ["build_look_back", "build_welcome", "render_exercise", "what_is_asked"]
