"""The kinds of prompts with one value: their keys, validation, display, and worksheet text.

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

from cluster_kit.content import rates
from cluster_kit.content.fields import ContentModel, Day, Slug, Text
from cluster_kit.content.prompt_base import (
    BasePrompt,
    CellPrompt,
    ExtensionPrompt,
    Option,
    Source,
    UnclearAnswerError,
)
from cluster_kit.content.rating_values import OffScale
from cluster_kit.models import Json
from cluster_kit.registry import Registry
from cluster_kit.text import format_size

LONGEST_TEXT = 50_000
LONGEST_NAME = 300
YEARS = range(1990, 2101)
NAME_LABEL, ROLE_LABEL = "Name:", "Role:"
_DAYS = ("%Y-%m-%d", "%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y", "%B %d %Y", "%b %d %Y", "%d %B %Y", "%d %b %Y", "%Y/%m/%d")

FileEnding = Annotated[str, Field(pattern=r"^[a-z0-9]+$")]
"""A file name's extension, in lower case and without the dot."""


class TextPrompt(CellPrompt):
    """Free text. ``words`` is the target length, which is shown and used to plan minutes but not enforced.

    ``check: plain_language`` shows suggestions on sentence length, reading grade, and jargon while people type.
    ``suggest: people`` suggests teammates and names typed before, in a box of one line. Value: str.
    """

    kind: Literal["text"]
    words: PositiveInt = 15
    check: Literal["plain_language"] | None = None
    suggest: Literal["people"] | None = None

    @property
    def minutes(self) -> float:
        """The time to write ``words`` words."""
        return self.words / rates.TYPING_WORDS_A_MINUTE

    @property
    def hint(self) -> str:
        """The target number of words."""
        return f"about {self.words} words"

    def find_problem(self, value: JsonValue) -> str | None:
        """A sentence for anything but text of at most ``LONGEST_TEXT`` characters."""
        return find_text_problem(value)

    def page_schema(self) -> Json:
        """``words``, ``check``, and ``suggest``."""
        return {"words": self.words, "check": self.check, "suggest": self.suggest}


def name_lost_choice(choice: object) -> str:
    """What documents and pages say for a choice whose words the content does not have any more."""
    return f"earlier choice: {str(choice).replace('_', ' ')}"


OTHER_PREFIX = "other:"
"""In the value of a choice with ``other``, what comes before people's own words, in place of an option's id."""


class ChoicePrompt(CellPrompt):
    """One option (value: its id), or with ``many`` several (value: list of ids).

    Exactly one of ``options`` and ``options_from`` is given. With ``other``, people may add their own words
    (value: ``"other:their words"`` in place of an id). Its options may come from other answers, so the functions that
    check, show and read it are with those that find them, in ``exercises`` and ``worksheets``. ``earlier_options`` are
    not offered any more; they name what was answered with them.
    """

    kind: Literal["choice"]
    options: tuple[Option, ...] = ()
    earlier_options: tuple[Option, ...] = ()
    options_from: Source | None = None
    many: bool = False
    other: bool = False

    def name_earlier(self, option: str) -> str:
        """The words for an option that is not offered any more. Without a label, they are made from its id."""
        return next((e.label for e in self.earlier_options if e.id == option), name_lost_choice(option))


class Anchor(ContentModel):
    """A point of a rating scale, described in practice."""

    value: PositiveInt
    label: Text
    text: str = ""


class RatingPrompt(CellPrompt):
    """A point on a scale with anchors, or a choice off the scale. Value: int, or an ``OffScale``.

    ``because`` is the id of the text column beside it that holds a reason; without it, "does not apply" is not offered.
    """

    kind: Literal["rating"]
    scale: tuple[Anchor, ...]
    because: Slug | None = None

    @property
    def off_scale(self) -> tuple[OffScale, ...]:
        """The choices off the scale that it offers."""
        return tuple(choice for choice in OffScale if self.because or not choice.needs_reason)

    @property
    def minutes(self) -> float:
        """The time to read the anchors and choose one."""
        return rates.RATING_MINUTES

    def find_problem(self, value: JsonValue) -> str | None:
        """A sentence for anything but a point of the scale or a choice off the scale that the prompt offers."""
        points = [anchor.value for anchor in self.scale]
        whole = isinstance(value, int) and not isinstance(value, bool)
        valid = value in self.off_scale or (whole and value in points)
        return None if valid else "This is not a point of the scale."

    def page_schema(self) -> Json:
        """``scale``, ``off_scale``, and ``because``."""
        scale = [anchor.model_dump() for anchor in self.scale]
        off_scale = [
            {"id": choice.value, "label": choice.label, "asks_reason": choice.needs_reason} for choice in self.off_scale
        ]
        return {"scale": scale, "off_scale": off_scale, "because": self.because or ""}

    @property
    def codebook(self) -> str:
        """The meaning of each value."""
        points = [
            f"{anchor.value} = {anchor.label}{f': {anchor.text}' if anchor.text else ''}" for anchor in self.scale
        ]
        return "; ".join([*points, *(f"{choice} = {choice.label}" for choice in self.off_scale)])


class NumberPrompt(CellPrompt):
    """A number. Value: int or float within ``minimum`` and ``maximum``, if they are set.

    ``rank``: the place of a table's row among the others, 1 for the first. The page asks for it by putting the rows in
    order, so no two rows share a place.
    """

    kind: Literal["number"]
    minimum: float | None = None
    maximum: float | None = None
    whole: bool = True
    unit: str = ""
    rank: bool = False

    @property
    def hint(self) -> str:
        """The unit, or how to rank."""
        if self.rank:
            return "1 for the first, 2 for the second; no number twice"
        return f"a number{', ' + self.unit if self.unit else ''}"

    @property
    def codebook(self) -> str:
        """The unit."""
        return f"A number{' in ' + self.unit if self.unit else ''}"

    def find_problem(self, value: JsonValue) -> str | None:
        """A sentence for anything but a finite number within the bounds, which is an integer if ``whole``."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return "Type a number, such as 12."
        if isinstance(value, float) and not math.isfinite(value):
            return "Type a number, such as 12."
        low, high = self.minimum, self.maximum
        if self.whole and value != int(value):
            bounded = low is not None and high is not None
            return f"Type a whole number{f' from {low:g} to {high:g}' if bounded else ', such as 12'}."
        if (low is None or value >= low) and (high is None or value <= high):
            # An int may be arbitrarily long, but such a number is useless.
            return None if abs(value) <= sys.float_info.max else "This number is too large. Type a smaller one."
        if low is not None and high is not None:
            return f"Type a number from {low:g} to {high:g}."
        return f"Type a number of at least {low:g}." if low is not None else f"Type a number of at most {high:g}."

    def page_schema(self) -> Json:
        """``whole``, ``unit``, and ``rank``."""
        return {"whole": self.whole, "unit": self.unit, "rank": self.rank}

    def format_value(self, value: JsonValue) -> str:
        """The number with its unit."""
        number = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
        return f"{number} {self.unit}".strip()

    def write(self, value: JsonValue) -> str:
        """The number without its unit, to 15 digits."""
        return f"{value:.15g}" if isinstance(value, int | float) else str(value)

    def read(self, text: str) -> JsonValue:
        """A number with or without its unit, thousands separators, and a dollar or percent sign.

        Raises ``UnclearAnswerError`` for other text.
        """
        plain = text.strip().removesuffix(self.unit).replace("\N{MINUS SIGN}", "-")
        plain = plain.replace(",", "").replace(" ", "").rstrip("%").lstrip("$")
        try:
            number = float(plain)
        except ValueError:
            raise UnclearAnswerError(f"“{shorten_line(text)}” is not a number. Write one such as 12.") from None
        return int(number) if number.is_integer() else number

    def to_cell(self, value: JsonValue) -> float | dt.datetime | None:
        """The number."""
        return float(value) if isinstance(value, int | float) else None


class DatePrompt(CellPrompt):
    """A date. Value: ``YYYY-MM-DD``, not before ``minimum`` nor after ``maximum``, if they are set.

    Most dates here are deadlines. The page asks whether a day is meant if it is before today, unless ``past``, or more
    than ``within_years`` years away.
    """

    kind: Literal["date"]
    minimum: Day | None = None
    maximum: Day | None = None
    past: bool = False
    within_years: PositiveInt = 5

    @property
    def hint(self) -> str:
        """An example."""
        return "a day, such as 03/15/2027"

    @property
    def codebook(self) -> str:
        """The format."""
        return "YYYY-MM-DD"

    def find_problem(self, value: JsonValue) -> str | None:
        """A sentence for anything but an ISO date in the years 1990 to 2100 and within the bounds."""
        advice = "Give a day with its month, day and year, such as 03/15/2027."
        if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            return advice
        try:
            day = dt.date.fromisoformat(value)
        except ValueError:
            return advice
        if day.year not in YEARS:
            return f"The year {day.year} is not between {YEARS[0]} and {YEARS[-1]}. Check the year."
        if self.minimum and day < self.minimum:
            return f"Choose {format_day(self.minimum.isoformat())} or a later day."
        if self.maximum and day > self.maximum:
            return f"Choose {format_day(self.maximum.isoformat())} or an earlier day."
        return None

    def page_schema(self) -> Json:
        """``minimum`` and ``maximum`` (ISO dates, or empty), ``past``, and ``within_years``."""
        low, high = (one.isoformat() if one else "" for one in (self.minimum, self.maximum))
        return {"minimum": low, "maximum": high, "past": self.past, "within_years": self.within_years}

    def format_value(self, value: JsonValue) -> str:
        """For example ``March 5, 2027``."""
        return format_day(str(value))

    def write(self, value: JsonValue) -> str:
        """The same."""
        return self.format_value(value)

    def read(self, text: str) -> JsonValue:
        """The date in American or ISO notation. Raises ``UnclearAnswerError`` for other text."""
        plain = " ".join(re.sub(r"(?<=\d)(?:st|nd|rd|th)\b|[,.]", " ", text).split())
        for form in _DAYS:
            try:
                return dt.datetime.strptime(plain, form).date().isoformat()  # noqa: DTZ007  (a day has no time zone)
            except ValueError:
                continue
        raise UnclearAnswerError(f"“{shorten_line(text)}” is not a day. Write one such as 03/15/2027.")

    def to_cell(self, value: JsonValue) -> float | dt.datetime | None:
        """The date."""
        try:
            return dt.datetime.fromisoformat(str(value))
        except ValueError:
            return None


class PersonPrompt(CellPrompt):
    """A person. Value: ``{"name": str, "role": str}``; the role is free text with suggestions."""

    kind: Literal["person"]

    @property
    def minutes(self) -> float:
        """The time to type a name and a role."""
        return rates.PERSON_MINUTES

    @property
    def hint(self) -> str:
        """What to write."""
        return "name and role"

    def find_problem(self, value: JsonValue) -> str | None:
        """A sentence for anything but a name and a role of at most ``LONGEST_NAME`` characters each."""
        if not isinstance(value, dict) or set(value) != {"name", "role"}:
            return "Give a name and a role."
        return find_text_problem(value["name"], LONGEST_NAME) or find_text_problem(value["role"], LONGEST_NAME)

    def write(self, value: JsonValue) -> str:
        """Two lines, ``Name:`` and ``Role:``."""
        person = value if isinstance(value, dict) else {"name": str(value), "role": ""}
        return f"{NAME_LABEL} {person.get('name') or ''}\n{ROLE_LABEL} {person.get('role') or ''}"

    def read(self, text: str) -> JsonValue:
        """Name and role after their labels, or a line such as ``Lee Ora, data manager``."""
        parts = {NAME_LABEL: "", ROLE_LABEL: ""}
        loose: list[str] = []
        for line in filter(None, map(str.strip, text.split("\n"))):
            label = next((known for known in parts if line.casefold().startswith(known.casefold())), "")
            if label:
                parts[label] = line[len(label) :].strip() or parts[label]
            else:
                loose.append(line)
        name, role = parts.values()
        if loose and not name:
            name, _, rest = loose.pop(0).partition(",")
            loose.insert(0, rest)
        role = " ".join(filter(None, map(str.strip, [role, *loose])))
        return {"name": name.strip(), "role": role} if name or role else None


class FilePrompt(CellPrompt):
    """A file upload. ``accepts`` are the allowed extensions; ``largest_mb`` is the maximum size.

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

    def format_value(self, value: JsonValue) -> str:
        """Name and size, for example ``programs.xlsx (240 kB)``."""
        if not isinstance(value, dict):
            return str(value)
        name, size = str(value.get("name") or ""), value.get("size")
        if not isinstance(size, int):
            return name
        return f"{name} ({format_size(size)})"


def find_text_problem(value: JsonValue, longest: int = LONGEST_TEXT) -> str | None:
    """A sentence why a value is not text of at most ``longest`` characters; None if it is."""
    if not isinstance(value, str):
        return "This must be words."
    if len(value) > longest:
        return (
            f"This is {len(value):,} characters long; up to {longest:,} can be kept. "
            "Shorten it, or give a link to the document."
        )
    return None


def format_day(value: str) -> str:
    """``2027-03-05`` as ``March 5, 2027``; other text unchanged."""
    try:
        day = dt.date.fromisoformat(value)
    except ValueError:
        return value
    return f"{day:%B} {day.day}, {day.year}"


def shorten_line(text: str) -> str:
    """The text on one line of at most 60 characters."""
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
