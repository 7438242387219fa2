"""Import a list into the roster on its page: first what would happen, with the columns to correct, then the import."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tornado import web

from cluster_kit.errors import ClusterKitError, UsageError
from cluster_kit.filetypes import ColumnMapping, ColumnMemory, UnclearColumnsError
from cluster_kit.roster.importing import RosterImport, import_roster
from cluster_kit.roster.lists.staff_list import read_roster_from
from cluster_kit.server.auth.handlers import LONGEST_FIELD
from cluster_kit.server.roster.handlers import RosterPageHandler
from cluster_kit.server.store_calls import read_store, write_store
from cluster_kit.store import StoreUnavailableError

LARGEST_LIST = 1_500_000
LARGEST_BODY = 4 * 1024 * 1024
"""Of a request. The page sends the list back in its form, which takes half as much again. nginx has the same limit."""
TOO_LARGE = (
    "The list is larger than 1.5 MB, so it was not read. Save it with the columns that are needed only, or as several "
    "lists, and import one after the other. Staff can import up to 5 MB with: cluster-kit roster import."
)
COLUMN_LABELS: Mapping[str, str] = {
    "jurisdiction": "State or territory",
    "name": "Name",
    "first": "First name",
    "last": "Last name",
    "email": "Email address",
    "role": "Role in the state",
    "sessions": "Sessions",
    "status": "Status of the registration",
}
"""The columns that can be corrected on the page. The command line has ``--column``."""
OTHER_COLUMNS = "You changed what is read, so nothing was imported yet. Look at what the import would do now."


class ListTooLargeError(UsageError):
    """The list is larger than ``LARGEST_LIST``."""


@dataclass(frozen=True)
class _Upload:
    """A list, and the columns that its form has: as chosen, as found without a choice, and as they were shown last.

    ``sheet`` is that of a workbook, and ``jurisdiction`` the state of people without one in the list; empty if none was
    chosen.
    """

    name: str
    data: bytes
    chosen: Mapping[str, str] = field(default_factory=dict)
    found: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""
    is_same_sheet: bool = True
    jurisdiction: str = ""
    shown_jurisdiction: str = ""

    @property
    def corrected(self) -> dict[str, str]:
        """The columns that differ from those that were found; an empty one is not to be read."""
        return {role: header for role, header in self.chosen.items() if header != self.found.get(role, "")}

    @property
    def is_as_shown(self) -> bool:
        """False if the sheet, the state, or a column was changed since the page showed what the import would do."""
        is_same = all(self.chosen.get(role, "") == self.shown.get(role, "") for role in COLUMN_LABELS)
        return is_same and self.is_same_sheet and self.jurisdiction == self.shown_jurisdiction

    def as_first(self) -> _Upload:
        """The list without choices of columns, which another sheet does not have."""
        return _Upload(self.name, self.data, sheet=self.sheet, is_same_sheet=False, jurisdiction=self.jurisdiction)


class RosterImportHandler(RosterPageHandler):
    """Import a list. Corrected columns are remembered for lists with the same headers, as ``--column`` is."""

    def get(self) -> None:
        """The form for the file."""
        self._show()

    async def post(self) -> None:
        """Show what an import of the file would do; with ``apply``, import it, and show what was done."""
        by, is_wanted = self.require_facilitator().name, bool(self.field("apply"))
        upload: _Upload | None = None
        try:
            upload = self._read_upload()
            is_applied = is_wanted and upload.is_as_shown
            run = write_store if is_applied else read_store
            imported = await run(self._import, upload, by, is_applied)
            if is_applied:
                await read_store(self.authenticator.refresh)
        except StoreUnavailableError:
            raise
        except UnclearColumnsError as error:
            self.set_status(400)
            can_choose = error.headers or error.sheets
            self._show(sentence=error.sentence, upload=upload if can_choose else None, unclear=error)
        except ClusterKitError as error:
            self.set_status(413 if isinstance(error, ListTooLargeError) else 400)
            self._show(sentence=str(error))
        else:
            changed = OTHER_COLUMNS if is_wanted and not is_applied else ""
            self._show(imported=imported, upload=upload, is_applied=is_applied, changed=changed)

    def _read_upload(self) -> _Upload:
        """The list that was chosen in the form, or the one that was shown, with its columns."""
        if "data" in self.request.body_arguments:
            try:
                data = base64.b64decode(self.get_body_argument("data"), validate=True)
            except binascii.Error as error:
                raise web.HTTPError(400) from error
            chosen, found, shown = (
                {role: self.get_body_argument(f"{kind}-{role}", "") for role in COLUMN_LABELS}
                for kind in ("column", "found", "shown")
            )
            sheet = self.get_body_argument("sheet", "")
            upload = _Upload(
                self.field("name"),
                data,
                chosen,
                found,
                shown,
                sheet,
                jurisdiction=self.field("state"),
                shown_jurisdiction=self.field("shown-state"),
            )
            return upload if sheet == self.get_body_argument("shown-sheet", "") else upload.as_first()
        files = self.request.files.get("list", [])
        if not files or not files[0].filename:
            raise UsageError("Choose the file with the list first.")
        if len(files[0].body) > LARGEST_LIST:
            raise ListTooLargeError(TOO_LARGE)
        name = Path(files[0].filename.replace("\\", "/")).name[:LONGEST_FIELD]
        return _Upload(name, files[0].body, jurisdiction=self.field("state"))

    def _import(self, upload: _Upload, by: str, is_applied: bool) -> RosterImport:
        memory = ColumnMemory(self.context.columns, keeps=is_applied)
        roster = read_roster_from(
            self.content,
            upload.name,
            upload.data,
            columns=upload.corrected,
            sheet=upload.sheet,
            memory=memory,
            jurisdiction=upload.jurisdiction,
        )
        return import_roster(self.content, self.store, roster, dry_run=not is_applied, by=by)

    def _show(
        self,
        *,
        sentence: str = "",
        imported: RosterImport | None = None,
        upload: _Upload | None = None,
        unclear: UnclearColumnsError | None = None,
        is_applied: bool = False,
        changed: str = "",
    ) -> None:
        mapping = imported.mapping if imported else ColumnMapping({})
        values: dict[str, Any] = {"sentence": sentence, "changed": changed, "imported": imported}
        values |= {"largest": LARGEST_LIST, "too_large": TOO_LARGE}
        values |= {"is_applied": is_applied, "mapping": mapping, "labels": COLUMN_LABELS}
        source = unclear or mapping
        values |= {"headers": source.headers, "sheet": source.sheet, "sheets": source.sheets}
        values |= {"jurisdictions": self.content.jurisdictions, "jurisdiction": upload.jurisdiction if upload else ""}
        if upload:
            is_first = not upload.chosen
            values |= {"name": upload.name, "data": base64.b64encode(upload.data).decode()}
            values["found"] = mapping.columns if is_first else upload.found
            values["chosen"] = mapping.columns if imported else upload.chosen
        self.write_page("roster_import.html.j2", **values)
