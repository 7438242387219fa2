"""Shared fixtures: the calibrated sample crosswalk, and a home folder for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from cluster_kit.content.crosswalk_files import CrosswalkContent, load_crosswalk_content
from cluster_kit.crosswalk.calibration import Calibration
from cluster_kit.crosswalk.cross_validation import calibrate
from cluster_kit.crosswalk.reference import Reference, load_reference
from cluster_kit.settings import Settings


@pytest.fixture(scope="session")
def content() -> CrosswalkContent:
    return load_crosswalk_content()


@pytest.fixture(scope="session")
def reference(content: CrosswalkContent, tmp_path_factory: pytest.TempPathFactory) -> Reference:
    return load_reference(tmp_path_factory.mktemp("nothing-imported"), content)


@pytest.fixture(scope="session")
def calibration(reference: Reference) -> Calibration:
    return calibrate(reference)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "home")
