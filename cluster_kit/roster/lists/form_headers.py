"""Columns of a list of people by headers that are questions, as forms and registration pages export them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from cluster_kit.filetypes.headers import plain_header

_LONGEST = 300
# What a form adds to the words of a question: an example in brackets, the mark of a required question.
_ADDED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\*")
# Columns that Microsoft Forms adds to each question of a quiz.
_OF_A_QUIZ = re.compile(r"^(points|feedback) [-–] ", re.IGNORECASE)
# The second row of headers in an export of SurveyMonkey.
_ANSWER_KINDS = re.compile(r"(open ended )?response|other please specify")
_LEADING = re.compile(
    r"^(?:(?:question |q ?)?\d{1,2}|please|kindly|what(?: is| s| are)|which is|enter|provide|give(?: us)?|type(?: in)?"
    r"|write|select|choose|indicate|fill in|contact information|your|the|my|a|an)\s+"
)
_TRAILING = re.compile(r"\s+(?:open ended response|response|required|optional|please|here|below)$")
_SOMEONE_ELSE = r"supervisor|manager|boss|assistant|emergency|buyer|billing|alternate|secondary|colleague|other"
_QUESTIONS: Mapping[str, tuple[re.Pattern[str], re.Pattern[str]]] = {
    "email": (re.compile(r"\be ?mail\b"), re.compile(rf"\b({_SOMEONE_ELSE})\b")),
    "first": (
        re.compile(r"\b(first|given) name\b"),
        re.compile(rf"\b({_SOMEONE_ELSE}|last|family|surname|organization|agency)\b"),
    ),
    "last": (
        re.compile(r"\b(last|family) name\b|\bsurname\b"),
        re.compile(rf"\b({_SOMEONE_ELSE}|first|given|organization|agency)\b"),
    ),
    "name": (
        re.compile(
            r"\b(your|full|preferred|first (and )?last|last (and )?first|(attendee|participant|registrant|respondent)"
            r"( s)?) name\b|^name (as|that|to|for)\b"
        ),
        re.compile(
            rf"\b({_SOMEONE_ELSE}|organization|agency|company|employer|school|district|college|institution|department"
            r"|office|program|state|file|user|name your)\b"
        ),
    ),
    "role": (re.compile(r"\b(role|position)\b"), re.compile(rf"\b({_SOMEONE_ELSE}|how long|years|since)\b")),
    "sessions": (
        re.compile(r"\b(attend|join|come|coming|participate|register)\w*\b.*\bsessions?\b|\bsessions?\b.*\battend"),
        re.compile(r"\b(topics?|feedback|why|how|rate)\b"),
    ),
}
"""For each column, what its question contains, and what it does not contain, in ``plain_header``."""


def strip_header(header: str) -> str:
    """The words of a header that name its column: ``1. Please enter your full name: *`` is ``full name``.

    Of ``How to reach you: Name``, as surveys name a field of a group, it is ``name``.
    """
    shown = _ADDED.sub(" ", header[:_LONGEST]).strip().rstrip(":")
    words = plain_header(shown.rpartition(": ")[2])
    while (fewer := _TRAILING.sub("", _LEADING.sub("", words))) != words:
        words = fewer
    return words


def find_questions(names: Sequence[str], taken: Mapping[str, int]) -> dict[str, int]:
    """The columns whose headers ask for them, such as ``What is your role on the team?``, of those not ``taken``."""
    found: dict[str, int] = {}
    plain = [plain_header(name[:_LONGEST]) for name in names]
    for column, (wanted, unwanted) in _QUESTIONS.items():
        if column in taken or (column == "name" and {"first", "last"} <= {*taken, *found}):
            continue
        free = _free(names, {*taken.values(), *found.values()})
        fitting = (at for at in free if wanted.search(plain[at]) and not unwanted.search(plain[at]))
        if (place := next(fitting, None)) is not None:
            found[column] = place
    return found


def is_of_quiz(header: str) -> bool:
    """True for a column with the points or the feedback of a question."""
    return bool(_OF_A_QUIZ.match(header))


def is_answer_kind_row(row: Sequence[str]) -> bool:
    """True for a row that has only the kinds of answers below the questions, as SurveyMonkey writes it."""
    filled = [cell for cell in row if cell]
    return bool(filled) and all(len(cell) < 60 and _ANSWER_KINDS.fullmatch(plain_header(cell)) for cell in filled)


def _free(names: Sequence[str], taken: Collection[int]) -> list[int]:
    return [at for at, name in enumerate(names) if name and at not in taken and not is_of_quiz(name)]
