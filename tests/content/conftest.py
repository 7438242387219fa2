from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cluster_kit.content import check_content

SMALL_PACK = Path(__file__).parent / "small_pack"


class Pack:
    """A copy of the small pack to modify."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def change(self, relative: str, old: str, new: str) -> None:
        """Replace one piece of text, which must occur exactly once."""
        file = self.path / relative
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {relative}"
        file.write_text(text.replace(old, new), encoding="utf-8")

    def line(self, relative: str, words: str) -> int:
        """The number of the first line that contains these words."""
        lines = (self.path / relative).read_text(encoding="utf-8").splitlines()
        return next(number for number, line in enumerate(lines, start=1) if words in line)

    def problems(self, overlay: Path | None = None) -> list[tuple[str, int, str, str]]:
        """The check's results: file within the pack, line, key, sentence."""
        root = str(self.path) + "/"
        return [(p.file.removeprefix(root), p.line, p.key, p.sentence) for p in check_content(overlay, self.path)]

    def sentences(self) -> list[str]:
        return [sentence for *_, sentence in self.problems()]


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    return Pack(Path(shutil.copytree(SMALL_PACK, tmp_path / "pack")))
