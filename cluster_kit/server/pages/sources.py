"""The sources of a session: each statement of law, guidance, or practice with its source and date."""

from __future__ import annotations

from dataclasses import dataclass

from cluster_kit.content.claims import SourcedClaim, format_as_of
from cluster_kit.content.models import Content
from cluster_kit.server.handlers import PageHandler


@dataclass(frozen=True)
class SourceEntry:
    """A statement as the page shows it. ``cited`` is the place in the source, or empty."""

    statement: str
    cited: str
    title: str
    published: str
    address: str
    as_of: str
    is_settled: bool
    owner: str


@dataclass(frozen=True)
class SessionSources:
    """The statements of one session."""

    number: int
    title: str
    entries: tuple[SourceEntry, ...]


def list_sources(content: Content) -> tuple[SessionSources, ...]:
    """The statements of every session that has any, in the order of the files."""
    found = (
        SessionSources(s.number, s.title, tuple(map(_entry, content.facts.of_session(s.number))))
        for s in content.sessions
    )
    return tuple(session for session in found if session.entries)


def _entry(found: SourcedClaim) -> SourceEntry:
    return SourceEntry(
        statement=found.claim.statement,
        cited=found.claim.citation,
        title=found.source.title,
        published=found.source.published,
        address=found.source.address,
        as_of=format_as_of(found.as_of),
        is_settled=found.is_settled,
        owner=found.owner,
    )


class SourcesHandler(PageHandler):
    """The sources of all sessions, for logged-in users. A session page links to its part."""

    async def get(self) -> None:
        """Every session's statements, with their sources and dates."""
        if self.person is None:
            self.write_welcome()
            return
        self.write_page("sources.html.j2", sessions=list_sources(self.content))
