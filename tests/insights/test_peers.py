"""Examples from other states: only shared ones, and without the state's name if it chose so."""

from __future__ import annotations

import datetime as dt

import pytest
from pydantic import JsonValue

from cluster_kit.content import load_content
from cluster_kit.content.models import Scope
from cluster_kit.documents.markdown import to_markdown
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.published import format_page_date, newest_first
from cluster_kit.insights.peers import ANONYMOUS_STATE, build_peers, example_exercises, read_needs, read_shared_examples
from cluster_kit.store import Person, Response
from tests.answers import answer

SHIPPED = load_content("2026")
CONTENT = SHIPPED.model_copy(update={"examples": ()})  # published examples name states, and are tested by themselves
AREA = CONTENT.instrument.areas[0]
TITLE = "One form for two systems"


class Told:
    """States' answers, in order of arrival."""

    def __init__(self) -> None:
        self.responses: list[Response] = []

    def say(self, code: str, place: str, value: JsonValue, row: str = "a", session: int = 1) -> Told:
        where = {"session": session, "row": row, "jurisdiction": code}
        scope = Scope.PERSON if place.startswith("rate") else Scope.TEAM
        self.responses.append(answer(place, value, seq=len(self.responses) + 1, scope=scope, **where))
        return self

    def example(self, code: str, rung: JsonValue, row: str = "a", **cells: JsonValue) -> Told:
        for column, value in {"title": TITLE, "area": AREA.id, **cells, "may_share": rung}.items():
            self.say(code, f"examples.examples.{column}", value, row)
        return self

    def shown_to(self, code: str, people: tuple[Person, ...] = ()) -> str:
        mine = Answers([response for response in self.responses if response.jurisdiction == code])
        shared = read_shared_examples(CONTENT, self.responses, people)
        return to_markdown(build_peers(CONTENT, mine, shared, code)).replace("\\", "")


def test_the_exercise_of_examples_is_known_by_its_shape() -> None:
    assert example_exercises(CONTENT) == ["examples"]


@pytest.mark.parametrize("rung", ["private", "team", None, "", "everybody"])
def test_what_is_not_shared_with_other_states_never_travels(rung: JsonValue) -> None:
    told = Told().example("OH", rung, done="A secret thing")
    assert read_shared_examples(CONTENT, told.responses) == {}
    assert TITLE not in told.shown_to("GU")


def test_an_example_without_a_choice_stays_with_its_team() -> None:
    told = Told().say("OH", "examples.examples.title", TITLE)
    assert read_shared_examples(CONTENT, told.responses) == {}


def test_the_newest_choice_counts_even_where_the_team_has_not_settled() -> None:
    told = Told().example("OH", "named").say("OH", "examples.examples.may_share", "team")
    assert TITLE not in told.shown_to("GU")
    told.say("OH", "examples.examples.may_share", "named")
    assert TITLE in told.shown_to("GU")
    told.say("OH", "examples.examples.may_share", None)
    assert TITLE not in told.shown_to("GU")


def test_a_removed_example_is_gone() -> None:
    told = Told().example("OH", "named").say("OH", "examples.examples", False)
    assert TITLE not in told.shown_to("GU")


def test_a_named_example_comes_with_its_state_its_contact_and_its_link() -> None:
    told = Told().example(
        "OH", "named", done="One form", link="https://example.org/form", contact={"name": "Dana Whit", "role": "data"}
    )
    shown = told.shown_to("GU")
    assert "Ohio" in shown
    assert "Dana Whit" in shown
    assert "https://example.org/form" in shown


def test_an_anonymous_example_tells_nothing_of_its_state() -> None:
    told = Told().example(
        "OH",
        "anonymous",
        done="ohio's board and the OH college office met; write to dana@ohio.gov, https://ohio.gov/x, www.ohio.gov",
        changed="Ana Ruiz says: oh, approval takes 9 days",
        link="https://example.org/form",
        contact={"name": "Dana Whit", "role": "data"},
    )
    ana = Person(id="ana", series="2026", jurisdiction="OH", name="Ana Ruiz")
    shown = told.shown_to("GU", (ana,))
    assert ANONYMOUS_STATE in shown
    for secret in ("ohio", "OH ", "dana", "Whit", "http", "www", "Ana Ruiz", "example.org"):
        assert secret.lower() not in shown.lower() if secret != "OH " else secret not in shown
    assert "oh, approval takes 9 days" in shown


def person(name: str, code: str, id_: str = "dee") -> Person:
    return Person(id=id_, series="2026", jurisdiction=code, name=name)


@pytest.mark.parametrize("code", ["OH", "GU", "TX", ""])
@pytest.mark.parametrize(
    "name", ["Dee Moss", "Dee Moss (fictional)", "D. E. Moss, Jr.", "Jose\u0301 Moss", "Élodie Strand"]
)
def test_an_anonymous_example_names_nobody_wherever_they_belong_by_now(name: str, code: str) -> None:
    told = Told().example("OH", "anonymous", title=f"Ask {name}", done=f"{name.upper()} met us; then {name}, alone.")
    shown = told.shown_to("GU", (person("Ana Ruiz", "OH", "ana"), person(name, code)))
    assert "Ask …" in shown
    assert "then …, alone" in shown
    assert "moss" not in shown.lower()
    assert "strand" not in shown.lower()


def test_a_name_is_found_however_it_is_spaced() -> None:
    told = Told().example("OH", "anonymous", done="We asked Dee\u00a0Moss and dee  moss.")
    assert "moss" not in told.shown_to("GU", (person(" Dee Moss ", "TX"),)).lower()


def test_a_name_that_is_a_word_takes_the_word_only_from_those_who_may_know_its_bearer() -> None:
    told = Told().example("OH", "anonymous", done="A grant paid for it, says Grant.")
    assert "A grant paid for it, says …." in told.shown_to("GU", (person("Grant", "TX"),))
    assert "A … paid for it, says …." in told.shown_to("GU", (person("Grant", "OH"),))
    moved = person("Grant", "GU", "ana")  # the author of the answer
    assert "A … paid for it, says …." in told.shown_to("GU", (moved,))


def test_a_name_within_a_word_and_an_empty_one_take_nothing_away() -> None:
    told = Told().example("OH", "anonymous", done="Alanna and the annals - of course.")
    people = (person("Anna", "OH"), person("", "OH", "empty"), person("-", "OH", "dash"))
    assert "Alanna and the annals - of course." in told.shown_to("GU", people)


def test_a_state_never_reads_its_own_example_as_a_peers() -> None:
    assert TITLE not in Told().example("OH", "named").shown_to("OH")


def test_examples_follow_the_needs_lowest_ratings_first() -> None:
    other = CONTENT.instrument.areas[1]
    told = Told().example("OH", "named").example("TX", "named", title="Another one", area=other.id)
    told.say("GU", "rate_systems.ratings.rating", 1, AREA.items[0].id)
    told.say("GU", "next_steps.actions.action", "Call", "s").say("GU", "next_steps.actions.area", other.id, "s")
    mine = Answers([response for response in told.responses if response.jurisdiction == "GU"])
    assert [need.area for need in read_needs(CONTENT, mine)] == [AREA.id, other.id]
    shown = told.shown_to("GU")
    assert shown.index(TITLE) < shown.index("Another one")
    assert f"{AREA.title} (rated 1.0 of 4)" in shown


def test_without_a_fitting_example_the_newest_of_others_are_shown() -> None:
    told = Told().example("OH", "named", area=CONTENT.instrument.areas[-1].id)
    told.say("GU", "rate_systems.ratings.rating", 1, AREA.items[0].id)
    shown = told.shown_to("GU")
    assert "No other state has offered an example in these areas" in shown
    assert TITLE in shown


def test_published_examples_follow_those_of_states_and_fit_the_needs() -> None:
    items = [item.id for item in SHIPPED.instrument.areas[0].items][:2]
    told = Told().example("UT", "named").say("OH", "rate_systems.ratings.rating", 1, items[0])
    mine = Answers([response for response in told.responses if response.jurisdiction == "OH"])
    shared = read_shared_examples(SHIPPED, told.responses, ())
    shown = to_markdown(build_peers(SHIPPED, mine, shared, "OH")).replace("\\", "")
    assert shown.index(TITLE) < shown.index("Published examples")
    published = shown.split("Published examples")[1]
    assert f"{AREA.title}\n" in published
    assert [area.title for area in SHIPPED.instrument.areas[1:] if f"{area.title}\n" in published] == []
    assert "not entries of participants" in published
    fitting = newest_first([one for one in SHIPPED.examples if AREA.id in one.areas and "OH" not in one.states])
    assert fitting[0].title in published
    assert f"<{fitting[0].address}> (as of {fitting[0].as_of:%B %Y})" in published
    assert published.count("What you could borrow") == 3


def test_every_source_of_a_published_example_is_in_a_packet() -> None:
    example = max(SHIPPED.examples, key=lambda one: len(one.also))
    alone = SHIPPED.model_copy(update={"examples": (example,)})
    shown = to_markdown(build_peers(alone, Answers([]), {}, "WY"))
    assert len(example.also) >= 2
    assert [address for address in (example.address, *example.also) if f"<{address}>" not in shown] == []


def test_a_packet_labels_a_practice_that_is_not_about_the_modernized_framework() -> None:
    for example in (
        next(e for e in SHIPPED.examples if e.transfers),
        next(e for e in SHIPPED.examples if not e.transfers),
    ):
        alone = SHIPPED.model_copy(update={"examples": (example,)})
        shown = to_markdown(build_peers(alone, Answers([]), {}, "WY")).replace("\\", "")
        assert (f"{example.title} (practice that would transfer)" in shown) == example.transfers


def test_a_state_does_not_get_its_own_published_examples() -> None:
    newest = newest_first([one for one in SHIPPED.examples if "WY" not in one.states])[0]
    shown = {code: to_markdown(build_peers(SHIPPED, Answers([]), {}, code)) for code in (newest.states[0], "WY")}
    assert newest.title in shown["WY"]
    assert newest.title not in shown[newest.states[0]]


def test_without_needs_the_newest_published_examples_are_shown() -> None:
    shown = to_markdown(build_peers(SHIPPED, Answers([]), {}, "WY"))
    dated = [example for example in SHIPPED.examples if not example.undated]
    assert "The newest" in shown
    assert max(dated, key=lambda example: example.as_of).title in shown
    assert "no date" not in shown


def test_examples_from_pages_without_a_date_come_last() -> None:
    old, new = dt.date(2018, 1, 1), dt.date(2026, 1, 1)
    example = SHIPPED.examples[0]
    given = [
        example.model_copy(update={"id": name, "as_of": day, "undated": name == "read"})
        for name, day in (("old", old), ("read", dt.date(2026, 11, 1)), ("new", new))
    ]
    assert [one.id for one in newest_first(given)] == ["new", "old", "read"]
    assert format_page_date(given[1]) == "undated; accessed November 2026"


def test_content_without_published_examples_has_no_such_part() -> None:
    assert "Published examples" not in to_markdown(build_peers(CONTENT, Answers([]), {}, "OH"))
