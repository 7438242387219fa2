"""Content is cached, and read again once one of its files has changed."""

from __future__ import annotations

import shutil
from pathlib import Path

from cluster_kit.content import load_content
from cluster_kit.content.folders import ROLES_FILE, SHIPPED


def test_content_that_has_not_changed_is_the_same_object(tmp_path: Path) -> None:
    assert load_content("2026", tmp_path) is load_content("2026", tmp_path)


def test_a_changed_new_or_removed_file_is_seen_at_once(tmp_path: Path) -> None:
    shipped = load_content("2026", tmp_path)
    own = tmp_path / ROLES_FILE
    shutil.copy(SHIPPED / ROLES_FILE, own)
    text = own.read_text(encoding="utf-8")
    first = shipped.roles[0].title
    own.write_text(text.replace(first, "A title of our own", 1), encoding="utf-8")
    assert load_content("2026", tmp_path).roles[0].title == "A title of our own"
    own.write_text(text.replace(first, "Another title", 1), encoding="utf-8")
    assert load_content("2026", tmp_path).roles[0].title == "Another title"
    own.unlink()
    assert load_content("2026", tmp_path).roles[0].title == first
