"""Who took part in a session."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from cluster_kit.content.models import Content
from cluster_kit.documents.model import Texts, one_text
from cluster_kit.documents.typed_text import visible_text
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.labels import vocabulary_labels
from cluster_kit.text import count_of

UNKNOWN_ROLE = "Role not given"


def took_part(content: Content, sessions: Iterable[int], answers: Answers) -> Texts:
    """The number of people who answered in these sessions, by role, without names; without roles if none is known."""
    titles = vocabulary_labels(content, "roles")
    roles = Counter(visible_text(titles.get(role, role)) or UNKNOWN_ROLE for role in answers.roles(sessions))
    people = count_of(roles.total(), "person", "people")
    if set(roles) <= {UNKNOWN_ROLE}:
        return one_text(people)
    named = "; ".join(role if times == 1 else f"{role} ({times})" for role, times in roles.items())
    return one_text(f"{people}: {named}")
