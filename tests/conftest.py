"""Fixtures for all tests: a browser, a certificate, a PostgreSQL server, and the live server."""

from __future__ import annotations

from tests.browser import browser, context, policy_refusals
from tests.certificates import certificate
from tests.postgres import postgres_database, postgres_url

__all__ = ["browser", "certificate", "context", "policy_refusals", "postgres_database", "postgres_url"]
