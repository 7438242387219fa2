"""One set of ratings with choices off the scale, through everything that counts it.

The expected numbers are computed here from the choices themselves, so that the page, console, packets, exports, and
matching are compared with one another and with a second implementation.
"""

from __future__ import annotations

import json
import math
import random
import statistics
from collections import Counter
from dataclasses import dataclass

import pytest
from bs4 import BeautifulSoup
from pydantic import JsonValue

from cluster_kit.breakouts import read_states
from cluster_kit.console import results
from cluster_kit.content.models import Content
from cluster_kit.content.rating_values import OffScale, format_mean
from cluster_kit.documents.html import to_html
from cluster_kit.documents.model import Section
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.context import FormContext
from cluster_kit.exports.gathering import gather_answers
from cluster_kit.exports.request import NONE_LOW, _needs, low_mean
from cluster_kit.exports.tables import codebook_frame, tidy_frame
from cluster_kit.forms.handler import FormHandler
from cluster_kit.insights import render_exercise
from cluster_kit.insights.charts import ratings_picture, state_means
from cluster_kit.insights.discuss import rank_topics
from cluster_kit.insights.national import read_national_states, survey_states
from cluster_kit.insights.peers import read_needs
from cluster_kit.insights.ratings import read_ratings, summarize_ratings
from cluster_kit.insights.ratings_view import summary_table
from cluster_kit.insights.suppression import count_by_category
from cluster_kit.sessions import SessionLog
from cluster_kit.sessions.facilitation import Reveal
from cluster_kit.store import NewResponse, Person, Store
from tests.console.conftest import LiveSession

EXERCISE, PROMPT, AREA = "rate_systems", "ratings", "systems_alignment"
NOT_SURE, NOT_HERE = "not_sure", "does_not_apply"
CHOICES: list[JsonValue] = [1, 2, 3, 4, NOT_SURE, NOT_HERE, NOT_HERE]
Team = dict[str, list[JsonValue]]


@dataclass
class Said:
    """By state and item: what each person chose, and what the team agreed on."""

    chosen: dict[str, Team]
    agreed: dict[str, dict[str, JsonValue]]

    def value(self, code: str, item: str) -> JsonValue:
        """The value of a state, by the rule in docs/explanation/national.md."""
        if item in self.agreed[code]:
            return self.agreed[code][item]
        said = [one for one in self.chosen[code][item] if one != NOT_SURE]
        if not said:
            return NOT_SURE
        points = sorted(one for one in said if isinstance(one, int))
        return NOT_HERE if len(said) - len(points) > len(points) else points[(len(points) - 1) // 2]

    def values(self, code: str) -> dict[str, JsonValue]:
        return {item: self.value(code, item) for item in self.chosen[code]}


def items_of(content: Content) -> list[str]:
    return [item.id for area in content.instrument.areas if area.id == AREA for item in area.items]


def speak(live: LiveSession, seed: int) -> Said:
    """Every team rates every item of one area; one state says of everything that it does not apply."""
    chance, said, new = random.Random(seed), Said({}, {}), []

    def add(person: Person, column: str, item: str, value: JsonValue) -> None:
        scope = "person" if column in ("rating", "note", "agreement") else "team"
        where = {"exercise": EXERCISE, "prompt": f"{PROMPT}.{column}", "row": item, "scope": scope}
        who = {"series": "2026", "session": 1, "jurisdiction": person.jurisdiction, "author": person.id}
        new.append(NewResponse.model_validate({"id": f"s{seed}-{len(new)}", "value": value, **where, **who}))

    codes = list(dict.fromkeys(person.jurisdiction for person in live.people))
    for code in codes:
        team = [person for person in live.people if person.jurisdiction == code]
        said.chosen[code], said.agreed[code] = {}, {}
        for item in items_of(live.content):
            only_outside = code == codes[0]
            given = [NOT_HERE if only_outside else chance.choice(CHOICES) for _ in team]
            said.chosen[code][item] = given
            for person, value in zip(team, given, strict=True):
                add(person, "rating", item, value)
                if value == NOT_HERE:
                    add(person, "note", item, f"{code}: local control")
            if not only_outside and chance.random() < 0.3:
                said.agreed[code][item] = chance.choice(CHOICES)
                add(team[0], "consensus", item, said.agreed[code][item])
                add(team[0], "rationale", item, "We talked.")
                add(team[1], "agreement", item, f"agree_{said.agreed[code][item]}")
    live.store.append(new)
    return said


def answers_of(store: Store, code: str) -> Answers:
    return Answers(store.current("2026", code), store.people("2026", code), store.history("2026", code))


def clean(team: Team) -> dict[str, Counter[str]]:
    return {item: Counter(map(str, given)) for item, given in team.items()}


@pytest.fixture(params=range(6))
def told(request: pytest.FixtureRequest, live_session: LiveSession) -> tuple[LiveSession, Said]:
    return live_session, speak(live_session, request.param)


def test_the_page_shows_each_choice_off_the_scale_beside_the_points(told: tuple[LiveSession, Said]) -> None:
    live, said = told
    person = live.people[2]
    log = SessionLog(live.store, "2026", live.session)
    log.do(live.fay, Reveal(), subject=EXERCISE)
    context = FormContext(live.content, live.store, 1, person.jurisdiction, person, session_log=log)
    handler = FormHandler(context, EXERCISE)
    handler.open()
    found = handler.receive({"type": "hello", "have": {"seq": 0}})
    (state,) = [one for one in found if one["type"] == "exercise_state"]
    spread = state["spread"][PROMPT]
    shown = {item: Counter(one["points"]) for item, one in spread.items()}
    assert shown == clean(said.chosen[person.jurisdiction])


def test_the_console_counts_every_state_once_and_takes_no_mean_of_what_does_not_apply(
    told: tuple[LiveSession, Said],
) -> None:
    live, said = told
    snapshot = live.look()
    view = results.results_view(snapshot)
    order = [1, 2, 3, 4, NOT_SURE, NOT_HERE]
    for item in view.areas[AREA].items:
        stands = [said.value(code, item.id) for code in said.chosen]
        assert item.counts == [stands.count(one) for one in order], item.id
    for code in said.chosen:
        values = [*said.values(code).values()]
        points = [one for one in values if isinstance(one, int)]
        empty = NOT_HERE if all(one == NOT_HERE for one in values) else NOT_SURE
        mean = view.states[code].means[AREA]
        assert mean == (float(format_mean(statistics.fmean(points))) if points else empty), code


def test_participants_counts_hold_neither_states_to_which_it_does_not_apply_nor_their_number(
    told: tuple[LiveSession, Said],
) -> None:
    live, said = told
    for item in items_of(live.content):
        counts = results.survey_states(live.content, live.look().views).items[item]
        stands = [said.value(code, item) for code in said.chosen]
        assert sum(count_by_category(counts)) == sum(one != NOT_HERE for one in stands)


def test_no_need_is_seen_where_an_item_does_not_apply(told: tuple[LiveSession, Said]) -> None:
    live, said = told
    topics = {topic.item: topic for topic in rank_topics(live.content, live.look().views)}
    for item in items_of(live.content):
        stands = [said.value(code, item) for code in said.chosen]
        found = topics.get(item)
        low = sum(one in (1, 2) for one in stands)
        assert (found.need if found else 0) == low
        differ = [code for code, team in said.chosen.items() if len(set(team[item])) > 1]
        assert (found.unsettled if found else 0) == sum(item not in said.agreed[code] for code in differ)
        assert not found or found.states == sum(one != NOT_HERE for one in stands)


def test_packets_peers_and_breakouts_leave_out_what_does_not_apply(told: tuple[LiveSession, Said]) -> None:
    live, said = told
    answers = {code: answers_of(live.store, code) for code in said.chosen}
    rooms = {one.code: one for one in read_states(live.content, answers, {code: [] for code in said.chosen})}
    for code, of in answers.items():
        (summary,) = summarize_ratings(live.content, read_ratings(live.content, of))
        applying = [item for item in said.chosen[code] if said.value(code, item) != NOT_HERE]
        counted = [one for item in applying if isinstance(one := said.value(code, item), int)]
        assert summary.mean == (pytest.approx(statistics.fmean(counted)) if counted else None)
        assert summary.not_applying == len(said.chosen[code]) - len(applying)
        every = Counter(str(one) for team in said.chosen[code].values() for one in team)
        assert {str(point): times for point, times in summary.counts.items() if times} == {
            point: times for point, times in every.items() if point.isdigit()
        }
        assert {choice.value: times for choice, times in summary.off_scale.items()} == {
            NOT_SURE: every[NOT_SURE],
            NOT_HERE: every[NOT_HERE],
        }
        if not counted:
            assert AREA not in {need.area for need in read_needs(live.content, of)}
            assert AREA not in {*rooms[code].needs, *rooms[code].strengths}
        else:
            middle = 2.5
            need = min(max(middle - statistics.fmean(counted), 0) / 1.5, 1)
            assert rooms[code].needs.get(AREA, 0) == pytest.approx(need)
    first = next(iter(said.chosen))
    assert read_needs(live.content, answers[first]) == []


def test_page_console_groups_packet_and_exports_show_the_same_mean(told: tuple[LiveSession, Said]) -> None:
    live, said = told
    view = results.results_view(live.look())
    answers = {code: answers_of(live.store, code) for code in said.chosen}
    rooms = {one.code: one for one in read_states(live.content, answers, {code: [] for code in said.chosen})}
    area = next(one for one in live.content.instrument.areas if one.id == AREA)
    title = area.title
    of_states = read_national_states(live.content, live.store.current("2026"))
    national = state_means(survey_states(live.content, of_states), [area])
    compared = 0
    for code, of in answers.items():
        (summary,) = summarize_ratings(live.content, read_ratings(live.content, of))
        table = BeautifulSoup(to_html(Section("Ratings", (summary_table(live.content, [summary]),))), "html.parser")
        cells = [" ".join(cell.text.split()) for cell in table.select("tbody tr > *")]
        shown = view.states[code].means[AREA]
        if isinstance(shown, str):
            assert cells[1] == OffScale(shown).label
            continue
        compared += 1
        values = [one for one in said.values(code).values() if isinstance(one, int)]
        exact = statistics.fmean(values)
        console = f"{math.floor(exact * 10 + 0.5) / 10:.1f}"
        assert f"{shown:.1f}" == console, "the console's page shows this number with one decimal"
        assert cells[:2] == [title, console], "the look-back on the page"
        assert national[code] == pytest.approx(exact), "the charts of the export of all states"
        assert f"mean {console}" in ratings_picture(live.content, [summary]).alt, "the packet"
        if AREA in rooms[code].evidence:
            assert f"rated {console} of 4" in rooms[code].evidence[AREA], "the reason of a breakout group"
        needs = _needs(live.content, of)
        if exact < low_mean(live.content):
            assert [line.endswith(f"mean rating is {console} of 4") for line in needs] == [True], "the request"
        else:
            assert needs == [NONE_LOW.format(threshold=low_mean(live.content), top=4)]
    assert compared > 3


@pytest.mark.parametrize(("mean", "words"), [(2.25, "2.3"), (1.75, "1.8"), (2.0, "2.0"), (1 / 3, "0.3"), (2.05, "2.0")])
def test_a_mean_is_rounded_as_the_consoles_page_rounds_it(mean: float, words: str) -> None:
    assert format_mean(mean) == words


def test_a_packet_prints_the_choices_and_the_rule(told: tuple[LiveSession, Said]) -> None:
    live, said = told
    code = list(said.chosen)[1]
    exercise = live.session.find_exercise(EXERCISE)
    assert exercise
    section = render_exercise(live.content, 1, exercise, answers_of(live.store, code))
    soup = BeautifulSoup(to_html(section), "html.parser")
    words = " ".join(soup.get_text(" ").split())
    assert live.content.instrument.rule in words
    statements = {item.label: item.id for item in live.content.instrument.items}
    labels = {str(a.value): f"{a.value} {a.label}" for a in live.content.instrument.scale}
    labels |= {NOT_SURE: "Not sure yet", NOT_HERE: "Does not apply here"}
    for row in soup.select("tbody tr"):
        head = row.select_one("th, td")
        item = statements.get(" ".join(head.text.split())) if head else None
        if item:
            cell = " ".join(row.text.split())
            assert all(labels[str(one)] in cell for one in said.chosen[code][item]), item


def test_exports_keep_the_choice_as_it_is_and_as_no_number(told: tuple[LiveSession, Said]) -> None:
    live, said = told
    frame = tidy_frame(live.content, gather_answers(live.content, live.store))
    rated = frame[frame.prompt == f"{PROMPT}.rating"]
    found = {
        (code, item): Counter(str(json.loads(one)) for one in group.value)
        for (code, item), group in rated.groupby(["jurisdiction", "row"])
    }
    assert found == {(code, item): count for code, team in said.chosen.items() for item, count in clean(team).items()}
    outside = frame[frame.value == json.dumps(NOT_HERE)]
    assert outside.number.isna().all()
    assert set(outside.words) == {"Does not apply here"}


def test_the_codebook_explains_the_choices_the_rule_and_transition_items(live_session: LiveSession) -> None:
    frame = codebook_frame(live_session.content)
    rated = frame[frame.prompt.isin([f"{PROMPT}.rating", f"{PROMPT}.consensus"])]
    assert rated["values"].str.endswith("not_sure = Not sure yet; does_not_apply = Does not apply here").all()
    ratings = frame[frame.prompt == f"{PROMPT}.rating"]
    assert (ratings.help == live_session.content.instrument.rule).all()
    tagged = set(ratings.row[ratings.tags == "transition"])
    assert tagged == {
        "co_existing_channels",
        "dr_reporting_switch",
        "dr_trend_bridge",
        "ec_current_educators",
        "ec_preparation_programs",
        "fc_cost_of_change",
        "fc_funding_source",
        "pa_old_to_new",
    }
