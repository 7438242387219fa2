from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest

from cluster_kit.content import load_content
from cluster_kit.content.models import When
from cluster_kit.documents.markdown import to_markdown
from cluster_kit.documents.pdf_rules import find_pdf_problems
from cluster_kit.errors import UsageError
from cluster_kit.exports.host_card import make_host_card, write_host_card

CONTENT = load_content("2026")
NUMBERS = [session.number for session in CONTENT.sessions]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_card_names_every_exercise_in_the_room_with_a_question(number: int) -> None:
    card = make_host_card(CONTENT, number)
    words = to_markdown(card.parts[0])
    session = CONTENT.get_session(number)
    for exercise in session.exercises:
        assert (f"{exercise.title} ({exercise.minutes}\u00a0min)" in words) is (exercise.when is When.SESSION)
    assert CONTENT.hosting
    assert all(role.title in words for role in CONTENT.hosting.roles)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_card_is_one_page_and_passes_the_accessibility_checks(number: int, tmp_path: Path) -> None:
    out = write_host_card(CONTENT, number, tmp_path / "card.pdf")
    with pikepdf.open(out) as pdf:
        assert len(pdf.pages) == 1
    assert find_pdf_problems(out.read_bytes()) == []


def test_a_card_without_a_closing_part_has_no_empty_heading(tmp_path: Path) -> None:
    page = write_host_card(CONTENT, 1, tmp_path / "card.html").read_text(encoding="utf-8")
    assert "<table" in page
    assert "About this packet" not in page


def test_what_cannot_be_written_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"card.txt must end in .pdf, .docx, or .html"):
        write_host_card(CONTENT, 1, tmp_path / "card.txt")
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UsageError, match="cannot be written"):
        write_host_card(CONTENT, 1, tmp_path / "file" / "card.html")
    without = CONTENT.model_copy(update={"hosting": None})
    with pytest.raises(UsageError, match=r"has no hosting.yaml"):
        make_host_card(without, 1)
