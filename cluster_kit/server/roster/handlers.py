"""The pages of the roster. All are for facilitators only; for everyone else there is no page at these addresses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from tornado import web

from cluster_kit.errors import ClusterKitError, UsageError
from cluster_kit.roster.changes import plan_replacement, remove_people, replace_person, restore_person
from cluster_kit.roster.editing import StalePersonError, add_listed_person, change_listed_person, person_version
from cluster_kit.roster.links import link_days
from cluster_kit.roster.listing import RosterFilter, list_roster, read_person_record
from cluster_kit.roster.people import FACILITATOR, on_roster
from cluster_kit.roster.record import record_changes
from cluster_kit.roster.registrations import RegistrationEntry, find_registered_needs, list_registrations
from cluster_kit.server.auth.handlers import LONGEST_FIELD, JoinPageHandler
from cluster_kit.server.store_calls import read_store, write_store
from cluster_kit.store import Person, RosterChange, Store, StoreUnavailableError
from cluster_kit.temporary_folders import temporary_folder
from cluster_kit.text import count_of

MOST_CHANGES, MOST_REGISTRATIONS = 20, 50
FIELDS = ("name", "email", "jurisdiction", "role", "sessions")
FORMATS = {
    "csv": "text/csv; charset=UTF-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
STALE = "{} Nothing of yours was saved. Look at the entry below, and make your change again."
NOT_YOURSELF = "You cannot remove or replace yourself. Ask another facilitator, or use the command line."


class RosterPageHandler(JoinPageHandler):
    """Base of the pages: only facilitators."""

    async def prepare(self) -> None:  # type: ignore[override]
        """404 for everyone who is not a facilitator, before anything else is read."""
        await super().prepare()
        self.require_facilitator()

    @property
    def store(self) -> Store:
        """The server's store."""
        return self.context.store

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the series, in which staff read times."""
        return ZoneInfo(self.content.series.time_zone)

    def fields(self) -> dict[str, str]:
        """The fields of a person's form. Without a state, the person is a facilitator."""
        entered = {name: self.field(name).strip() for name in FIELDS}
        return entered if entered["jurisdiction"] else {**entered, "role": FACILITATOR}

    def form_values(self) -> dict[str, Any]:
        """What the forms offer to choose from."""
        return {"roles": self.content.roles, "states": self.content.jurisdictions, "zone": self.zone}

    async def find_person(self, person_id: str) -> Person:
        """The person of this series with this id; 404 for none."""
        person = await read_store(self.store.find_person, person_id)
        if person is None or person.series != self.content.series.id:
            raise web.HTTPError(404)
        return person


def decided_at(entry: RegistrationEntry) -> dt.datetime:
    """When it was decided about a registration, for sorting."""
    return entry.registration.decided_at or entry.registration.at


class RosterHandler(RosterPageHandler):
    """The list of people, with a search and filters, the latest changes, and a form to add a person."""

    async def get(self) -> None:
        """The list."""
        await self.show_list()

    async def post(self) -> None:
        """Add the person of the form."""
        by = self.require_facilitator().name
        try:
            added = await write_store(lambda: add_listed_person(self.content, self.store, self.fields(), by))
            await read_store(self.authenticator.refresh)
        except StoreUnavailableError:
            raise
        except ClusterKitError as error:
            self.set_status(400)
            await self.show_list(str(error), self.fields())
        else:
            self.redirect(f"/roster/{added.person}?done=added", status=303)

    async def show_list(
        self, sentence: str = "", entered: Mapping[str, str] | None = None, *, undecided: str = ""
    ) -> None:
        """The page, with an error about the form to add a person, or about a registration (``undecided``)."""
        known = {one.code for one in self.content.jurisdictions}
        state, show = self.get_query_argument("state", "")[:2], self.get_query_argument("show", "")
        search = self.get_query_argument("search", "")[:LONGEST_FIELD]
        wanted = RosterFilter(
            states=(state,) if state in known else (),
            without_email=show == "no-email",
            not_seen=show == "not-seen",
            removed=show == "removed",
            search=search,
        )
        series = self.content.series.id
        entries = await read_store(list_roster, self.content, self.store, wanted)
        changes = await read_store(self.store.roster_changes, series, None, MOST_CHANGES)
        people = {one.id: one.name for one in await read_store(self.store.people, series)}
        states = count_of(len({one.state for one in entries if one.state}), "state")
        count = f"{count_of(len(entries), 'person', 'people')}, {states}"
        values: dict[str, Any] = {"entries": entries, "count": count, "changes": changes, "people": people}
        values["sentence"] = sentence
        registered = await read_store(list_registrations, self.content, self.store)
        pending = [one for one in registered if one.status == "pending"]
        gone = [one for one in registered if one.registration.status == "withdrawn"]
        values["gone"] = sorted(gone, key=decided_at, reverse=True)[:MOST_CHANGES]
        values |= {"pending": pending[:MOST_REGISTRATIONS], "waiting": len(pending), "undecided": undecided}
        values |= {"done": self.get_query_argument("done", "")}
        chosen = {
            "state_chosen": state,
            "show": show,
            "search": search,
            "entered": entered or dict.fromkeys(FIELDS, ""),
        }
        self.write_page("roster.html.j2", **values, **chosen, **self.form_values())


class RosterPersonHandler(RosterPageHandler):
    """One person: everything that the store has about them, and what staff can do."""

    async def get(self, person_id: str) -> None:
        """The page. ``done`` in the address is what was done just now."""
        await self._show(await self.find_person(person_id), done=self.get_query_argument("done", ""))

    async def post(self, person_id: str) -> None:
        """Do the ``action`` of the form. 409 if the person was changed since the form was shown."""
        facilitator, action = self.require_facilitator(), self.field("action")
        person = await self.find_person(person_id)
        if self.field("version") != person_version(person):
            await self._show(person, 409, STALE.format(await self._describe_latest(person)))
            return
        if action in ("remove", "replace") and person.id == facilitator.id:
            await self._show(person, 400, NOT_YOURSELF)
            return
        try:
            await self._act(action, person, facilitator.name)
        except StalePersonError:
            latest = await self.find_person(person_id)
            await self._show(latest, 409, STALE.format(await self._describe_latest(latest)))
        except UsageError as error:
            await self._show(person, 400, str(error), self.fields() if action == "change" else None)

    async def _act(self, action: str, person: Person, by: str) -> None:
        store, to = self.store, person.id
        match action:
            case "change":
                fields = self.fields()
                await write_store(lambda: change_listed_person(self.content, store, person, fields, by))
            case "remove":
                await write_store(lambda: remove_people(store, [person], by))
            case "restore":
                await write_store(lambda: restore_person(store, person, self.authenticator.clock(), by))
            case "replace":
                to = await write_store(lambda: self._replace(person, by))
            case "link" if not person.is_removed:
                await write_store(lambda: record_changes(store, [person], "link", by))
                await self._show_link(person)
                return
            case _:
                raise web.HTTPError(400)
        await read_store(self.authenticator.refresh)
        self.redirect(f"/roster/{to}?done={action}", status=303)

    def _replace(self, person: Person, by: str) -> str:
        name, email = self.field("colleague"), self.field("colleague-email")
        colleague = plan_replacement(self.content, self.store, person, name=name, email=email)
        return replace_person(self.store, person, colleague, by).id

    async def _show_link(self, person: Person) -> None:
        """The page with a new personal link, and a message to send it with."""
        now = self.authenticator.clock()
        until = now + dt.timedelta(days=link_days(self.content, now))
        link = f"{self.site}/join#{self.authenticator.make_person_link(person.id, until)}"
        self.write_page("roster_link.html.j2", invited=person, link=link, until=until)

    async def _describe_latest(self, person: Person) -> str:
        latest = await read_store(self.store.roster_changes, self.content.series.id, person.id, 1)
        if not latest:
            return f"{person.name} was changed after this page was opened."
        one: RosterChange = latest[0]
        details = f": {one.details}" if one.details else ""
        return f"{one.by} changed this entry after you opened it ({one.action}{details})."

    async def _show(
        self,
        person: Person,
        status: int = 200,
        sentence: str = "",
        entered: Mapping[str, str] | None = None,
        done: str = "",
    ) -> None:
        self.set_status(status)
        record = await read_store(read_person_record, self.content, self.store, person)
        changes = await read_store(self.store.roster_changes, self.content.series.id, person.id, MOST_CHANGES)
        stored = {**{name: getattr(person, name) for name in FIELDS}, "sessions": ", ".join(map(str, person.sessions))}
        values = {"record": record, "entry": record.entry, "changes": changes, "entered": entered or stored}
        values |= {"sentence": sentence, "done": done, "version": person_version(person)}
        values["needs"] = await read_store(find_registered_needs, self.store, person)
        values["state_code"] = person.jurisdiction
        values["invited_to"] = [
            one for one in self.content.sessions if not person.sessions or one.number in person.sessions
        ]
        self.write_page("roster_person.html.j2", **values, **self.form_values())


class RosterExportHandler(RosterPageHandler):
    """The roster as a table to edit and import again."""

    async def get(self, form: str) -> None:
        """The file, without links and codes."""
        people = on_roster(await read_store(self.store.people, self.content.series.id))
        data = await read_store(self._write, sorted(people, key=lambda one: (one.jurisdiction, one.name)), form)
        self.set_header("Content-Type", FORMATS[form])
        self.set_header("Content-Disposition", f'attachment; filename="roster-{self.content.series.id}.{form}"')
        self.finish(data)

    def _write(self, people: list[Person], form: str) -> bytes:
        from cluster_kit.exports.roster_files import write_roster_file

        with temporary_folder("roster") as folder:
            return write_roster_file(self.content, people, folder / f"people.{form}").read_bytes()
