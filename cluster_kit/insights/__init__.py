"""Answers as documents, tables, and charts. Reads no files; pandas and matplotlib load on demand."""

from cluster_kit.insights.look_back import build_look_back
from cluster_kit.insights.views import render_exercise, what_is_asked
from cluster_kit.insights.welcome import build_welcome

__all__ = ["build_look_back", "build_welcome", "render_exercise", "what_is_asked"]
