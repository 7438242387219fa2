"""What no script and no style sheet of a page does, for the accessibility report."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import cluster_kit

WEB = Path(cluster_kit.__file__).parent / "web"
SHEETS = sorted(WEB.rglob("*.css"))
# Scripts that listen for keys. Only the shared screen has keys of one character, and they can be turned off (WCAG
# 2.1.4); the others take arrows, Enter, Escape, and Tab, or note that something was typed.
KEY_LISTENERS = {
    "forms/drag.js",
    "forms/ranking.js",
    "forms/suggestions.js",
    "present/present.js",
    "session/console.js",
    "session/reconnect.js",
    "widgets/widgets.js",
}
# Scripts that act before a pointer is released: both ways to drag have arrow keys and a list beside them (WCAG 2.5.7),
# and the others fill a list, keep the focus, show the controls of the shared screen, or note that someone is there.
POINTER_LISTENERS = {
    "console/group_editor.js",
    "forms/drag.js",
    "forms/suggestions.js",
    "present/present.js",
    "session/console.js",
}
POINTER_EVENTS = ("pointerdown", "mousedown", "touchstart", "pointermove", "mousemove", "dragstart")
# Gestures along a path, motion of the device, and content that appears under the pointer.
NO_EVENTS = (
    "touchmove",
    "gesturestart",
    "devicemotion",
    "deviceorientation",
    "mouseover",
    "mouseenter",
    "pointerenter",
)
LONGEST_MOTION_S = 5.0


def test_only_known_scripts_listen_for_keys() -> None:
    found = {path.relative_to(WEB).as_posix() for path in WEB.rglob("*.js") if '"keydown"' in path.read_text("utf-8")}
    found |= {path.relative_to(WEB).as_posix() for path in WEB.rglob("*.js") if "onkeydown" in path.read_text("utf-8")}
    assert found == KEY_LISTENERS
    for name in KEY_LISTENERS - {"present/present.js"}:
        keys = re.findall(r"\bkey === \"(.)\"|\b(?:key)\.length === 1", (WEB / name).read_text("utf-8"))
        assert keys == [], name


def test_only_known_scripts_listen_for_pointers_and_none_for_gestures_or_hovering() -> None:
    found = set()
    for path in WEB.rglob("*.js"):
        text = path.read_text("utf-8")
        assert not [event for event in NO_EVENTS if f'"{event}"' in text], path
        if any(f'"{event}"' in text for event in POINTER_EVENTS):
            found.add(path.relative_to(WEB).as_posix())
    assert found == POINTER_LISTENERS


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.relative_to(WEB).as_posix())
def test_nothing_moves_for_long_and_no_orientation_is_required(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "infinite" not in text
    assert not re.search(r"@media[^{]*orientation", text)
    for motion in re.findall(r"animation: ([^;]+);", text):
        seconds = [float(one) for one in re.findall(r"(\d+(?:\.\d+)?)s\b", motion)]
        assert sum(seconds) <= LONGEST_MOTION_S, motion


def test_nothing_flashes() -> None:
    """No moving pictures, and no timer that shows anything three times within a second, except clocks' text."""
    assert not [path for path in WEB.rglob("*") if path.suffix in (".gif", ".apng", ".webp", ".mp4", ".webm")]
    fast = {}
    for path in WEB.rglob("*.js"):
        for name, period in re.findall(r"setInterval\((.+), (\w+)\);", text := path.read_text("utf-8")):
            found = re.search(rf"\b{period} = ([\d_]+)", text)
            milliseconds = int(period) if period.isdigit() else int(found[1]) if found else 0
            if milliseconds < 1000:
                fast[path.name] = name
    # A clock whose text changes each second, and the panels' own clocks, whose callers name the period.
    assert fast == {"present.js": "tick", "panel.js": "act"}
    panels = [
        int(period)
        for path in (WEB / "console").rglob("*.js")
        for period in re.findall(r"\.every\((\d+),", path.read_text("utf-8"))
    ]
    assert sorted(panels) == [250, 1000, 1000]  # the run of show has a clock, too
    assert "<blink" not in "".join(path.read_text("utf-8") for path in WEB.rglob("*.js"))
