"""Conversion of answers to worksheet text and back."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import JsonValue

from cluster_kit.content.models import (
    CellPrompt,
    ChoicePrompt,
    RatingPrompt,
)
from cluster_kit.content.prompt_base import UnclearAnswerError
from cluster_kit.content.prompt_kinds import NAME_LABEL, OTHER_PREFIX, ROLE_LABEL, shorten_line
from cluster_kit.content.rating_values import OffScale
from cluster_kit.exercises.sources import SourceChoice
from cluster_kit.worksheets.marks import normalize_text, option_key

OTHER_LABEL = "Other:"
_BOX = re.compile(
    r"^\s*(?:[-*+•]\s*)?(?:\[(?P<bracket>[^\]]{0,3})\]|\((?P<mark>\s*[x✓✔✗✘*]?\s*)\)|(?P<tick>[☐☑☒✓✔✗✘]))\s*(?P<label>.*)$",
    re.IGNORECASE,
)
_TICKS = "☑☒✓✔✗✘"
_STRAIGHT = str.maketrans("“”‘’", "\"\"''")


def write_value(asks: CellPrompt, value: JsonValue, choices: tuple[SourceChoice, ...] = ()) -> str:
    """A value as worksheet text; empty for None. ``read_value`` reverses it."""
    if value is None:
        return ""
    labels = {choice.id: choice.label for choice in choices}
    match asks:
        case ChoicePrompt() | RatingPrompt():
            chosen = value if isinstance(value, list) else [value]
            return "\n".join(_write_option(labels, str(option)) for option in chosen)
        case _:
            return asks.write(value)


def _write_option(labels: dict[str, str], option: str) -> str:
    return (
        f"{OTHER_LABEL} {option.removeprefix(OTHER_PREFIX)}"
        if option.startswith(OTHER_PREFIX)
        else labels.get(option, option)
    )


def read_value(asks: CellPrompt, text: str, choices: tuple[SourceChoice, ...] = ()) -> JsonValue:
    """The value of a worksheet text; None for an empty one. Raises ``UnclearAnswerError``."""
    text = normalize_text(text)
    match asks:
        case ChoicePrompt():
            chosen = _read_choices(text, choices, asks.other)
            return (list[JsonValue](chosen) or None) if asks.many else _only(chosen)
        case RatingPrompt():
            point = _only(_read_choices(text, choices, other=False))
            return point if point is None or point in tuple(OffScale) else int(point)
    if not asks.offline:
        raise UnclearAnswerError("This is answered on your state's page only.")
    return asks.read(text) if text else None


def says_something(text: str) -> bool:
    """False for text that every empty answer shows."""
    for line in filter(str.strip, text.split("\n")):
        box = _BOX.match(line)
        if not box and line.strip() not in (NAME_LABEL, ROLE_LABEL):
            return True
        if box and _is_ticked(box):
            return True
    return False


def _is_ticked(box: re.Match[str]) -> bool:
    return bool((box["bracket"] or box["mark"] or "").strip()) or (box["tick"] or "☐") in _TICKS


def _only(chosen: list[str]) -> str | None:
    if len(chosen) > 1:
        raise UnclearAnswerError("More than one choice is marked here. Mark one.")
    return chosen[0] if chosen else None


def _read_choices(text: str, choices: tuple[SourceChoice, ...], other: bool) -> list[str]:
    """Ids of options that are checked in a list or written by name, in the order of the choices."""
    found: list[str] = []
    for box, label in _read_lines(text, choices):
        ticked = not box or _is_ticked(box)
        known = _find_option(label, choices)
        if known:
            found += [known] if ticked else []
        elif label.casefold().startswith(OTHER_LABEL[:-1].casefold()):
            found += _own_words(label[len(OTHER_LABEL) - 1 :].lstrip(": "), ticked and bool(box), other)
        elif ticked:
            if not other:
                raise UnclearAnswerError(f"“{shorten_line(label)}” is not one of the choices. Use one as it is named.")
            found.append(OTHER_PREFIX + label)
    order = [choice.id for choice in choices]
    unique = list(dict.fromkeys(found))
    return sorted(unique, key=lambda one: order.index(one) if one in order else len(order))


def _read_lines(text: str, choices: tuple[SourceChoice, ...]) -> Iterator[tuple[re.Match[str] | None, str]]:
    """Each label with its check box, if it has one. Names may also be on one line, separated by semicolons."""
    for line in filter(str.strip, text.split("\n")):
        box = _BOX.match(line)
        if box or _find_option(line, choices):
            yield box, (box["label"] if box else line).strip()
        else:
            yield from ((None, name.strip()) for name in line.split(";") if name.strip())


def _own_words(text: str, ticked: bool, other: bool) -> list[str]:
    text = text.strip("_ ").strip()
    if text and not other:
        raise UnclearAnswerError("There is no room for words of your own here. Mark one of the choices.")
    if ticked and not text:
        raise UnclearAnswerError("“Other” is marked without any words. Say what it is.")
    return [OTHER_PREFIX + text] if text else []


def _find_option(label: str, choices: tuple[SourceChoice, ...]) -> str | None:
    """The option that matches by label, id, key, or a line that starts with its label."""
    wanted = _plain(label)
    for choice in choices:
        if wanted in (_plain(choice.label), choice.id.casefold(), f"+{option_key(choice.id)}"):
            return choice.id
    begun = [c for c in choices if wanted.startswith(_plain(c.label) + ":")]
    return max(begun, key=lambda c: len(c.label)).id if begun else None


def _plain(label: str) -> str:
    """A label to compare: documents print curly quotation marks, and programs that people type in make them."""
    return " ".join(label.translate(_STRAIGHT).casefold().split()).strip("*_ .:")
