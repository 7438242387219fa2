"""Breakout groups that a facilitator changes by hand: moved, swapped, kept, kept apart, improved, and listed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from cluster_kit.breakouts.by_hand import ArrangedGroup, Wishes, arrange_groups
from cluster_kit.breakouts.models import GroupProposal, State
from cluster_kit.console import Console
from cluster_kit.console.breakouts import make_file, propose_arrangement
from cluster_kit.errors import UsageError
from cluster_kit.sessions import InvalidCommandError
from cluster_kit.sessions.facilitation import FormGroups, GroupOf
from tests.browser import find_violations
from tests.console.conftest import CONTENT, LiveSession
from tests.console.harness import Screen
from tests.console.seeding import come

AREA = CONTENT.instrument.areas[0]
OTHER = CONTENT.instrument.areas[1]
NEEDS = {code: State(code, needs={AREA.id: 1.0}) for code in ("AL", "AK")}
STRONG = {code: State(code, strengths={AREA.id: 1.0}) for code in ("OH", "UT")}
STATES = [*NEEDS.values(), *STRONG.values()]
GROUPS = (ArrangedGroup(1, ("AL", "AK")), ArrangedGroup(3, ("OH", "UT")))


def members(proposal: GroupProposal) -> dict[int, set[str]]:
    return {group.number: set(group.states) for group in proposal.groups}


def test_without_improving_the_groups_are_as_arranged_and_described_for_who_is_in_them() -> None:
    proposal = arrange_groups(CONTENT, GROUPS, STATES)
    assert members(proposal) == {1: {"AL", "AK"}, 3: {"OH", "UT"}}
    assert proposal.groups[0].area == AREA.id
    swapped = (ArrangedGroup(1, ("AL", "OH")), ArrangedGroup(3, ("AK", "UT"), area=OTHER.id))
    again = arrange_groups(CONTENT, swapped, STATES)
    assert [group.area for group in again.groups] == [AREA.id, OTHER.id]  # an area that was chosen stays
    assert proposal.groups[0].why != again.groups[0].why


def test_improving_mixes_need_and_strength_but_moves_no_pinned_state() -> None:
    better = arrange_groups(CONTENT, GROUPS, STATES, wishes=Wishes(improve=True))
    assert all(group & NEEDS.keys() and group & STRONG.keys() for group in members(better).values())
    assert better.objective > arrange_groups(CONTENT, GROUPS, STATES).objective
    kept = arrange_groups(CONTENT, GROUPS, STATES, wishes=Wishes(pinned={"AL", "AK"}, improve=True))
    assert members(kept) == {1: {"AL", "AK"}, 3: {"OH", "UT"}}


def test_states_to_be_kept_apart_are_separated_or_named() -> None:
    mixed = (ArrangedGroup(1, ("AL", "OH")), ArrangedGroup(2, ("AK", "UT")))
    apart = [frozenset(("AL", "OH"))]
    before = arrange_groups(CONTENT, mixed, STATES, wishes=Wishes(apart=apart))
    assert "Alabama and Ohio" in before.sentence
    after = arrange_groups(CONTENT, mixed, STATES, wishes=Wishes(apart=apart, improve=True))
    assert {"AL", "OH"} not in members(after).values()
    assert "kept apart" not in after.sentence
    impossible = arrange_groups(CONTENT, mixed, STATES, wishes=Wishes(pinned={"AL", "OH"}, apart=apart, improve=True))
    assert "Alabama and Ohio" in impossible.sentence


def test_a_state_in_two_groups_is_refused() -> None:
    with pytest.raises(UsageError, match="AL is given more than once"):
        arrange_groups(CONTENT, (*GROUPS, ArrangedGroup(4, ("AL",))), STATES)


@pytest.mark.parametrize("groups", [None, "AL", [1], [{"number": "x", "states": ["AL"]}], [{"states": ["AL"]}]])
def test_what_a_page_cannot_have_meant_is_refused_in_a_sentence(live_session: LiveSession, groups: Any) -> None:
    with pytest.raises(UsageError, match="could not be read"):
        propose_arrangement(live_session.look(), {"groups": groups})


def test_an_unknown_state_is_refused(live_session: LiveSession) -> None:
    with pytest.raises(InvalidCommandError, match="no state XX"):
        propose_arrangement(live_session.look(), {"groups": [{"number": 1, "states": ["XX"]}]})


def test_the_list_for_the_call_names_people_by_group(live_session: LiveSession) -> None:
    come(live_session.store, "2026", 1, live_session.people[:3])
    groups = (GroupOf(number=2, states=("AL", "AK"), area=AREA.id),)
    live_session.session_log.do(live_session.fay, FormGroups(title="Pairs", groups=groups))
    made = make_file(live_session.look(), {})
    [line] = made.list.splitlines()
    room = made.text.splitlines()[1].rpartition(",")[0].strip('"')
    assert room.startswith("Group 2: ")
    assert line == f"{room}: Kim Alabama (Alabama); Lee Alabama (Alabama); Kim Alaska (Alaska)"


@pytest.fixture
def screen(live_session: LiveSession, context: BrowserContext) -> Iterator[Screen]:
    come(live_session.store, "2026", 1, live_session.people)
    groups = (GroupOf(number=1, states=("AL", "AK")), GroupOf(number=2, states=("AZ", "AR")))
    live_session.session_log.do(live_session.fay, FormGroups(title="Pairs", groups=groups))
    console = Console(live_session.content, live_session.number, live_session.store, live_session.fay)
    with closing(console):
        page = context.new_page()
        page.set_viewport_size({"width": 1366, "height": 768})
        yield Screen(page, console).open()


@pytest.mark.browser
def test_states_are_swapped_and_kept_apart_by_keyboard(live_session: LiveSession, screen: Screen) -> None:
    page = screen.page
    panel = page.get_by_role("region", name="Breakout groups")
    panel.get_by_role("button", name="Change by hand").press("Enter")
    expect(panel.get_by_role("heading", name="Proposed: 2 groups")).to_be_focused()
    move = panel.get_by_label("Move or swap Alabama")
    move.focus()
    move.select_option(label="Arizona (group 2)")
    expect(panel.get_by_text("Alabama and Arizona have changed places.")).to_be_visible()
    expect(panel.get_by_label("Keep Alabama here")).to_be_checked()
    expect(move).to_be_focused()
    panel.get_by_text("Keep two states apart").press("Enter")
    chosen = [panel.get_by_label(f"{which} state").input_value() for which in ("First", "Second")]
    assert len(set(chosen)) == 2, "no state is kept apart from itself"
    panel.get_by_label("First state").select_option(label="Alabama")
    panel.get_by_label("Second state").select_option(label="Arkansas")
    panel.get_by_role("button", name="Keep apart", exact=True).press("Enter")
    expect(panel.get_by_text("They are together now")).to_be_visible()
    assert find_violations(page) == []
    panel.get_by_role("button", name="Improve the other places").press("Enter")
    expect(panel.get_by_text("The places that are not kept were improved.")).to_be_visible()
    panel.get_by_role("button", name="Show these groups").press("Enter")
    expect(panel.get_by_role("heading", name="Proposed")).to_have_count(0)
    newest = live_session.session_log.state().rounds[-1]
    (of_alabama,) = (set(group.states) for group in newest.groups if "AL" in group.states)
    assert of_alabama == {"AL", "AK"}
    assert newest.title == "Pairs"


@pytest.mark.browser
def test_a_tile_opens_a_states_people_by_keyboard(live_session: LiveSession, screen: Screen) -> None:
    page = screen.page
    panel = page.get_by_role("region", name="Who is here")
    expect(panel).to_contain_text("16 of 16 expected people")
    tile = panel.get_by_role("button", name="Alabama: active, 2 of 2 here")
    tile.press("Enter")
    dialog = page.get_by_role("dialog", name="Alabama")
    expect(dialog).to_contain_text("Kim Alabama")
    expect(dialog).to_contain_text("al0@example.org")
    assert find_violations(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(tile).to_be_focused()
