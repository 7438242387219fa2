"""Attacks over a page's WebSocket, as tables."""

from __future__ import annotations

import base64
import json
from typing import Any

Json = dict[str, Any]
DEEP = "[" * 200_000
NESTED: Any = "x"
for _ in range(60):
    NESTED = [NESTED]

# Frames that are not of the protocol: each closes the page that sent it, and no other.
NONSENSE: tuple[str | bytes, ...] = (
    b"\x00" * 24,
    b"\xff\xff\xff\x7f" + b"\x00" * 20,  # legacy binary framing of Jupyter: two billion buffers
    (50_000_000).to_bytes(8, "little") + b"\x00" * 8,  # its newer framing: fifty million offsets
    b"",
    "",
    "null",
    "[]",
    "{",
    DEEP,
    '{"type":"form","exercise":"goals","message":' + "[" * 50_000,
    '{"type":"unknown"}',
    '{"type":"hello","protocol":"x"}',
    '{"type":"command","id":"1"}',
    json.dumps({"type": "form", "exercise": "goals", "message": "text"}),
    json.dumps({"type": "form", "exercise": "x" * 100_000, "message": {}}),
    json.dumps({"type": "hello", "protocol": 2, "content": "x", "forms": [{"exercise": str(n)} for n in range(101)]}),
)
# By type of frame: frames of this type that are well formed and must have no effect for anyone else.
FRAMES: dict[str, tuple[Json, ...]] = {
    "hello": ({"protocol": 1, "content": "another"}, {"protocol": 2, "content": "x" * 200}),
    "form": ({"exercise": "../goals", "message": {"type": "hello"}}, {"exercise": "nowhere", "message": {}}),
    "command": ({"id": "x", "kind": "nothing"}, {"id": "x", "kind": "post", "value": {"text": 1}}),
    "presence": ({"exercise": "../secret", "active": True}, {"exercise": "<b>x</b>"}),
    "writing": (
        {"exercise": "nowhere", "prompt": "x"},
        {"exercise": "goals", "prompt": "goals.statement", "row": "<b>"},
    ),
    "ping": ({}, {"more": NESTED}),
}


def answer(prompt: str, value: Any, **parts: Any) -> Json:
    """A save of one answer."""
    one = {"id": "attack", "prompt": prompt, "row": "r1", "value": value, "base": [], **parts}
    return {"message": "m", "responses": [one]}


def piece(name: str, raw: bytes = b"a,b\n1,2\n", **parts: Any) -> Json:
    """A whole file in one piece."""
    data = base64.b64encode(raw).decode()
    return {
        "upload": name[:40] or "u",
        "prompt": "programs",
        "name": name,
        "size": len(raw),
        "at": 0,
        "data": data,
        **parts,
    }


# By type of form message: (exercise, message). None of them may be answered with "saved" or a file's "value".
FORMS: dict[str, tuple[tuple[str, Json], ...]] = {
    "hello": (("goals", {"have": {"seq": -1}}), ("goals", {"have": {"seq": 2**70}}), ("goals", {"have": NESTED})),
    "save": (
        ("goals", answer("goals.nothing", "x")),
        ("goals", answer("goals.statement", NESTED)),
        ("goals", answer("goals.statement", "x" * 300_000)),
        ("goals", answer("goals.statement", {"a": 1})),
        ("goals", answer("goals.statement", "x", row="r" * 65)),
        ("goals", answer("goals.statement", "x", id="")),
        ("goals", answer("goals.statement", "x", id="s1")),  # the id of Guam's answer
        ("goals", answer("goals.statement", "x", base=["b"] * 101)),
        ("goals", {"message": "m", "responses": [answer("x", "x")["responses"][0]] * 101}),
        ("examples", answer("examples.may_share", "everyone")),
        ("rate_systems", answer("ratings.rating", 99, row="shared_vision")),
        ("rate_systems", answer("ratings.rating", 3, row="../x")),
        ("program_crosswalk", answer("programs", {"name": "x.csv", "sha256": "0" * 64, "size": 1}, row="")),
    ),
    "file": tuple(
        ("program_crosswalk", message)
        for message in (
            piece("run.exe"),
            piece("list.csv.html"),
            piece("list.xlsm", b"MZ\x90\x00" * 100),
            piece("../../secret"),
            piece("list.csv", b""),
            piece("list.csv", size=10**12),
            piece("list.csv", at=5),
            piece("list.csv", data="%%%"),
            piece("list.csv", prompt="decisions"),
            piece("list.csv", prompt="../x"),
            piece("bomb.xlsx", b"PK\x03\x04" + b"\x00" * 1000),
            piece("page.csv", b"<html><script>alert(1)</script></html>"),
        )
    ),
    "ask": (
        ("program_crosswalk", {"message": "m", "prompt": "decisions", "asked": {"what": "take_clear"}}),
        ("program_crosswalk", {"message": "m", "prompt": "decisions", "asked": {"what": "../x"}}),
        ("program_crosswalk", {"message": "m", "prompt": "decisions", "asked": {"what": "download", "at": -1}}),
        ("goals", {"message": "m", "prompt": "goals", "asked": {"what": "overview"}}),
    ),
    "reveal": (("rate_systems", {"message": "m"}), ("goals", {"message": "m"}), ("nowhere", {"message": "m"})),
}
# By kind of session command, what a participant sends for it: each is refused. The others are for everyone, and refuse
# these values.
COMMANDS: dict[str, tuple[str, Json]] = {
    "end": ("", {}),
    "exercise": ("goals", {"segment": "opening"}),
    "feature": ("GU/examples/r1", {"featured": True}),
    "groups": ("", {"title": "x", "groups": [{"number": 1, "states": ["OH", "GU"]}]}),
    "hold": ("", {"held": True}),
    "link": ("", {"text": "x", "url": "https://elsewhere.example"}),
    "lock": ("goals", {"locked": True}),
    "message": ("", {"text": "Everyone leave"}),
    "message_skip": ("", {"prepared": "x"}),
    "minutes": ("", {"minutes": 5}),
    "moderate": ("x", {"hidden": True}),
    "parked_done": ("x", {}),
    "poll": ("", {"text": "x", "options": ["a", "b"]}),
    "poll_close": ("x", {}),
    "question": ("x", {"status": "answered"}),
    "release": ("", {}),
    "reveal": ("rate_systems", {"revealed": True}),
    "scene": ("", {"item": "x", "page": 1}),
    "seats": ("", {"use": "home", "rooms": []}),
    "segment": ("peer_discussion", {}),
    "show": ("areas", {"shown": True, "picture": {}}),
    "words": ("peer_discussion", {"words": ["x"]}),
    "park": ("", {"text": "x" * 100_000}),
    "post": ("peer_discussion", {"text": "x" * 100_000}),
    "need": ("", {"text": "x" * 100_000}),
    "more_time": ("", {"on": "rm -rf"}),
    "react": ("nothing", {"reaction": "rm -rf"}),
    "undo": ("s1", {}),
    "vote": ("nothing", {"choice": 10**9}),
}
# By type of console message, what someone else than a facilitator would send: they have no console to send it to.
CONSOLE = {"hello", "do", "ask"}
