"""The evaluation and the notice: what ships, an organization's own, and problems with their place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cluster_kit.content import ContentError, check_content
from cluster_kit.content.evaluation import ChoiceQuestion, ConfidenceQuestion, load_evaluation
from cluster_kit.content.folders import SHIPPED
from cluster_kit.content.notice import load_notice


def overlay(folder: Path, name: str, *changes: tuple[str, str]) -> Path:
    """A copy of a shipped file with these replacements, in a pack of its own."""
    text = (SHIPPED / name).read_text(encoding="utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_five_questions_ship_and_ask_what_they_should() -> None:
    evaluation = load_evaluation()
    assert [question.id for question in evaluation.questions] == [
        "useful",
        "confidence",
        "colleague",
        "barrier",
        "access",
    ]
    assert isinstance(evaluation.find_question("confidence"), ConfidenceQuestion)
    comments = [one.id for one in evaluation.questions if isinstance(one, ChoiceQuestion) and one.comment]
    assert comments == ["barrier", "access"]
    assert evaluation.find_question("name") is None


def test_the_shipped_notice_has_the_sections_that_pages_link_to() -> None:
    assert {"who_sees_what", "public_records", "retention", "recording", "evaluation", "erasure", "accessibility"} <= {
        section.id for section in load_notice().sections
    }


def test_an_organizations_own_files_replace_the_shipped_ones(tmp_path: Path) -> None:
    pack = overlay(tmp_path, "evaluation.yaml", ("title: Session evaluation", "title: How was it?"))
    overlay(pack, "notice.yaml", ("title: Privacy, records, and accessibility", "title: Our notice"))
    assert load_evaluation(pack).title == "How was it?"
    assert load_notice(pack).title == "Our notice"
    assert check_content(pack) == []


@pytest.mark.parametrize(
    ("name", "before", "after", "key", "sentence"),
    [
        ("evaluation.yaml", "id: colleague", "id: useful", "questions.useful.id", "there is another question 'useful'"),
        ("evaluation.yaml", "{id: very,", "{id: extremely,", "questions.useful.options.extremely", "another option"),
        ("evaluation.yaml", "{value: 2,", "{value: 5,", "questions.confidence.scale", "must rise"),
        ("evaluation.yaml", "minutes: 3", "minutes: soon", "minutes", "must be a whole number"),
        ("evaluation.yaml", "    many: true", "    mani: true", "questions.barrier", "did you mean 'many'"),
        ("notice.yaml", "id: retention", "id: recording", "sections.recording.id", "there is another section"),
        ("notice.yaml", "contact_title: Contact", "contact_titel: Contact", "contact_titel", "did you mean"),
    ],
)
def test_a_problem_is_found_by_the_check_and_by_the_loader(
    tmp_path: Path, name: str, before: str, after: str, key: str, sentence: str
) -> None:
    pack = overlay(tmp_path, name, (before, after))
    problems = [problem for problem in check_content(pack) if problem.file.endswith(name)]
    assert any(problem.key.startswith(key) and sentence in problem.sentence for problem in problems), problems
    with pytest.raises(ContentError, match=name):
        (load_evaluation if name == "evaluation.yaml" else load_notice)(pack)


def test_a_pack_without_the_files_has_no_problem(tmp_path: Path) -> None:
    """A complete pack of an earlier version goes on working."""
    base = tmp_path / "packs"
    shutil.copytree(SHIPPED, base)
    (base / "evaluation.yaml").unlink()
    (base / "notice.yaml").unlink()
    assert check_content(None, base) == []
