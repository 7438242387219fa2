"""Slides and run sheets for the people who run a session, made from the content."""

from cluster_kit.materials.run_sheets import make_run_sheet, write_run_sheet
from cluster_kit.materials.slides import make_slides, write_slides

__all__ = ["make_run_sheet", "make_slides", "write_run_sheet", "write_slides"]
