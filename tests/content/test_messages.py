"""Messages: the shipped ones are valid, and each mistake in a file is one problem with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from cluster_kit.content import ContentError, check_content, load_content
from cluster_kit.content.folders import SHIPPED
from cluster_kit.content.messages import FIELDS, Recipients, load_messages
from cluster_kit.content.templates import fill_template, find_template_problem, list_fields

PACK = """\
schema_version: 1
fields:
  - id: organization
    about: your organization's name
signature:
  - "{organization}"
messages:
  - id: note
    title: A note
    days: [-2]
    to: invited
    subject: "{session_title}"
    body: |
      Dear {first_name},

      See you on {session_date}.
"""


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    (tmp_path / "messages.yaml").write_text(PACK, encoding="utf-8")
    return tmp_path


def _problems(overlay: Path, old: str, new: str) -> list[tuple[int, str, str]]:
    file = overlay / "messages.yaml"
    assert PACK.count(old) == 1
    file.write_text(PACK.replace(old, new), encoding="utf-8")
    return [(p.line, p.key, p.sentence) for p in check_content(overlay) if p.file.endswith("messages.yaml")]


def test_the_shipped_messages_cover_the_time_before_and_after_a_session() -> None:
    pack = load_messages("2026")
    ids = {message.id for message in pack.messages}
    assert ids >= {
        *("letter_to_directors", "invitation", "prework_reminder", "two_day_reminder", "message_of_the_day"),
        *("example_request", "next_steps_nudge", "thank_you", "check_in", "outage_apology", "community_invitation"),
    }
    check_in = pack.find_message("check_in")
    assert check_in
    assert check_in.days == (30, 60, 90)


def test_every_shipped_message_is_short_enough_to_be_read() -> None:
    words = {message.id: len(message.body.split()) for message in load_messages("2026").messages}
    assert {name: count for name, count in words.items() if count > 260} == {}


def test_exercises_named_in_messages_are_fields_and_not_titles() -> None:
    """A title in a message would become wrong when the exercise is renamed."""
    titles = {exercise.title for session in load_content("2026").sessions for exercise in session.exercises}
    bodies = [message.body for message in load_messages("2026").messages]
    assert [title for title in titles for body in bodies if f"“{title}”" in " ".join(body.split())] == []


def test_an_own_file_replaces_the_shipped_one_and_a_series_file_the_one_for_all_series(overlay: Path) -> None:
    assert [message.id for message in load_messages("2026", overlay).messages] == ["note"]
    own = overlay / "series" / "2026" / "messages.yaml"
    own.parent.mkdir(parents=True)
    own.write_text(PACK.replace("id: note", "id: other"), encoding="utf-8")
    assert [message.id for message in load_messages("2026", overlay).messages] == ["other"]


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "sentence"),
    [
        ("{first_name}", "{first_nam}", 13, "messages.note.body",
         "there is no field {first_nam}: did you mean 'first_name'?"),
        ("{session_title}", "{sesion_title}", 12, "messages.note.subject",
         "there is no field {sesion_title}: did you mean 'session_title'?"),
        ('- "{organization}"', '- "{organisation}"', 6, "signature.1",
         "there is no field {organisation}: did you mean 'organization'?"),
        ("{first_name}", "{first_name.__class__}", 13, "messages.note.body",
         "{first_name.__class__} is not a field: write its name only, such as {first_name}"),
        ("{first_name}", "{first_name!r}", 13, "messages.note.body",
         "{first_name!r} is not a field: write its name only, such as {first_name}"),
        ("{first_name}", "{first_name:>99999999}", 13, "messages.note.body",
         "{first_name:>99999999} is not a field: write its name only, such as {first_name}"),
        ("Dear {first_name}", "Dear {first_name", 13, "messages.note.body",
         "has a brace without its partner: write {{ or }} for a brace that is not a field"),
        ("id: organization", "id: state", 3, "fields.state.id",
         "the kit fills in {state} itself: choose another id"),
        ("to: invited", "to: invitd", 11, "messages.note.to",
         "to must be one of invited, attended, without_next_steps, named_states, registered, not 'invitd'"
         ": did you mean 'invited'?"),
        ("to: invited", "to: invited\n    roles: [boss]", 12, "messages.note.roles.1", "there is no role 'boss'"),
        ("days: [-2]", "days: []", 10, "messages.note.days", "days needs at least one entry"),
        ("days: [-2]", "days: [2, 2]", 10, "messages.note.days", "a day is listed twice: once is enough"),
    ],
)  # fmt: skip
def test_a_mistake_is_a_problem_with_its_line_and_key(
    overlay: Path, old: str, new: str, line: int, key: str, sentence: str
) -> None:
    found = _problems(overlay, old, new)
    assert (line, key, sentence) in found


def test_a_file_with_problems_is_not_loaded(overlay: Path) -> None:
    _problems(overlay, "{first_name}", "{no_such_field}")
    with pytest.raises(ContentError, match=r"no field \{no_such_field\}"):
        load_messages("2026", overlay)


def test_values_of_own_fields_are_in_a_file_of_their_own(overlay: Path) -> None:
    values = overlay / "message_values.yaml"
    values.write_text("schema_version: 1\nvalues:\n  organization: Ours\n", encoding="utf-8")
    assert load_messages("2026", overlay).values == {"organization": "Ours"}
    values.write_text("schema_version: 1\nvalues:\n  organisation: Ours\n", encoding="utf-8")
    (problem,) = check_content(overlay)
    assert (problem.line, problem.key) == (3, "values.organisation")
    assert "did you mean 'organization'?" in problem.sentence


def test_a_template_is_text_with_names_and_nothing_else() -> None:
    assert list_fields("Dear {name}, {{braces}} {link}") == ("name", "link")
    assert fill_template("{{a}} {name}", {"name": "{link}"}.__getitem__) == "{a} {link}"
    assert find_template_problem("{name}", FIELDS) is None
    assert find_template_problem("{}", FIELDS) == "{} is not a field: write its name only, such as {first_name}"


def test_every_kind_of_recipient_is_used_by_a_shipped_message() -> None:
    assert {message.to for message in load_messages("2026").messages} == set(Recipients)
    assert (SHIPPED / "messages.yaml").is_file()
