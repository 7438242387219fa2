"""The opening of a session: its question, its purpose, and what to have at hand."""

from __future__ import annotations

from cluster_kit.content.models import Content
from cluster_kit.documents.model import Attributed, Bullets, Fact, Facts, Paragraph, Section, one_text


def build_welcome(content: Content, session: int) -> Section:
    """The session's guiding question and purpose, its outcomes, who should attend, and what to bring."""
    chosen = content.get_session(session)
    roles = content.role_titles
    return Section(
        chosen.question,
        (
            Paragraph(chosen.purpose, "lead"),
            Section("Learning outcomes", (Bullets(tuple(Attributed(outcome.text) for outcome in chosen.outcomes)),)),
            Facts((Fact("Who should be here", one_text("; ".join(roles[role] for role in chosen.who))),)),
            Section("Have these at hand", (Bullets(tuple(Attributed(line) for line in chosen.prepare)),)),
        ),
    )
