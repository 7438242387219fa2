"""All JavaScript and CSS, with imports that resolve on disk, and the bundler for anywidget."""

from pathlib import Path

WEB = Path(__file__).parent

__all__ = ["WEB"]
