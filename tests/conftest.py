"""What every test may use: a browser, and the live server."""

from __future__ import annotations

from tests.browser import browser, context

__all__ = ["browser", "context"]
