"""One of each picture, and how it looked when somebody last looked at it.

``python -m tests.insights.goldens`` draws those anew that have changed: look at them before you keep them. A drawing
is text in outlines, so it looks the same everywhere but for how edges are smoothed; ``TOLERANCE`` leaves room for that
and for nothing that a reader would see.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from cluster_kit.content import load_content
from cluster_kit.documents.model import Picture
from cluster_kit.documents.rasterize import to_png
from cluster_kit.exercises.rows import TableRow
from cluster_kit.insights.charts import (
    actions_picture,
    effort_picture,
    goals_picture,
    heat_picture,
    movement_picture,
    ratings_picture,
    roadmap_picture,
    state_means,
    tile_picture,
    transitions_picture,
)
from cluster_kit.insights.movement import Movement
from cluster_kit.insights.national import National, read_national_states, survey
from cluster_kit.insights.plans import Action, Goal, Transition
from cluster_kit.insights.ratings import read_ratings, summarize_ratings
from cluster_kit.insights.roadmap import MEETINGS, Milestone
from tests.insights.nation import everybody_rates
from tests.insights.saying import ratings_by_two
from tests.samples import small_content

FOLDER = Path(__file__).parent / "goldens"
WIDTH = 520
BLOCK = 20  # pixels
TOLERANCE = 16.0  # root mean square of the differences in any block, of 255

CONTENT = load_content("2026")
AREAS = CONTENT.instrument.areas
EFFORTS = {"little": "Hours: we can do it ourselves", "some": "Weeks: others must help", "much": "Months: a new rule"}
EFFECTS = {"little": "Little by itself", "some": "Something, in a few places", "much": "Much: across the state"}


def nation() -> National:
    """Most states have rated: a few have not, and one is not sure of anything."""
    missing = {"OH", "NV", "PW"}
    answers = [r for r in everybody_rates(CONTENT) if r.jurisdiction not in missing]
    unsure = [r.model_copy(update={"value": "not_sure"}) if r.jurisdiction == "MT" else r for r in answers]
    return survey(CONTENT, read_national_states(CONTENT, unsure))


def step(words: str, due: str = "", *, status: str = "", effort: str = "", effect: str = "") -> Action:
    """A next step."""
    return Action(1, TableRow("x", "", {}, {}), words, "Dana", due, status, status.capitalize(), effort, effect)


def _actions() -> Picture | None:
    steps = [
        step("Send the college our course list, with hours and content", "2027-03-05"),
        step("Ask the advising vendor when the survey moves", "2027-02-24", status="done"),
        step("Bring the draft rule to the board", "2027-06-11"),
    ]
    return actions_picture(steps, dt.date(2027, 2, 16))


def _effort() -> Picture | None:
    steps = [
        step("Send the college our course list, with hours and content", effort="some", effect="much"),
        step("Ask the advising vendor when the survey moves", effort="little", effect="some", status="done"),
        step("Rewrite the rule on program approval", effort="much", effect="much"),
        *(step(f"Short call number {number}", effort="little", effect="much") for number in range(1, 7)),
    ]
    return effort_picture(steps, EFFORTS, EFFECTS)


def _goals() -> Picture:
    tests = (("Can you tell when it is done?", "Yes"), ("Who can decide it?", "Our office"))
    return goals_picture([Goal("a", "No student repeats a course.", (1,), tests), Goal("b", "One page", (), ())])


def _heat() -> Picture | None:
    return heat_picture(CONTENT, nation(), AREAS)


def _movement() -> Picture:
    pairs = zip(AREAS, ((1.5, 2.75), (3.0, 3.0), (2.5, 2.0)), strict=False)
    return movement_picture(CONTENT, [Movement(area, before, now, 4, 2, 1) for area, (before, now) in pairs])


def _ratings() -> Picture:
    small = small_content()
    return ratings_picture(small, summarize_ratings(small, read_ratings(small, ratings_by_two().answers)))


def _roadmap() -> Picture:
    days = (("2027-02-16", MEETINGS, "Session 1"), ("2027-03-05", "Next steps", "Send the list"))
    later = (("2027-08-03", MEETINGS, "Session 3"), ("2027-09-01", "Changes", "New course codes"))
    stones = [Milestone(dt.date.fromisoformat(day), lane, what) for day, lane, what in (*days, *later)]
    return roadmap_picture([Milestone(s.day, s.lane, s.what, number=n) for n, s in enumerate(stones, start=1)])


def _tiles() -> Picture:
    return tile_picture(CONTENT, state_means(nation(), AREAS))


def _transitions() -> Picture:
    points = [
        Transition("a", "Tourism program into hospitality degree", "High school", "College", 2, "2 Leaks"),
        Transition("b", "Certificate into apprenticeship", "College", "Apprenticeship", None, ""),
        Transition("c", "Service into a skilled trade", "Military", "College", 1, "1 Breaks"),
    ]
    return transitions_picture(points, {1: "Breaks", 2: "Leaks", 3: "Holds"})


PICTURES: Mapping[str, Callable[[], Picture | None]] = {
    "actions": _actions,
    "effort": _effort,
    "goals": _goals,
    "heat": _heat,
    "movement": _movement,
    "ratings": _ratings,
    "roadmap": _roadmap,
    "tiles": _tiles,
    "transitions": _transitions,
}


def draw(name: str) -> Image.Image:
    """The picture as it is drawn now."""
    picture = PICTURES[name]()
    assert picture
    drawn = Image.open(io.BytesIO(to_png(picture.svg))).convert("RGB")
    return drawn.resize((WIDTH, round(drawn.height * WIDTH / drawn.width)), Image.Resampling.LANCZOS)


def worst_block(one: Image.Image, other: Image.Image) -> float:
    """How far apart two pictures of one size are, in the block where they are furthest apart."""
    difference = np.asarray(one, dtype=float) - np.asarray(other, dtype=float)
    blocks = [
        difference[top : top + BLOCK, left : left + BLOCK]
        for top in range(0, one.height, BLOCK)
        for left in range(0, one.width, BLOCK)
    ]
    return max(float(np.sqrt(np.mean(block**2))) for block in blocks)


def main() -> None:
    """Draw the pictures that have changed anew, and say which they are."""
    FOLDER.mkdir(exist_ok=True)
    for name in PICTURES:
        path, drawn = FOLDER / f"{name}.png", draw(name)
        if path.exists():
            kept = Image.open(path).convert("RGB")
            if kept.size == drawn.size and worst_block(kept, drawn) <= TOLERANCE:
                continue
        drawn.save(path, optimize=True)
        print(f"{path.name} has changed: look at it before you keep it")


if __name__ == "__main__":
    main()
