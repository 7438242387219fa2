"""Two people with unreliable connections and reloads: no final input is lost, and both pages converge."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from cluster_kit.exercises.context import FormContext
from tests.forms.harness import FormPage

OpenForm = Callable[[FormContext, str], FormPage]
LABELS = {"aim": "What do you want?", "news": "What will you announce?", "mine": "For yourself alone"}
STEPS = 50


class Story:
    """Random actions of one person, and the last input in each field."""

    def __init__(self, form_page: FormPage, chance: random.Random) -> None:
        self.form_page, self.chance = form_page, chance
        self.last: dict[str, str] = {}
        form_page.page.clock.install()

    def go_on(self, step: int) -> None:
        action = self.chance.choice([self.write, self.write, self.write, self.flip, self.wait, self.look, self.reload])
        action(step)

    def write(self, step: int) -> None:
        field = self.chance.choice(list(LABELS))
        words = f"{self.form_page.context.person.name}, step {step}"
        box = self.form_page.page.get_by_label(LABELS[field])
        box.fill(words)
        self.last[field] = words
        if self.chance.random() < 0.5:
            box.blur()

    def flip(self, _step: int) -> None:
        self.form_page.line = self.chance.choice(["up", "deaf", "cut"])
        if self.form_page.line == "up":
            self.form_page.page.evaluate("window.fire('ck:connected')")

    def wait(self, _step: int) -> None:
        self.form_page.page.clock.run_for(self.chance.choice([100, 600, 6_000, 40_000]))

    def look(self, _step: int) -> None:
        if self.form_page.line == "up":
            self.form_page.look()

    def reload(self, _step: int) -> None:
        self.form_page.reload()

    def end_well(self) -> None:
        """Restore the connection permanently, and let everything be sent."""
        self.form_page.line = "up"
        self.form_page.page.evaluate("window.fire('ck:connected')")
        self.form_page.page.clock.run_for(60_000)
        expect(self.form_page.page.locator(".ck-status")).to_have_attribute("data-state", "saved")
        assert self.form_page.page.evaluate("localStorage.length") == 0


@pytest.mark.parametrize("seed", range(4))
def test_no_last_word_is_lost_and_both_pages_agree(
    open_form: OpenForm, ana: FormContext, ben: FormContext, seed: int
) -> None:
    chance = random.Random(seed)
    stories = [Story(open_form(who, "everything"), chance) for who in (ana, ben)]
    for step in range(STEPS):
        chance.choice(stories).go_on(step)
    for story in stories:
        story.end_well()
    for story in stories:
        kept = {(r.prompt, r.value) for r in story.form_page.context.history(1, "everything")}
        assert set(story.last.items()) <= kept
    for story in stories:
        story.form_page.page.evaluate("document.activeElement.blur()")
        story.form_page.look()
        for prompt, label in LABELS.items():
            present = story.form_page.current(prompt)
            expect(story.form_page.page.get_by_label(label)).to_have_value(
                present[-1] if len(present) == 1 else story.form_page.page.get_by_label(label).input_value()
            )
            assert len(present) <= 2
