"""Names with which a participant would look like those who run the workshop: theirs, their titles, the organization."""

from __future__ import annotations

from collections.abc import Iterable

from cluster_kit.roster.people import find_by_name, is_same_name, split_name
from cluster_kit.store import Person

# In English and in Spanish, the languages of the join pages. A person's surname can be Host: that word alone is none.
_TITLES = ("facilitator", "facilitators", "facilitador", "facilitadora", "moderator", "moderador", "moderadora")
_ALONE = (
    "host", "the host", "admin", "administrator", "organizer", "staff", "the staff", "workshop staff", "workshop team",
    "workshop support", "support", "support team", "technical support", "tech support", "help desk",
    "anfitrión", "anfitriona", "administrador", "administradora", "organizador", "organizadora", "soporte",
    "soporte técnico",
)  # fmt: skip
_TITLE_WORDS = frozenset(word for title in _TITLES for word in split_name(title))


def is_reserved(name: str, facilitators: Iterable[Person], organization: str = "") -> bool:
    """Whether others would take a participant with this name for a facilitator or for the organization (may be empty).

    An organization of one word reserves that word alone, because it may be a surname; one of several words reserves
    every name that has them all.
    """
    facilitators = list(facilitators)
    words, of_organization = set(split_name(name)), set(split_name(organization))
    return (
        not words.isdisjoint(_TITLE_WORDS)
        or any(is_same_name(name, title) for title in _ALONE)
        or is_same_name(name, organization)
        or (len(of_organization) > 1 and of_organization <= words)
        or find_by_name(facilitators, name) is not None
        or any(is_same_name(name, one.name) for one in facilitators)
    )
