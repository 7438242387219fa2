"""Shared fixtures: those of the crosswalk, and a store for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cluster_kit.settings import Settings
from cluster_kit.store import Store
from tests.crosswalk.conftest import calibration, content, reference, settings

__all__ = ["calibration", "content", "reference", "settings"]


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with Store.open(settings.db_url) as store:
        yield store
