"""Take the pictures of docs/how-to/rehearsing.md: the console of a rehearsal, from the first segment to the last.

``python -m docs.make_rehearsal_pictures [--states 57] [--people 1] [--speed 8x]``. A real rehearsal plays, and a real
browser looks on.
"""

from __future__ import annotations

import argparse
import itertools
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from cluster_kit.content import find_newest_series, load_content
from cluster_kit.content.models import SegmentKind
from cluster_kit.documents.browser import BROWSER_ARGUMENTS, find_browser

OUT = Path(__file__).parent / "how-to" / "rehearsal"
WIDE = {"width": 1280, "height": 900}
PATIENCE_MS = 240_000
SETTLES_MS = 500


@dataclass(frozen=True)
class Shot:
    """A picture: its name, the segment and the minutes into it at which it is taken, and the panel that it shows."""

    name: str
    segment: SegmentKind
    minutes: float
    panel: str


SESSION = 2
OPENS = 3  # minutes from the doors to the first segment
SHOTS = (
    Shot("1-people-come", SegmentKind.FRAMING, 3, "Who is here"),
    Shot("2-exercises", SegmentKind.POLICY_TOOL, 9, "Exercises"),
    Shot("3-what-to-discuss", SegmentKind.POLICY_TOOL, 13, "What to discuss next"),
    Shot("4-results", SegmentKind.POLICY_TOOL, 15, "Results so far"),
    Shot("5-breakout-groups", SegmentKind.PEER_DISCUSSION, 9, "Breakout groups"),
    Shot("6-boards", SegmentKind.PEER_DISCUSSION, 12, "Boards"),
    Shot("7-record", SegmentKind.NEXT_STEPS, 4, "Activity log"),
)


def find_minute(shot: Shot) -> float:
    """The minute after the doors opened at which a picture is taken."""
    segments = load_content(find_newest_series()).get_session(SESSION).segments
    before = itertools.takewhile(lambda segment: segment.kind is not shot.segment, segments)
    return OPENS + sum(segment.minutes for segment in before) + shot.minutes


def main() -> None:
    """Play, and take every picture anew."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--states", default="57")
    parser.add_argument("--people", default="1", help="of each state")
    parser.add_argument("--speed", default="8x")
    options = parser.parse_args()
    OUT.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "cluster_kit", "rehearse", "--session", str(SESSION), "--port", "0", "--json"]
    how = ["--states", options.states, "--people", options.people, "--speed", options.speed]
    with subprocess.Popen([*command, *how], stdout=subprocess.PIPE, text=True) as rehearsal, sync_playwright() as p:
        assert rehearsal.stdout is not None
        events = map(json.loads, rehearsal.stdout)
        opening = next(events)
        program = find_browser(p.chromium.executable_path)
        browser = p.chromium.launch(executable_path=program, args=BROWSER_ARGUMENTS)
        try:
            page = browser.new_page(viewport=WIDE)
            page.set_default_timeout(PATIENCE_MS)
            take_pictures(page, opening["console"], events)
        finally:
            browser.close()
            rehearsal.terminate()
    print("\n".join(str(path.relative_to(OUT.parents[2])) for path in sorted(OUT.glob("*.png"))))


def take_pictures(page: Page, console: str, events: Iterator[dict[str, object]]) -> None:
    """Each picture when its minute has come."""
    page.goto(console)
    page.get_by_role("heading", name="Who is here").wait_for()
    left = list(SHOTS)
    for event in events:
        while left and event["event"] == "moment" and float(str(event["minute"])) >= find_minute(left[0]):
            shot = left.pop(0)
            take(page, shot)
        if not left:
            return


def take(page: Page, shot: Shot) -> None:
    """What a facilitator sees who has gone to a panel."""
    page.get_by_text("Go to a panel").click()
    page.get_by_role("navigation", name="Panels").get_by_role("link", name=shot.panel, exact=True).click()
    page.wait_for_timeout(SETTLES_MS)
    page.screenshot(path=OUT / f"{shot.name}.png")


if __name__ == "__main__":
    main()
