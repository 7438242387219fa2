"""Reference data for proposals: imported published crosswalks, or the kit's small sample."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from cluster_kit.content.crosswalk_files import CrosswalkContent, load_crosswalk_content
from cluster_kit.content.models import ContentModel, SchemaVersion
from cluster_kit.crosswalk.codes import family_of, series_of, spread_naics
from cluster_kit.crosswalk.errors import CrosswalkError
from cluster_kit.crosswalk.places import FormerClusterLookup, Placement, Places
from cluster_kit.files import write_atomically

TableKind = Literal["cip", "soc", "naics", "cip_moves", "sced"]
KINDS: tuple[TableKind, ...] = ("cip", "soc", "naics", "cip_moves", "sced")
Match = Literal["exact", "retired", "series", "family", "none"]


class CodeEntry(ContentModel):
    """A code, its title, and its placements. In a table of moves, ``codes`` are its successors.

    In a table of SCED course codes, ``codes`` are the CIP codes of the course.
    """

    code: str
    title: str = ""
    places: tuple[Placement, ...] = ()
    codes: tuple[str, ...] = ()


class CodeTable(ContentModel):
    """One imported table, ordered by code. ``source`` is the name of its file."""

    schema_version: SchemaVersion = 1
    kind: TableKind
    source: str
    imported_at: dt.datetime
    entries: tuple[CodeEntry, ...]


@dataclass(frozen=True)
class Lookup:
    """The result for a code: the current ``code``, how it was found, and the matching entries."""

    code: str
    match: Match
    entries: tuple[CodeEntry, ...] = ()


@dataclass(frozen=True)
class Reference:
    """All reference data. Create it with ``load_reference``."""

    places: Places
    former: FormerClusterLookup
    cip: CodeTable
    moves: dict[str, tuple[str, ...]]
    soc: CodeTable | None = None
    naics: CodeTable | None = None
    sced: CodeTable | None = None
    is_sample: bool = False

    @cached_property
    def entries(self) -> dict[str, CodeEntry]:
        """Entries by CIP code."""
        return {entry.code: entry for entry in self.cip.entries}

    @cached_property
    def occupations(self) -> dict[str, CodeEntry]:
        """Entries by SOC code; empty if no such table was imported."""
        return {entry.code: entry for entry in self.soc.entries} if self.soc else {}

    @cached_property
    def industries(self) -> dict[str, CodeEntry]:
        """Entries by NAICS code, a range such as ``31-33`` under each of its codes; empty if no table was imported."""
        entries = self.naics.entries if self.naics else ()
        return {code: entry for entry in entries for code in spread_naics(entry.code)}

    def find_industries(self, code: str) -> tuple[CodeEntry, ...]:
        """The entries for a NAICS code: its own, or else those of the codes that it contains, or else the narrowest
        that contains it.

        A range of codes, such as ``31-33``, gives the entries of each.
        """
        found: dict[str, CodeEntry] = {}
        for one in spread_naics(code):
            within = [one] if one in self.industries else [known for known in self.industries if known.startswith(one)]
            around = [one[:length] for length in range(len(one) - 1, 1, -1) if one[:length] in self.industries]
            for known in within or around[:1]:
                found[self.industries[known].code] = self.industries[known]
        return tuple(found.values())

    @cached_property
    def courses(self) -> dict[str, tuple[str, ...]]:
        """CIP codes by SCED course code; empty if no such table was imported."""
        return {entry.code: entry.codes for entry in self.sced.entries} if self.sced else {}

    @cached_property
    def groups(self) -> dict[str, tuple[CodeEntry, ...]]:
        """The entries of every series (``01.01``) and family (``01``)."""
        groups: defaultdict[str, list[CodeEntry]] = defaultdict(list)
        for entry in self.cip.entries:
            groups[series_of(entry.code)].append(entry)
            groups[family_of(entry.code)].append(entry)
        return {group: tuple(entries) for group, entries in groups.items()}

    @cached_property
    def digest(self) -> str:
        """Digest of the table of CIP codes."""
        return hashlib.sha256(self.cip.model_dump_json(exclude={"imported_at"}).encode()).hexdigest()[:16]

    @cached_property
    def _formers_found(self) -> dict[str, str | None]:
        return {}

    def find_former(self, name: str) -> str | None:
        """The id of the former Cluster that a name refers to, or None. Results are cached by name."""
        if name not in self._formers_found:
            self._formers_found[name] = self.former.find(name)
        return self._formers_found[name]

    def look_up(self, code: str) -> Lookup:
        """The entries for a code, or for a group of codes (``01.01``, ``01``)."""
        whole = {2: f"{code}.0000", 5: f"{code}00"}.get(len(code), code)
        if whole in self.entries:
            return Lookup(whole, "exact", (self.entries[whole],))
        if now := self.moves.get(whole):
            found = tuple(self.entries[new] for new in now if new in self.entries)
            if found:
                return Lookup(now[0] if len(now) == 1 else whole, "retired", found)
        if series := self.groups.get(series_of(code), ()):
            return Lookup(code, "series", series)
        family = self.groups.get(family_of(code), ())
        return Lookup(code, "family" if family else "none", family)


def open_reference(folder: Path, overlay: Path | None = None) -> Reference:
    """The crosswalk that was imported into the folder, or the sample if there is none.

    ``overlay`` is the folder of an organization's pack, whose Framework and former Clusters replace the shipped ones.

    Raises
    ------
    CrosswalkError
        If a file of the folder is damaged.
    ContentError
        If the content has problems.
    """
    return load_reference(folder, load_crosswalk_content(overlay))


def load_reference(folder: Path, content: CrosswalkContent) -> Reference:
    """The tables imported into the folder, or the sample if there are none. Raises ``CrosswalkError`` for a damaged
    file."""
    tables = {kind: _read_table(folder / f"{kind}.json") for kind in KINDS}
    cip, moves = tables["cip"], tables["cip_moves"]
    places = Places(content.framework)
    known = {retired.code: retired.became for retired in content.retired_codes}
    known |= {entry.code: entry.codes for entry in (moves.entries if moves else ())}
    return Reference(
        places=places,
        former=FormerClusterLookup(content.former_clusters),
        cip=cip or sample_table(content, places),
        moves=known,
        soc=tables["soc"],
        naics=tables["naics"],
        sced=tables["sced"],
        is_sample=cip is None,
    )


def sample_table(content: CrosswalkContent, places: Places) -> CodeTable:
    """The kit's small sample as a table."""
    entries = tuple(
        CodeEntry(
            code=code.code,
            title=code.title,
            places=tuple(Placement(places.cluster_of[sub], sub) for sub in code.sub_clusters),
        )
        for code in content.sample_codes
    )
    moment = dt.datetime(2024, 10, 1, tzinfo=dt.UTC)
    return CodeTable(kind="cip", source="the kit's own sample", imported_at=moment, entries=entries)


def save_table(folder: Path, table: CodeTable) -> None:
    """Save an imported table, replacing the previous one of its kind."""
    write_file(folder / f"{table.kind}.json", table.model_dump_json(indent=None).encode())


def write_file(path: Path, data: bytes) -> None:
    """Write a file atomically. Raises ``CrosswalkError`` if it cannot be written."""
    try:
        write_atomically(path, data)
    except OSError as error:
        raise CrosswalkError(f"{path} cannot be written: {error.strerror}.") from error


def _read_table(path: Path) -> CodeTable | None:
    try:
        return CodeTable.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        raise CrosswalkError(f"{path} cannot be read. Import the published crosswalk once more.") from error
