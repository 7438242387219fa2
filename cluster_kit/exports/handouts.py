"""Handouts around the series: a primer, a page for leadership, a plan for working alone, a glossary, and letters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cluster_kit.content.budget import sum_prework
from cluster_kit.content.claims import SourcedClaim
from cluster_kit.content.handouts import Glossary, Handout, HandoutSection, HandoutsFile, Shown, find_primer
from cluster_kit.content.models import Content, Exercise, Place, Session, When
from cluster_kit.content.run_of_show import format_meeting
from cluster_kit.content.templates import fill_template
from cluster_kit.documents.model import LANGUAGE, Attributed, Block, Bullets, Document, Section, Table, one_text
from cluster_kit.documents.prose import read_prose
from cluster_kit.errors import UsageError
from cluster_kit.exports.document_files import ReportProgress, choose_formats, fictional_notice, write_documents
from cluster_kit.text import number_words


@dataclass(frozen=True)
class HandoutRequest:
    """Which handouts to write: all, or only those with these ids; those of a session for all or for one session."""

    only: tuple[str, ...] = ()
    session: int | None = None
    language: str = ""


def make_handouts(
    content: Content, pack: HandoutsFile, glossary: Glossary, request: HandoutRequest
) -> dict[str, Document]:
    """The documents by file name. Raises ``UsageError`` for an unknown id, or ``UnknownSessionError``."""
    known = [handout.id for handout in pack.handouts]
    for wanted in request.only:
        if wanted not in known:
            raise UsageError(f"There is no handout {wanted!r}. The handouts are {', '.join(known)}.")
    sessions = [content.get_session(request.session)] if request.session else list(content.sessions)
    documents = {}
    for handout in pack.handouts:
        if request.only and handout.id not in request.only:
            continue
        for session in sessions if handout.per_session else [None]:
            number = f"_{session.number}" if session else ""
            language = f"_{request.language}" if request.language else ""
            writer = _Writer(content, pack, glossary, session, request.language or LANGUAGE)
            documents[f"{handout.id}{number}{language}"] = writer.document(handout)
    return documents


def make_primer(content: Content, pack: HandoutsFile, glossary: Glossary) -> Document | None:
    """The document for people who are new to the Framework; None if the pack has none."""
    primer = find_primer(pack)
    return _Writer(content, pack, glossary, None, LANGUAGE).document(primer) if primer else None


def write_handouts(
    documents: dict[str, Document],
    out: Path,
    formats: Sequence[str],
    report: ReportProgress = lambda made, total: None,  # noqa: ARG005
) -> tuple[Path, ...]:
    """Write each document in each format to a folder. Raises ``UsageError``, and ``DocumentError``."""
    return write_documents(documents, choose_formats(formats), out, report=report)


@dataclass(frozen=True)
class _Writer:
    content: Content
    pack: HandoutsFile
    glossary: Glossary
    session: Session | None
    language: str

    def document(self, handout: Handout) -> Document:
        """The handout with its sources."""
        numbers = self._number_sources(handout)
        sections = [self._section(section, numbers) for section in handout.sections]
        title = self._fill(handout.title)
        return Document(
            title=title,
            heading=title,
            subtitle=self._fill(handout.subtitle),
            series=self.content.series.title,
            when=format_meeting(self.content, self.session.number) if self.session else "",
            notice=fictional_notice(self.content),
            opening=(),
            parts=(*sections, *self._sources(numbers)),
            about=(),
            layout="compact",
            language=self.language,
        )

    def _section(self, section: HandoutSection, numbers: dict[str, int]) -> Section:
        cited = {one.claim.id: f"[{numbers[one.source.id]}]" for one in self._find_claims(section.based_on)}
        blocks: list[Block] = list(read_prose(self._fill(section.text, cited)))
        if section.facts:
            found = self._find_claims(section.facts)
            lines = tuple(Attributed(f"{one.claim.statement} [{numbers[one.source.id]}]") for one in found)
            blocks.append(Bullets(lines))
        if section.shows:
            blocks.append(self._table(section.shows))
        return Section(self._fill(section.title), tuple(blocks))

    def _fill(self, template: str, cited: Mapping[str, str] | None = None) -> str:
        count = len(self.content.sessions)
        in_words = number_words(count) if self.language == LANGUAGE else str(count)
        values = {"series_title": self.content.series.title, "session_count": in_words, **(cited or {})}
        if self.session:
            session = self.session
            values |= {"session_number": str(session.number), "session_title": session.title}
            values |= {"session_question": session.question}
        return fill_template(template, lambda name: values.get(name, ""))

    def _find_claims(self, ids: Iterable[str]) -> list[SourcedClaim]:
        """The claims with these ids. An organization's own facts may lack some that a shipped handout uses."""
        by_id = {claim.claim.id: claim for claim in self.content.facts.claims}
        return [by_id[one] for one in ids if one in by_id]

    def _number_sources(self, handout: Handout) -> dict[str, int]:
        """The ids of the sources with their numbers, in the order of the text."""
        claims = (one for section in handout.sections for one in (*section.facts, *section.based_on))
        sources = dict.fromkeys(one.source.id for one in self._find_claims(claims))
        return {source: number for number, source in enumerate(sources, start=1)}

    def _sources(self, numbers: dict[str, int]) -> Iterator[Section]:
        by_id = {claim.source.id: claim.source for claim in self.content.facts.claims}
        found = (by_id[number] for number in numbers)
        lines = tuple(Attributed(_source(f"{one.title} ({one.published})", one.address, one.as_of)) for one in found)
        if lines:
            yield Section(self.pack.sources_title, (Bullets(lines, ordered=True),))

    def _table(self, shown: Shown) -> Table:
        makers = {
            "clusters": self._clusters,
            "sessions": self._sessions,
            "prework": self._prework,
            "session_steps": self._session_steps,
            "follow_up": self._follow_up,
            "terms": self._terms,
        }
        return makers[shown]()

    def _clusters(self) -> Table:
        """The Clusters of the Framework by Grouping."""
        rows = [
            (one_text(grouping.title), one_text("; ".join(cluster.title for cluster in grouping.clusters)))
            for grouping in self.content.framework.groupings
        ]
        return Table("The 14 Career Clusters", ("Cluster Grouping", "Career Clusters"), tuple(rows), (30, 70))

    def _sessions(self) -> Table:
        """The sessions with their dates, and who should attend."""
        roles = self.content.role_titles
        rows = [
            (
                one_text(f"{session.number}. {session.title}"),
                one_text(format_meeting(self.content, session.number)),
                one_text("; ".join(roles[role] for role in session.who)),
                one_text(f"{sum_prework(session.exercises)} minutes"),
            )
            for session in self.content.sessions
        ]
        columns = ("Session", "When", "Who should attend", "Prework")
        return Table("Sessions", columns, tuple(rows), (24, 28, 34, 14))

    def _prework(self) -> Table:
        """What is done first, with the minutes for one person."""
        chosen = [exercise for exercise in self._exercises() if exercise.has_prework]
        rows = [
            (one_text(one.title), one_text(str(one.prework_minutes or one.about_minutes)), one_text(one.keeps))
            for one in chosen
        ]
        return Table("Prework", ("Exercise", "Minutes", "What your team keeps"), tuple(rows), (34, 12, 54))

    def _session_steps(self) -> Table:
        """The exercises of the room in order, with the minutes that a team needs to do them by itself."""
        chosen = [exercise for exercise in self._exercises() if exercise.when is When.SESSION]
        rows = [
            (one_text(one.title), one_text(str(one.minutes)), one_text(" ".join(one.steps_together))) for one in chosen
        ]
        return Table("The session by yourselves", ("Exercise", "Minutes", "What to do"), tuple(rows), (24, 10, 66))

    def _follow_up(self) -> Table:
        """What is done afterward, except what depends on a discussion with other states in the session."""
        chosen = [one for one in self._exercises() if one.when is When.FOLLOW_UP and one.place is not Place.PEERS]
        rows = [(one_text(one.title), one_text(str(one.about_minutes)), one_text(one.keeps)) for one in chosen]
        return Table("Follow-up", ("Exercise", "Minutes", "What your team keeps"), tuple(rows), (34, 12, 54))

    def _exercises(self) -> tuple[Exercise, ...]:
        return self.session.exercises if self.session else ()

    def _terms(self) -> Table:
        """The glossary."""
        claims = {claim.claim.id: claim for claim in self.content.facts.claims}
        rows = []
        for term in self.glossary.terms:
            claim = claims.get(term.claim or "")
            source = _describe_claim(claim) if claim else _source(term.source, term.address, term.as_of)
            rows.append((one_text(term.term), one_text(term.definition), one_text(source)))
        return Table(self.glossary.title, ("Term", "Definition", "Source"), tuple(rows), (20, 48, 32))


def _describe_claim(claim: SourcedClaim) -> str:
    """The place in a law, or the source with its address."""
    if claim.claim.citation:
        return _source(claim.claim.citation, None, claim.as_of)
    return _source(claim.source.title, claim.source.address, claim.as_of)


def _source(title: str, address: str | None, as_of: dt.date | None) -> str:
    """A source with its address and the month in which it was checked, as digits, which every language reads."""
    where = f": {address}" if address else ""
    return f"{title}{where}{f' ({as_of:%m/%Y})' if as_of else ''}"
