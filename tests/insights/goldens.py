"""Reference images of every kind of chart.

``python -m tests.insights.goldens`` redraws those that have changed: look at them before committing. Text is drawn as
outlines, so a chart looks the same everywhere except for antialiasing; ``TOLERANCE`` allows for that and for nothing
that a reader would notice.
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
    counts_picture,
    effort_picture,
    heat_picture,
    means_picture,
    movement_picture,
    ratings_picture,
    roadmap_picture,
    state_means,
    tile_picture,
    transitions_picture,
)
from cluster_kit.insights.charts.tallies import CountBars
from cluster_kit.insights.movement import Movement
from cluster_kit.insights.national import National, read_national_states, survey_states
from cluster_kit.insights.plans import Action, Transition
from cluster_kit.insights.ratings import read_ratings, summarize_ratings
from cluster_kit.insights.roadmap import MEETINGS, Milestone
from tests.insights.nation import everybody_rates
from tests.insights.saying import ratings_by_two, settle
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
    """Most states have rated; a few have not, one is not sure of anything, and to one nothing applies."""
    missing = {"OH", "NV", "PW"}
    answers = [r for r in everybody_rates(CONTENT) if r.jurisdiction not in missing]
    beside = {"MT": "not_sure", "WY": "does_not_apply"}
    given = [r.model_copy(update={"value": beside.get(r.jurisdiction, r.value)}) for r in answers]
    return survey_states(CONTENT, read_national_states(CONTENT, given))


def step(words: str, due: str = "", *, status: str = "", effort: str = "", effect: str = "") -> Action:
    """A next step."""
    return Action(1, TableRow("x", "", {}, {}), words, "Dana", due, status, status.capitalize(), effort, effect)


def _counts() -> Picture:
    parts = ("Nothing to review", "Not started", "Started", "Complete")
    rows = (
        ("Progress on our next steps", {"Nothing to review": 2, "Not started": 1, "Complete": 15}),
        ("Flexibility we already have, and what we do about it next", {"Started": 11, "Complete": 7}),
        ("Our redesigned pathway", {"Not started": 18}),
    )
    return counts_picture(CountBars("Progress", "States by progress in each exercise.", "states", parts, rows))


def _effort() -> Picture | None:
    steps = [
        step("Send the college our course list, with hours and content", effort="some", effect="much"),
        step("Ask the advising vendor when the survey moves", effort="little", effect="some", status="done"),
        step("Rewrite the rule on program approval", effort="much", effect="much"),
        *(step(f"Short call number {number}", effort="little", effect="much") for number in range(1, 7)),
    ]
    return effort_picture(steps, EFFORTS, EFFECTS)


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


def _means() -> Picture:
    small = small_content()
    talk = settle(ratings_by_two(), 2)
    talk.say("rate.ratings.rating", 4, row="definitions", alone=True)
    return means_picture(small, summarize_ratings(small, read_ratings(small, talk.answers)))


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
    "counts": _counts,
    "effort": _effort,
    "heat": _heat,
    "movement": _movement,
    "ratings": _ratings,
    "roadmap": _roadmap,
    "means": _means,
    "tiles": _tiles,
    "transitions": _transitions,
}


def draw(name: str) -> Image.Image:
    """The chart as currently drawn."""
    picture = PICTURES[name]()
    assert picture
    drawn = Image.open(io.BytesIO(to_png(picture.svg))).convert("RGB")
    return drawn.resize((WIDTH, round(drawn.height * WIDTH / drawn.width)), Image.Resampling.LANCZOS)


def worst_block(one: Image.Image, other: Image.Image) -> float:
    """Difference of two images of equal size, in the block where it is largest."""
    difference = np.asarray(one, dtype=float) - np.asarray(other, dtype=float)
    blocks = [
        difference[top : top + BLOCK, left : left + BLOCK]
        for top in range(0, one.height, BLOCK)
        for left in range(0, one.width, BLOCK)
    ]
    return max(float(np.sqrt(np.mean(block**2))) for block in blocks)


def main() -> None:
    """Redraw the charts that have changed, and list them."""
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
