"""Two people, a line that comes and goes, and reloads at any moment: no last word is lost, and both pages agree."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from cluster_kit.exercises.context import FormContext
from tests.forms.harness import Seat

Sit = Callable[[FormContext, str], Seat]
LABELS = {"aim": "What do you want?", "news": "What will you announce?", "mine": "For yourself alone"}
STEPS = 50


class Story:
    """What one person does, by chance, and the last words that they typed into each field."""

    def __init__(self, seat: Seat, chance: random.Random) -> None:
        self.seat, self.chance = seat, chance
        self.last: dict[str, str] = {}
        seat.page.clock.install()

    def go_on(self, step: int) -> None:
        action = self.chance.choice([self.write, self.write, self.write, self.flip, self.wait, self.look, self.reload])
        action(step)

    def write(self, step: int) -> None:
        field = self.chance.choice(list(LABELS))
        words = f"{self.seat.context.person.name}, step {step}"
        box = self.seat.page.get_by_label(LABELS[field])
        box.fill(words)
        self.last[field] = words
        if self.chance.random() < 0.5:
            box.blur()

    def flip(self, _step: int) -> None:
        self.seat.line = self.chance.choice(["up", "deaf", "cut"])
        if self.seat.line == "up":
            self.seat.page.evaluate("window.fire('ck:connected')")

    def wait(self, _step: int) -> None:
        self.seat.page.clock.run_for(self.chance.choice([100, 600, 6_000, 40_000]))

    def look(self, _step: int) -> None:
        if self.seat.line == "up":
            self.seat.look()

    def reload(self, _step: int) -> None:
        self.seat.reload()

    def end_well(self) -> None:
        """The line comes back for good, and everything is sent."""
        self.seat.line = "up"
        self.seat.page.evaluate("window.fire('ck:connected')")
        self.seat.page.clock.run_for(60_000)
        expect(self.seat.page.locator(".ck-status")).to_have_attribute("data-state", "saved")
        assert self.seat.page.evaluate("localStorage.length") == 0


@pytest.mark.parametrize("seed", range(4))
def test_no_last_word_is_lost_and_both_pages_agree(sit: Sit, ana: FormContext, ben: FormContext, seed: int) -> None:
    chance = random.Random(seed)
    stories = [Story(sit(who, "everything"), chance) for who in (ana, ben)]
    for step in range(STEPS):
        chance.choice(stories).go_on(step)
    for story in stories:
        story.end_well()
    for story in stories:
        kept = {(r.prompt, r.value) for r in story.seat.context.history(1, "everything")}
        assert set(story.last.items()) <= kept
    for story in stories:
        story.seat.page.evaluate("document.activeElement.blur()")
        story.seat.look()
        for prompt, label in LABELS.items():
            standing = story.seat.current(prompt)
            expect(story.seat.page.get_by_label(label)).to_have_value(
                standing[-1] if len(standing) == 1 else story.seat.page.get_by_label(label).input_value()
            )
            assert len(standing) <= 2
