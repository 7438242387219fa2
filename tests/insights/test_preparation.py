"""What a state reads before a session: the prework with its minutes, and nothing that is asked in the room."""

from __future__ import annotations

import pytest

from cluster_kit.content import load_content
from cluster_kit.documents.markdown import to_markdown
from cluster_kit.exercises.answers import Answers
from cluster_kit.insights.preparation import MeetingPlace, build_preparation
from cluster_kit.store import Person

CONTENT = load_content("2026")


def _read(session: int) -> str:
    return to_markdown(build_preparation(CONTENT, session, CONTENT.get_jurisdiction("OH"), Answers([])))


@pytest.mark.parametrize(("session", "minutes"), [(1, 30), (2, 30), (3, 28), (4, 26)])
def test_it_says_how_long_all_of_it_takes_one_person(session: int, minutes: int) -> None:
    assert f"One person who does all of it needs about {minutes} minutes." in _read(session)


def test_it_lists_what_is_asked_before_the_session_at_the_essential_depth() -> None:
    page = _read(3)
    for asked in ("What will be decided", "Date of the next decision", "Could Clusters align it?"):
        assert asked in page
    for in_the_room in ("Which decision comes first", "The definition to settle first"):
        assert in_the_room not in page
    for deeper in ("What the decision-maker would do differently with it", "What helped, or what is in the way"):
        assert deeper not in page


def test_it_says_where_the_session_is_and_names_who_is_invited_to_it() -> None:
    def person(name: str, sessions: tuple[int, ...] = (), email: str = "a@example.org") -> Person:
        return Person(
            id=name.replace(" ", "-"),
            series="2026",
            jurisdiction="OH",
            name=name,
            email=email,
            role="state_director",
            sessions=sessions,
        )

    people = (person("Kim Lee"), person("Ana Reyes", (2,)), person("Bo Lind", (1,)), person("Guest", email=""))
    place = MeetingPlace("https://workshop.example.org/join", "https://call.example.org/1", people)
    page = to_markdown(build_preparation(CONTENT, 2, CONTENT.get_jurisdiction("OH"), Answers([]), place))
    assert "- **Your team's page:** <https://workshop.example.org/join>: open your personal link" in page
    assert "- **Video call:** <https://call.example.org/1>" in page
    invited = page.partition("Who is invited from your state")[2].partition("#")[0]
    assert invited.split("\n- ")[1:] == ["Ana Reyes, State CTE Director", "Kim Lee, State CTE Director\n\n"]
    assert "Video call" not in _read(2)
