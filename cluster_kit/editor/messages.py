"""What the editor's page sends."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from cluster_kit.editor.trees import Side
from cluster_kit.models import FrozenModel, Json

MOST_LEVELS = 20


def _check_tree(tree: Json) -> Json:
    """The data of a content file has texts only, as the file has; numbers are texts, too."""
    _check_level(tree, 0)
    return tree


def _check_level(tree: object, level: int) -> None:
    if level > MOST_LEVELS or not (tree is None or isinstance(tree, str | list | dict)):
        raise ValueError("must be made of texts, lists, and keys")
    for value in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        _check_level(value, level + 1)


FileData = Annotated[Json, AfterValidator(_check_tree)]
DraftId = Annotated[str, Field(pattern=r"^[a-z0-9-]{8,64}$")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]


class CheckRequest(FrozenModel):
    """Keep a draft, check it, and show one of its exercises. ``keep`` false: nothing has changed since ``base``."""

    draft: DraftId
    base: Digest
    data: FileData
    exercise: str = ""
    keep: bool = True


class SaveRequest(FrozenModel):
    """Make a draft live.

    ``merge``: the digest of a newer version that the person has seen, and into which the draft is merged; ``choices``:
    by a collision's key, whose value to take. ``confirmed``: keys of risks that the person has accepted. ``unlocked``:
    change a session that has begun.
    """

    draft: DraftId
    base: Digest
    data: FileData
    merge: str = ""
    choices: dict[str, Side] = Field(default_factory=dict)
    confirmed: tuple[str, ...] = ()
    unlocked: bool = False


class RestoreRequest(FrozenModel):
    """Make an earlier version live. ``base``: the version that the page shows."""

    draft: DraftId
    base: Digest
    number: int
    confirmed: tuple[str, ...] = ()
    unlocked: bool = False


class DiscardRequest(FrozenModel):
    """Remove a draft."""

    draft: DraftId


class PreviewRequest(FrozenModel):
    """A message of the form in the preview, as a session page sends it to the form service."""

    draft: DraftId
    exercise: str
    message: Json
