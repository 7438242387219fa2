"""The files that go with a message: those of the state's packet, and the calendar file of the session."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cluster_kit.content.models import Content
from cluster_kit.errors import UsageError
from cluster_kit.exports.invitations import InvitationOptions, make_state_invitation
from cluster_kit.insights.calendar_events import CalendarHistory
from cluster_kit.packets.jobs import Job, PacketKind
from cluster_kit.packets.manifest import PacketResult, find_results

# The MIME type by the end of the file's name: a computer's own table may lack some of them.
_KINDS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html",
    "ipynb": "application/x-ipynb+json",
    "ics": "text/calendar",
    "zip": "application/zip",
}


@dataclass(frozen=True)
class Attachment:
    """A file to send: one in a folder, or one that is made for the message (``made``)."""

    name: str
    path: Path | None = None
    made: bytes = field(default=b"", repr=False)

    @property
    def kind(self) -> str:
        """The MIME type."""
        return _KINDS.get(self.name.rpartition(".")[2].lower(), "application/octet-stream")

    @property
    def size(self) -> int:
        """The number of bytes."""
        return self.path.stat().st_size if self.path else len(self.made)

    def read(self) -> bytes:
        """The content."""
        return self.path.read_bytes() if self.path else self.made


@dataclass(frozen=True)
class AttachmentChoice:
    """Which files go with a message.

    ``packets`` is a folder of packets, of which ``formats`` are sent (empty: all). With ``calendar``, the history that
    numbers its events, the session's calendar file is sent, which names ``join_page`` and ``call_link``. ``zipped``:
    one zip file.
    """

    packets: Path | None = None
    formats: tuple[str, ...] = ()
    calendar: CalendarHistory | None = None
    join_page: str = ""
    zipped: bool = False
    call_link: str = ""


class AttachmentFinder:
    """Finds each state's files for one session. A state's files are made once."""

    def __init__(self, content: Content, choice: AttachmentChoice, session: int) -> None:
        self._content, self._choice, self._session = content, choice, session
        self._results = _read_packets(choice.packets, session) if choice.packets else {}
        self._by_state: dict[str, tuple[Attachment, ...]] = {}

    def of_state(self, code: str) -> tuple[Attachment, ...]:
        """The files for people of this state. Raises ``UsageError`` if one of them is missing or was changed."""
        if code not in self._by_state:
            found = [*self._packet_files(code), *self._calendar_file(code)]
            if found and self._choice.zipped:
                name = f"{self._content.series.id}-session-{self._session}-{code}.zip"
                found = [Attachment(name, made=_pack(found))]
            self._by_state[code] = tuple(found)
        return self._by_state[code]

    def has_packet(self, code: str) -> bool:
        """True if the state's people get files of a packet."""
        return bool(self._packet_files(code))

    def _packet_files(self, code: str) -> list[Attachment]:
        """The packet of the session; after the last session, also that of the series."""
        folder = self._choice.packets
        if folder is None:
            return []
        kinds = [PacketKind.AFTER]
        if self._session == max(session.number for session in self._content.sessions):
            kinds.append(PacketKind.SERIES)
        series = self._content.series.id
        jobs = [Job(kind=kind, series=series, session=self._session, jurisdiction=code) for kind in kinds]
        records = [file for job in jobs if job.name in self._results for file in self._results[job.name].files]
        wanted = [
            record for record in records if not self._choice.formats or record.name.endswith(self._choice.formats)
        ]
        for record in wanted:
            if not record.is_intact(folder):
                again = f"cluster-kit packets --session {self._session} --jurisdiction {code} --out {folder}"
                raise UsageError(f"{folder / record.name} is missing or was changed. Make it again with: {again}.")
        return [Attachment(record.name, (folder / record.name).resolve()) for record in wanted]

    def _calendar_file(self, code: str) -> list[Attachment]:
        history = self._choice.calendar
        if history is None:
            return []
        session, state = self._content.get_session(self._session), self._content.get_jurisdiction(code)
        says = InvitationOptions(self._choice.join_page, call_link=self._choice.call_link)
        name, data = make_state_invitation(self._content, session, state, says, history)
        return [Attachment(name, made=data)]


def _read_packets(folder: Path, session: int) -> dict[str, PacketResult]:
    results = find_results(folder)
    if not results:
        make = f"cluster-kit packets --session {session} --jurisdiction all --out {folder}"
        raise UsageError(f"{folder} has no packets. Make them with: {make}.")
    return results


def _pack(files: Sequence[Attachment]) -> bytes:
    """A zip file with the same bytes for the same files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.writestr(zipfile.ZipInfo(file.name), file.read(), zipfile.ZIP_DEFLATED)
    return packed.getvalue()
