"""All JavaScript and CSS, in folders whose imports resolve on disk, and the module that joins them for anywidget."""

from pathlib import Path

WEB = Path(__file__).parent

__all__ = ["WEB"]
