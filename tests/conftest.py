"""Fixtures for all tests: a browser, a certificate, PostgreSQL, and the live server. Temporary files are in memory."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import tests.startup  # noqa: F401
from cluster_kit.documents.identity import use_identity
from cluster_kit.organization import Organization
from tests.browser import browser, context, policy_refusals
from tests.certificates import certificate
from tests.new_stores import make_new_stores_quickly
from tests.postgres import postgres_database, postgres_url

__all__ = ["browser", "certificate", "context", "policy_refusals", "postgres_database", "postgres_url"]
MEMORY = Path("/dev/shm")
NEEDED_BYTES = 4 * 1024**3


def _keep_temporary_files_in_memory() -> None:
    """Set ``TMPDIR``, if there is room: on a disk, tests would mostly wait for ``fsync``.

    A test kills processes and never the machine, so a store in memory loses what a store on a disk would lose.
    """
    if "TMPDIR" in os.environ or not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < NEEDED_BYTES:
        return
    if not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None  # read again


_keep_temporary_files_in_memory()
make_new_stores_quickly()
# Tests connect to their own servers only. Each httpx.Client would spend 20 ms on the certificates of all authorities.
os.environ["SSL_CERT_DIR"] = str(Path(__file__).parent)
os.environ.pop("SSL_CERT_FILE", None)


def pytest_collection_finish() -> None:
    """Never look through modules and tests for garbage again."""
    gc.freeze()


@pytest.fixture(autouse=True)
def _the_kits_identity() -> Iterator[None]:
    """A command that a test runs in this process with an organization's identity leaves none to the next test."""
    yield
    use_identity(Organization())
