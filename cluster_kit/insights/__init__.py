"""Answers as documents, tables, and charts. Reads no files; pandas and matplotlib load on demand."""

from cluster_kit.insights.look_back import look_back
from cluster_kit.insights.views import render_exercise, what_is_asked
from cluster_kit.insights.welcome import welcome

__all__ = ["look_back", "render_exercise", "welcome", "what_is_asked"]
