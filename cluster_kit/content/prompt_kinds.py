"""The kinds of prompts with one value: what each takes, checks, shows, and reads back from a worksheet.

Packages add kinds through the entry point group ``cluster_kit.prompt_kinds``.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Union, get_args

from pydantic import Field, JsonValue, PositiveInt

from cluster_kit.content.fields import ContentModel, Text
from cluster_kit.content.prompt_base import (
    WORDS_A_MINUTE,
    BasePrompt,
    CellPrompt,
    ExtensionPrompt,
    Option,
    Source,
    UnclearAnswerError,
)
from cluster_kit.models import Json
from cluster_kit.registry import Registry

MINUTES_A_RATING = 0.5
LONGEST_TEXT = 50_000
LONGEST_NAME = 300
YEARS = range(1990, 2101)
NOT_SURE = "not_sure"
NAME_LABEL, ROLE_LABEL = "Name:", "Role:"
_DAYS = ("%Y-%m-%d", "%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y", "%B %d %Y", "%b %d %Y", "%d %B %Y", "%d %b %Y", "%Y/%m/%d")

FileEnding = Annotated[str, Field(pattern=r"^[a-z0-9]+$")]
"""How a file's name ends, in small letters and without the dot."""


class TextPrompt(CellPrompt):
    """Words. ``words`` is the length to aim at, shown as guidance and used to plan minutes, never enforced.

    ``check: plain_language`` shows sentence length, reading grade and jargon with plainer words, as people type.
    Value: str.
    """

    kind: Literal["text"]
    words: PositiveInt = 15
    check: Literal["plain_language"] | None = None

    @property
    def minutes(self) -> float:
        """The time to write ``words`` words."""
        return self.words / WORDS_A_MINUTE

    @property
    def hint(self) -> str:
        """How many words to aim at."""
        return f"about {self.words} words"

    def find_problem(self, value: JsonValue) -> str | None:
        """Anything but text of at most ``LONGEST_TEXT`` characters."""
        return find_text_problem(value)

    def page_schema(self) -> Json:
        """``words`` and ``check``."""
        return {"words": self.words, "check": self.check}


class ChoicePrompt(CellPrompt):
    """One option (value: its id), or with ``many`` several (value: list of ids).

    Exactly one of ``options`` and ``options_from`` is given. With ``other``, people may add their own words
    (value: ``"other:their words"`` in place of an id). Its options may come from other answers, so the functions that
    check, show and read it are with those that find them, in ``exercises`` and ``worksheets``.
    """

    kind: Literal["choice"]
    options: tuple[Option, ...] = ()
    options_from: Source | None = None
    many: bool = False
    other: bool = False


class Anchor(ContentModel):
    """A point of a rating scale and what it looks like in practice."""

    value: PositiveInt
    label: Text
    text: str = ""


class RatingPrompt(CellPrompt):
    """A point on a scale with anchors. Value: int, or the string ``not_sure``."""

    kind: Literal["rating"]
    scale: tuple[Anchor, ...]

    @property
    def minutes(self) -> float:
        """The time to read the anchors and choose one."""
        return MINUTES_A_RATING

    def find_problem(self, value: JsonValue) -> str | None:
        """Anything but a point of the scale or ``not_sure``."""
        points = [anchor.value for anchor in self.scale]
        whole = isinstance(value, int) and not isinstance(value, bool)
        return None if value == NOT_SURE or (whole and value in points) else "This is not a point of the scale."

    def page_schema(self) -> Json:
        """``scale``."""
        return {"scale": [anchor.model_dump() for anchor in self.scale]}


class NumberPrompt(CellPrompt):
    """A number. Value: int or float within ``minimum`` and ``maximum`` where given."""

    kind: Literal["number"]
    minimum: float | None = None
    maximum: float | None = None
    whole: bool = True
    unit: str = ""

    @property
    def hint(self) -> str:
        """The unit."""
        return f"a number{', ' + self.unit if self.unit else ''}"

    @property
    def codebook(self) -> str:
        """The unit."""
        return f"A number{' in ' + self.unit if self.unit else ''}"

    def find_problem(self, value: JsonValue) -> str | None:
        """Anything but a finite number within the bounds, and a fraction where ``whole``."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return "Type a number, such as 12."
        if isinstance(value, float) and not math.isfinite(value):
            return "Type a number, such as 12."
        if self.whole and value != int(value):
            return "Type a whole number, such as 12."
        low, high = self.minimum, self.maximum
        if (low is None or value >= low) and (high is None or value <= high):
            # A whole number may have any length, but nothing could count with it.
            return None if abs(value) <= sys.float_info.max else "This number is too large. Type a smaller one."
        if low is not None and high is not None:
            return f"Type a number from {low:g} to {high:g}."
        return f"Type a number of at least {low:g}." if low is not None else f"Type a number of at most {high:g}."

    def page_schema(self) -> Json:
        """``whole`` and ``unit``."""
        return {"whole": self.whole, "unit": self.unit}

    def spell(self, value: JsonValue) -> str:
        """The number with its unit."""
        number = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
        return f"{number} {self.unit}".strip()

    def write(self, value: JsonValue) -> str:
        """The number without its unit, to 15 digits."""
        return f"{value:.15g}" if isinstance(value, int | float) else str(value)

    def read(self, text: str) -> JsonValue:
        """A number with or without thousands separators, a dollar sign or a percent sign."""
        plain = text.replace(",", "").replace(" ", "").rstrip("%").lstrip("$")
        try:
            number = float(plain)
        except ValueError:
            raise UnclearAnswerError(f"“{shorten(text)}” is not a number. Write one such as 12.") from None
        return int(number) if number.is_integer() else number

    def to_cell(self, value: JsonValue) -> float | dt.datetime | None:
        """The number."""
        return float(value) if isinstance(value, int | float) else None


class DatePrompt(CellPrompt):
    """A day. Value: ``YYYY-MM-DD``."""

    kind: Literal["date"]

    @property
    def hint(self) -> str:
        """An example."""
        return "a day, such as 03/15/2027"

    @property
    def codebook(self) -> str:
        """The format."""
        return "YYYY-MM-DD"

    def find_problem(self, value: JsonValue) -> str | None:
        """Anything but a day of the years 1990 to 2100 in ISO format."""
        advice = "Give a day with its month, day and year, such as 03/15/2027."
        if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            return advice
        try:
            day = dt.date.fromisoformat(value)
        except ValueError:
            return advice
        return None if day.year in YEARS else "Give the year with four digits, such as 2027."

    def spell(self, value: JsonValue) -> str:
        """For example ``March 5, 2027``."""
        return spell_day(str(value))

    def read(self, text: str) -> JsonValue:
        """A day as Americans write it, or in ISO format."""
        plain = " ".join(re.sub(r"(?<=\d)(?:st|nd|rd|th)\b|[,.]", " ", text).split())
        for form in _DAYS:
            try:
                return dt.datetime.strptime(plain, form).date().isoformat()  # noqa: DTZ007  (a day has no time zone)
            except ValueError:
                continue
        raise UnclearAnswerError(f"“{shorten(text)}” is not a day. Write one such as 03/15/2027.")

    def to_cell(self, value: JsonValue) -> float | dt.datetime | None:
        """The day."""
        try:
            return dt.datetime.fromisoformat(str(value))
        except ValueError:
            return None


class PersonPrompt(CellPrompt):
    """Someone to name. Value: ``{"name": str, "role": str}``; the role is free text, with the roles suggested."""

    kind: Literal["person"]

    @property
    def hint(self) -> str:
        """What to write."""
        return "name and role"

    def find_problem(self, value: JsonValue) -> str | None:
        """Anything but a name and a role of at most ``LONGEST_NAME`` characters each."""
        if not isinstance(value, dict) or set(value) != {"name", "role"}:
            return "Give a name and a role."
        return find_text_problem(value["name"], LONGEST_NAME) or find_text_problem(value["role"], LONGEST_NAME)

    def write(self, value: JsonValue) -> str:
        """Two lines, ``Name:`` and ``Role:``."""
        person = value if isinstance(value, dict) else {"name": str(value), "role": ""}
        return f"{NAME_LABEL} {person.get('name') or ''}\n{ROLE_LABEL} {person.get('role') or ''}"

    def read(self, text: str) -> JsonValue:
        """Name and role behind their labels, or a line such as ``Lee Ora, data manager``."""
        said = {NAME_LABEL: "", ROLE_LABEL: ""}
        loose: list[str] = []
        for line in filter(None, map(str.strip, text.split("\n"))):
            label = next((known for known in said if line.casefold().startswith(known.casefold())), "")
            if label:
                said[label] = line[len(label) :].strip() or said[label]
            else:
                loose.append(line)
        name, role = said.values()
        if loose and not name:
            name, _, rest = loose.pop(0).partition(",")
            loose.insert(0, rest)
        role = " ".join(filter(None, map(str.strip, [role, *loose])))
        return {"name": name.strip(), "role": role} if name or role else None


class FilePrompt(CellPrompt):
    """A file to bring. ``accepts`` are the endings that its name may have; more than ``largest_mb`` is refused.

    Value: ``{"name": str, "sha256": str, "size": int}``, the size in bytes. What is in the file stays on the state's
    side: in the kit's home, and in no export.
    """

    offline: ClassVar[bool] = False

    kind: Literal["file"]
    accepts: tuple[FileEnding, ...] = Field(min_length=1)
    largest_mb: Annotated[int, Field(ge=1, le=10)] = 10

    def page_schema(self) -> Json:
        """``accepts``, and ``largest`` in bytes."""
        return {"accepts": list(self.accepts), "largest": self.largest_mb * 1_000_000}

    def spell(self, value: JsonValue) -> str:
        """Name and size, for example ``programs.xlsx (240 kB)``."""
        if not isinstance(value, dict):
            return str(value)
        name, size = str(value.get("name") or ""), value.get("size")
        if not isinstance(size, int):
            return name
        spelled = f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} kB"
        return f"{name} ({spelled})"


def find_text_problem(value: JsonValue, longest: int = LONGEST_TEXT) -> str | None:
    """Why a value is not text of at most ``longest`` characters, as a sentence; None when it is."""
    if not isinstance(value, str):
        return "This must be words."
    if len(value) > longest:
        return (
            f"This is {len(value):,} characters long; up to {longest:,} can be kept. "
            "Shorten it, or give a link to the document."
        )
    return None


def spell_day(value: str) -> str:
    """``2027-03-05`` as ``March 5, 2027``; anything else as it is."""
    try:
        day = dt.date.fromisoformat(value)
    except ValueError:
        return value
    return f"{day:%B} {day.day}, {day.year}"


def shorten(text: str) -> str:
    """The text in one line of at most 60 characters."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"


def _check_kind(name: str, kind: object) -> str | None:
    if not (isinstance(kind, type) and issubclass(kind, CellPrompt | ExtensionPrompt)):
        return "it is not a subclass of CellPrompt or ExtensionPrompt"
    if not re.fullmatch(r"[a-z][a-z0-9]*", name):
        return "its name must be small letters and digits, and begin with a letter"
    if _kind_of(kind) != name:
        return f'it must declare kind: Literal["{name}"], as its entry point is named'
    return None


def _kind_of(kind: type[BasePrompt]) -> str:
    return str(get_args(kind.model_fields["kind"].annotation)[0])


PROMPT_KINDS: Registry[type[CellPrompt | ExtensionPrompt]] = Registry(
    "cluster_kit.prompt_kinds", "prompt kind", _check_kind
)
for _kind in (TextPrompt, ChoicePrompt, RatingPrompt, NumberPrompt, DatePrompt, PersonPrompt, FilePrompt):
    PROMPT_KINDS.register(_kind_of(_kind), _kind)

if TYPE_CHECKING:
    AnyCell = CellPrompt
    AnyPrompt = CellPrompt | ExtensionPrompt
else:  # pydantic reads these unions when content models are defined, so the kinds of packages are loaded here
    _kinds = [kind for _, kind in PROMPT_KINDS.items()]
    AnyPrompt = Union[tuple(_kinds)]  # noqa: UP007
    AnyCell = Annotated[Union[tuple(k for k in _kinds if issubclass(k, CellPrompt))], Field(discriminator="kind")]  # noqa: UP007


def page_modules() -> dict[str, Path]:
    """The JavaScript modules of the kinds that packages add, by kind."""
    return {name: kind.page_module for name, kind in PROMPT_KINDS.items() if kind.page_module}
