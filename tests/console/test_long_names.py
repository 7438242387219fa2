"""Long names of states, people, and facilitators in the console: nothing is cut off, at any width."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import BrowserContext, expect

from cluster_kit.console import Console
from cluster_kit.content import load_content
from cluster_kit.sessions.exercise_commands import BeginExercise
from cluster_kit.sessions.facilitation import BeginSegment, FormGroups, GroupOf, SeatedRoom, SeatPeople
from cluster_kit.sessions.seating import RoomUse
from cluster_kit.store import Store
from tests.browser import find_violations
from tests.console.conftest import FACILITATION, LiveSession
from tests.console.harness import Screen
from tests.console.seeding import add_facilitator, add_teams, come, offer, rate

pytestmark = pytest.mark.browser
STATE = "Commonwealth of the Northern Mariana Islands"
PERSON = "Maximiliana-Alejandrina Villagómez-Deleon Guerrero-Camacho-San"
EMAIL = "maximiliana-alejandrina.villagomez-deleonguerrero@publicschoolsystem.example.mp"
FACILITATOR = "Samantha-Josephine Featherstonehaugh-Cholmondeley of Ashbourne"
# Elements whose text is cut off or reaches out of the window, and names in a column that is too narrow for words.
CUT_OFF = """() => {
  const found = [];
  for (const el of document.querySelectorAll(".ck-panel, .ck-panel *")) {
    if (!el.checkVisibility() || el.closest(".ck-results-scroll, .ck-hidden, .ck-show-next-part")) continue;
    const { overflowX } = getComputedStyle(el);
    const isCut = overflowX !== "visible" && el.scrollWidth > el.clientWidth + 1;
    if (isCut && !el.matches("input, textarea, select")) found.push(`cut off: ${el.className}`);
    for (const node of el.childNodes) {
      if (node.nodeType !== Node.TEXT_NODE || !node.data.trim() || el.matches("option")) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
      if (range.getBoundingClientRect().right > innerWidth + 1) found.push(`outside: ${node.data}`);
      if (lines.size > 2 + node.data.length / 8) found.push(`${lines.size} lines: ${node.data}`);
    }
  }
  return found;
}"""


@pytest.fixture
def screen(store: Store, context: BrowserContext) -> Iterator[Screen]:
    """The console of a running session, with groups, rooms, and a state that may need help."""
    content = load_content("2026")
    states = (one.model_copy(update={"name": STATE}) if one.code == "AL" else one for one in content.jurisdictions)
    content = content.model_copy(update={"jurisdictions": tuple(states)})
    people = add_teams(store, content, 8)
    people.insert(0, store.add_person(people[0].model_copy(update={"id": "long", "name": PERSON, "email": EMAIL})))
    live = LiveSession(store, add_facilitator(store, "2026"), people, content)
    sam = add_facilitator(store, "2026", "sam", FACILITATOR)
    come(store, "2026", 1, people)
    rate(store, content, 1, people)
    offer(store, content, people[0], "One catalog", "named")
    log = live.session_log
    log.do(live.fay, BeginSegment(), subject="framing")
    log.do(live.fay, FormGroups(title="Pairs", groups=(GroupOf(number=1, states=("AL", "AK", "AS")),)))
    room = SeatedRoom(number=1, name=f"{STATE} and its neighbors", people=(people[0].id, people[2].id))
    log.do(live.fay, SeatPeople(use=RoomUse.HOME, rooms=(room,)))
    log.do(sam, BeginExercise(segment="framing"), subject="transition_points")
    with closing(Console(content, 1, store, live.fay, FACILITATION)) as console:
        yield Screen(context.new_page(), console).open()


def test_long_names_are_read_in_full_at_every_width(screen: Screen) -> None:
    page = screen.page
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    page.get_by_role("region", name="Breakout groups").get_by_role("button", name="Change by hand").click()
    expect(page.get_by_label(f"Move or swap {STATE}")).to_be_visible()
    for width, height in ((320, 640), (640, 400), (1280, 800), (1366, 768)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(CUT_OFF) == [], width
        assert page.evaluate("document.documentElement.scrollWidth") == width
    last = page.locator(".ck-attention-last")
    expect(last).to_contain_text(FACILITATOR)
    assert page.evaluate("document.querySelector('.ck-console-top').offsetHeight") <= 200
    page.get_by_role("button", name=f"{STATE}: active").click()
    dialog = page.get_by_role("dialog", name=STATE)
    expect(dialog).to_contain_text(EMAIL)
    for width in (320, 1366):
        page.set_viewport_size({"width": width, "height": 640})
        assert page.evaluate(CUT_OFF) == [], width
    assert find_violations(page) == []
