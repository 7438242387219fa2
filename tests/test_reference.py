"""The reference pages describe every content key and every environment variable."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cluster_kit.content import (
    claims,
    crosswalk_files,
    evaluation,
    examples,
    facilitation,
    handouts,
    messages,
    models,
    notice,
)
from cluster_kit.content.models import ContentModel
from cluster_kit.programs import prompt

ROOT = Path(__file__).parents[1]
CONTENT_PAGE = (ROOT / "docs" / "reference" / "content.md").read_text(encoding="utf-8")
SETTINGS_PAGE = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
# Models assembled from several files, and models with no keys other than those of every prompt.
NOT_IN_A_FILE = {
    *("Content", "ContentModel", "FactBase", "Instrument", "OwnedQuestion", "SourcedClaim"),
    *("CellPrompt", "ExtensionPrompt", "PersonPrompt"),
}
PROMPT_KEYS = {"id", "label", "help", "scope", "depth", "before", "optional", "kind"}
MODELS = {
    name: model
    for module in (
        models,
        crosswalk_files,
        claims,
        evaluation,
        examples,
        facilitation,
        handouts,
        messages,
        notice,
        prompt,
    )
    for name, model in vars(module).items()
    if isinstance(model, type) and issubclass(model, ContentModel) and name not in NOT_IN_A_FILE
}


def _described_keys() -> dict[str, dict[str, bool]]:
    """By the model's heading: each key, and whether it is required."""
    sections = re.split(r"^### (\w+)\n", CONTENT_PAGE, flags=re.MULTILINE)
    row = re.compile(r"^\| `(\w+)` \|([^|]*)\|", re.MULTILINE)
    return {
        heading: {key: not default.strip() for key, default in row.findall(text)}
        for heading, text in zip(sections[1::2], sections[2::2], strict=True)
    }


@pytest.mark.parametrize("name", MODELS)
def test_every_key_of_a_content_file_is_described(name: str) -> None:
    fields = MODELS[name].model_fields
    keys = {key: field.is_required() for key, field in fields.items()}
    if "kind" in fields and name.endswith("Prompt"):
        keys = {key: required for key, required in keys.items() if key not in PROMPT_KEYS}
    assert _described_keys()[name] == keys


def test_the_keys_of_every_prompt_are_described() -> None:
    keys = {key: models.TextPrompt.model_fields[key].is_required() for key in PROMPT_KEYS}
    assert _described_keys()["Prompt"] == keys


def test_every_environment_variable_is_described() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "cluster_kit").rglob("*.py"))
    variables = set(re.findall(r'"(CLUSTER_KIT_[A-Z_]+)"', code))
    assert "CLUSTER_KIT_HOME" in variables
    assert {name for name in variables if f"| `{name}` |" not in SETTINGS_PAGE} == set()
