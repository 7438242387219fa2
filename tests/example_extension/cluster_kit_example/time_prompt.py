"""A time of day, for example when a team meets."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import JsonValue

from cluster_kit.content.prompt_base import CellPrompt, UnclearAnswerError

ADVICE = "Give a time such as 2:30 PM."


class TimePrompt(CellPrompt):
    """A time of day. Value: ``HH:MM``, with 24 hours."""

    page_module: ClassVar[Path | None] = Path(__file__).with_name("time.js")
    example: ClassVar[JsonValue] = "09:30"

    kind: Literal["time"]

    @property
    def hint(self) -> str:
        """An example."""
        return "a time, such as 2:30 PM"

    @property
    def codebook(self) -> str:
        """The format."""
        return "HH:MM, 24 hours"

    def find_problem(self, value: JsonValue) -> str | None:
        """Anything but a time in 24-hour format."""
        return None if isinstance(value, str) and _parse(value) else ADVICE

    def format_value(self, value: JsonValue) -> str:
        """For example ``2:30 PM``."""
        time = _parse(str(value))
        return f"{time:%I:%M %p}".removeprefix("0") if time else str(value)

    def write(self, value: JsonValue) -> str:
        """As people write it."""
        return self.format_value(value)

    def read(self, text: str) -> JsonValue:
        """A time with or without AM or PM."""
        found = re.fullmatch(r"(\d{1,2})(?::(\d{2}))?\s*(?:([ap])\.?m\.?)?", text.strip().casefold())
        if not found:
            raise UnclearAnswerError(f"“{text[:60]}” is not a time. {ADVICE}")
        hour, minute = int(found[1]), int(found[2] or 0)
        if found[3]:
            hour = hour % 12 + (12 if found[3] == "p" else 0)
        if hour > 23 or minute > 59:
            raise UnclearAnswerError(f"“{text[:60]}” is not a time. {ADVICE}")
        return f"{hour:02}:{minute:02}"


def _parse(value: str) -> dt.time | None:
    if not re.fullmatch(r"\d{2}:\d{2}", value):
        return None
    try:
        return dt.time.fromisoformat(value)
    except ValueError:
        return None
