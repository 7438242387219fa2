"""Names of people and roles in the spellings of staff lists: REYES ANA for Ana Reyes; data director."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

from cluster_kit.content.models import Content
from cluster_kit.roster.people import fold_name
from cluster_kit.store import Person

# What many titles of positions have in common, so it does not tell roles apart.
_POSITIONS = (
    *("administrator", "assistant", "associate", "chief", "consultant", "coordinator", "deputy", "director", "head"),
    *("lead", "leader", "manager", "officer", "program", "senior", "specialist", "staff", "supervisor", "team"),
    *("and", "cte", "for", "in", "of", "state", "the"),
)
_NEAR = 0.8


def is_same_spelling(one: str, other: str) -> bool:
    """Whether the two names differ in nothing but their kinds of apostrophes and hyphens, in case, or in order."""
    return spelling_key(one) == spelling_key(other)


def spelling_key(name: str) -> tuple[str, ...]:
    """The name for looking it up in any spelling: equal for ``is_same_spelling``."""
    return tuple(sorted(re.split(r"[\s,]+", fold_name(name))))


def keep_known_spelling(known: str, listed: str) -> bool:
    """Whether a list that has this spelling of a known name corrects nothing: one case, order, or apostrophes."""
    if known == listed or not is_same_spelling(known, listed):
        return False
    is_one_case = listed in (listed.upper(), listed.lower()) and known not in (known.upper(), known.lower())
    is_reordered = fold_name(known) != fold_name(listed)
    return is_one_case or is_reordered or known.casefold() != listed.casefold()


def find_in_other_order(people: Iterable[Person], name: str) -> Person | None:
    """The only person whose name has the same words in another order, such as Reyes Ana for Ana Reyes, or None."""
    found = [person for person in people if is_same_spelling(person.name, name)]
    return found[0] if len(found) == 1 else None


def suggest_role(content: Content, text: str) -> str | None:
    """The id of the role that this title of a position is most likely about, or None.

    Words that most titles have, such as director, count only if no other word fits: "data director" is about data.
    """
    if role := find_role_by_words(content, text):
        return role
    known = {fold_name(named): role.id for role in content.roles for named in (role.id, role.title)}
    near = get_close_matches(fold_name(text), known, n=1)
    return known[near[0]] if near else None


def find_role_by_words(content: Content, text: str) -> str | None:
    """The id of the only role that shares a telling word with this title of a position, or None."""
    fitting = [
        role.id
        for role in content.roles
        if any(
            get_close_matches(word, _telling_words(f"{role.id} {role.title}"), n=1, cutoff=_NEAR)
            for word in _telling_words(text)
        )
    ]
    return fitting[0] if len(fitting) == 1 else None


def find_role_of_title(content: Content, text: str) -> str | None:
    """The id of the role that a title of a position is: by its words, in any order, or by a word that tells it apart.

    ``CTE Director`` is the only role with these words, and ``Data Lead`` the only one about data.
    """
    words = _words(text)
    having = [role.id for role in content.roles if words <= _words(role.title) or words == _words(role.id)]
    return having[0] if len(having) == 1 and len(words) > 1 else find_role_by_words(content, text)


def _words(text: str) -> set[str]:
    return {word for word in re.split(r"[\W_]+", fold_name(text)) if word}.difference(("and", "for", "in", "of", "the"))


def _telling_words(text: str) -> set[str]:
    return {word for word in re.split(r"[\W_]+", fold_name(text)) if word}.difference(_POSITIONS)
