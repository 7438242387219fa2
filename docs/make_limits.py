"""Write the tables of ``docs/reference/limits.md`` from the constants that set the limits.

``python -m docs.make_limits``; a test compares the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from cluster_kit.server.auth.rate_limits import Limit

PAGE = Path(__file__).parent / "reference" / "limits.md"
BEGIN, END = "<!-- {}: written by docs/make_limits.py -->", "<!-- end of {} -->"


@dataclass(frozen=True)
class LimitRow:
    """A limit: the module and name of its constant, what happens beyond it, and a unit (``""``, ``bytes``, ``s``)."""

    what: str
    module: str
    name: str
    beyond: str
    unit: str = ""


_S = "cluster_kit.server."
TABLES: dict[str, tuple[LimitRow, ...]] = {
    "requests": (
        LimitRow("body of a form", f"{_S}body_limits", "LARGEST_FORM", "413", "bytes"),
        LimitRow(
            "body of a request that imports a list", f"{_S}roster.import_handlers", "LARGEST_BODY", "413", "bytes"
        ),
        LimitRow("body of an evaluation", f"{_S}evaluation.handlers", "LARGEST_BODY", "413", "bytes"),
        LimitRow("list of people to import", f"{_S}roster.import_handlers", "LARGEST_LIST", "413", "bytes"),
        LimitRow("body of a registration", f"{_S}roster.registration_handlers", "LARGEST_FORM", "413", "bytes"),
        LimitRow(
            "bodies of a network at once that are larger than a form", f"{_S}body_limits", "MOST_LARGE_BODIES", "503"
        ),
        LimitRow(
            "body that is thrown away before the response",
            f"{_S}body_limits",
            "LARGEST_IGNORED",
            "the connection is closed",
            "bytes",
        ),
        LimitRow("headers of a request", f"{_S}app", "LARGEST_HEADERS", "the connection is closed", "bytes"),
        LimitRow("time for the headers, and between requests", f"{_S}app", "HEADERS_S", "closed", "s"),
        LimitRow("time for the body", f"{_S}app", "BODY_S", "the connection is closed", "s"),
        LimitRow("HTTP connections of a network", f"{_S}http_server", "MAX_CONNECTIONS_OF_A_NETWORK", "closed"),
        LimitRow("length of a field of the join page", f"{_S}auth.handlers", "LONGEST_FIELD", "the rest is cut off"),
        LimitRow("length of a path in the log", f"{_S}monitoring.logs", "LONGEST_PATH", "the rest is cut off"),
        LimitRow("log lines of one place in a minute", f"{_S}monitoring.logs", "MOST_REPEATS", "omitted, said once"),
        LimitRow("session cookies in memory", f"{_S}auth.authenticator", "MAX_SESSION_TOKENS", "checked again"),
    ),
    "pages": (
        LimitRow(
            "pages that a person loads, with their connections",
            f"{_S}auth.rate_limits",
            "PAGES_OF_A_PERSON",
            "429 with the time; a connection opens later",
        ),
        LimitRow(
            "forms that a person sends, and sign-ins by their link",
            f"{_S}auth.rate_limits",
            "FORMS_OF_A_PERSON",
            "429 with the time",
        ),
        LimitRow("open session pages of a person", f"{_S}stream.connections", "MAX_PAGES", "the page says so"),
        LimitRow(
            "open session pages of a network", f"{_S}stream.connections", "MAX_PAGES_OF_A_NETWORK", "the page says so"
        ),
        LimitRow(
            "inline styles of a notebook's cells", f"{_S}security_headers", "MAX_INLINE_STYLES", "the rest is dropped"
        ),
        LimitRow("parts of a kernel's message", f"{_S}widgets.messages", "MOST_OFFSETS", "the connection is closed"),
        LimitRow("size of a frame (text only)", f"{_S}app", "LARGEST_FRAME", "the connection is closed", "bytes"),
        LimitRow(
            "frames that a page sends, pings and parts included",
            f"{_S}auth.rate_limits",
            "FRAMES_OF_A_PAGE",
            "the page reconnects",
        ),
        LimitRow(
            "characters in the frames of a person's pages",
            f"{_S}auth.rate_limits",
            "BYTES_OF_A_PERSON",
            "they are read later",
        ),
        LimitRow("forms in one opening", f"{_S}stream.protocol", "MAX_FORMS", "the connection is closed"),
        LimitRow("answers in one save", "cluster_kit.forms.protocol", "MAX_RESPONSES", "the save is refused"),
        LimitRow(
            "size of the answers that a person saves in an hour",
            "cluster_kit.store.save_quota",
            "MAX_SAVED_BYTES",
            "sent again later",
            "bytes",
        ),
        LimitRow("saves of a page that wait", "cluster_kit.forms.connection", "MAX_PENDING", "sent again later"),
        LimitRow("questions of a page that wait", "cluster_kit.forms.connection", "MAX_READING", "sent again later"),
        LimitRow(
            "uploads and questions of prompts at once",
            "cluster_kit.forms.readers",
            "SLOW_READERS",
            "the others wait; one person's, one after the other",
        ),
        LimitRow("posts of a person", f"{_S}auth.rate_limits", "POSTS_OF_A_PERSON", "kept on the page, sent later"),
        LimitRow("other actions of a person", f"{_S}auth.rate_limits", "CLICKS_OF_A_PERSON", "sent later"),
        LimitRow("frames that wait for a page", f"{_S}stream.page_connection", "MAX_WAITING", "it reconnects"),
        LimitRow(
            "of these, until its own frames wait", f"{_S}stream.page_connection", "MAX_UNREAD", "they are read later"
        ),
        LimitRow("characters that wait for a page", f"{_S}stream.page_connection", "MAX_UNSENT", "it reconnects"),
        LimitRow("size of an answer", "cluster_kit.store.models", "MAX_VALUE_BYTES", "one sentence", "bytes"),
        LimitRow("nesting of an answer", "cluster_kit.store.models", "MAX_VALUE_DEPTH", "one sentence"),
        LimitRow("answers that one answer replaces", "cluster_kit.store.models", "MAX_BASES", "refused"),
        LimitRow(
            "answers of a person to one field that are current at once",
            "cluster_kit.store.writes",
            "MAX_OWN_CURRENT",
            "the oldest is replaced",
        ),
        LimitRow("conflicting answers in a receipt", "cluster_kit.store.writes", "MAX_OTHERS", "the newest are sent"),
        LimitRow("length of an answer in words", "cluster_kit.content.prompt_kinds", "LONGEST_TEXT", "one sentence"),
        LimitRow(
            "length of a name or role in an answer", "cluster_kit.content.prompt_kinds", "LONGEST_NAME", "one sentence"
        ),
        LimitRow("length of a post", "cluster_kit.sessions.board", "LONGEST_POST", "one sentence"),
        LimitRow(
            "length of a question to facilitators", "cluster_kit.sessions.board", "LONGEST_QUESTION", "one sentence"
        ),
        LimitRow(
            "length of a message, a link's words, or a parked thought",
            "cluster_kit.sessions.facilitation",
            "LONGEST_MESSAGE",
            "one sentence",
        ),
        LimitRow("length of a poll's question", "cluster_kit.sessions.polls", "LONGEST_QUESTION", "one sentence"),
        LimitRow("length of a poll's option", "cluster_kit.sessions.polls", "LONGEST_OPTION", "one sentence"),
        LimitRow("options of a poll", "cluster_kit.sessions.polls", "MOST_OPTIONS", "refused"),
        LimitRow(
            "length of what a person says they need", "cluster_kit.sessions.support", "LONGEST_NEED", "one sentence"
        ),
        LimitRow(
            "length of an evaluation's comment", "cluster_kit.sessions.evaluation", "LONGEST_COMMENT", "one sentence"
        ),
        LimitRow("answers of an evaluation", "cluster_kit.sessions.evaluation", "MAX_QUESTIONS", "refused"),
        LimitRow("rows of a prompt extension's page", "cluster_kit.exercises.extensions", "MAX_ROWS", "refused"),
        LimitRow(
            "minutes that facilitators add or take at once",
            "cluster_kit.sessions.facilitation",
            "MOST_MINUTES",
            "refused",
        ),
        LimitRow(
            "words of a cloud on the shared screen", "cluster_kit.sessions.shared_screen", "MOST_WORDS", "refused"
        ),
        LimitRow(
            "pages of a scene on the shared screen", "cluster_kit.sessions.shared_screen", "MOST_PAGES", "refused"
        ),
    ),
    "joining": (
        LimitRow("evaluation forms that a person opens", f"{_S}evaluation.service", "BALLOTS_OF_A_PERSON", "429"),
        LimitRow("refused evaluations of a network", f"{_S}evaluation.service", "REFUSALS_OF_A_NETWORK", "429"),
        LimitRow("different wrong codes of a browser", f"{_S}auth.rate_limits", "CODES_OF_A_BROWSER", "429, the time"),
        LimitRow("different wrong codes of a network", f"{_S}auth.rate_limits", "CODES_OF_A_NETWORK", "slowed down"),
        LimitRow("different wrong codes everywhere", f"{_S}auth.rate_limits", "CODES", "see below"),
        LimitRow("free wrong codes of a network then", f"{_S}auth.rate_limits", "FREE_CODES", "slowed down"),
        LimitRow("pause after a wrong code when slowed down", f"{_S}auth.rate_limits", "CODE_PAUSE_S", "", "s"),
        LimitRow("wrong codes in an hour until a longer one", f"{_S}auth.rate_limits", "MANY_CODES", "longer pause"),
        LimitRow("longer pause", f"{_S}auth.rate_limits", "LONG_CODE_PAUSE_S", "", "s"),
        LimitRow("codes of a network that wait", f"{_S}auth.rate_limits", "MOST_WAITING_CODES", "429 with the time"),
        LimitRow("longest wait for a turn", f"{_S}auth.rate_limits", "MAX_CODE_WAIT_S", "429 with the time", "s"),
        LimitRow(
            "requests to sign in of a network", f"{_S}auth.identity_service", "REQUESTS_OF_A_NETWORK", "a sentence"
        ),
        LimitRow(
            "open requests to sign in of a person", "cluster_kit.store.identity", "MOST_FOR_A_PERSON", "one sentence"
        ),
        LimitRow("of a team", "cluster_kit.store.identity", "MOST_IN_A_TEAM", "one sentence"),
        LimitRow("registrations of a network", f"{_S}roster.registration_service", "REGISTRATIONS_OF_A_NETWORK", "429"),
        LimitRow("registrations everywhere", f"{_S}roster.registration_service", "REGISTRATIONS", "429"),
        LimitRow("withdrawals of a network", f"{_S}roster.registration_service", "WITHDRAWALS_OF_A_NETWORK", "429"),
        LimitRow("registrations that wait", "cluster_kit.store.registrations", "MOST_PENDING", "one sentence"),
        LimitRow("of one address", "cluster_kit.store.registrations", "MOST_PENDING_OF_AN_ADDRESS", "not stored"),
        LimitRow(
            "people of a state confirmed by rule", "cluster_kit.roster.registrations", "MOST_BY_RULE", "staff decide"
        ),
        LimitRow("length of what a person needs", "cluster_kit.store.models", "LONGEST_NEEDS", "one sentence"),
        LimitRow("new people of a team by code", f"{_S}auth.rate_limits", "NEW_PEOPLE", "one sentence"),
        LimitRow("of one browser", f"{_S}auth.rate_limits", "NEW_PEOPLE_OF_A_BROWSER", "one sentence"),
        LimitRow("of one network in one team", f"{_S}auth.rate_limits", "NEW_PEOPLE_OF_A_NETWORK", "one sentence"),
        LimitRow("people of a team who joined by code", f"{_S}auth.code_join", "MOST_IN_TEAM", "one sentence"),
        LimitRow("length of a name", "cluster_kit.roster.people", "LONGEST_NAME", "one sentence"),
        LimitRow("downloads of a person", f"{_S}summary.service", "DOWNLOADS_OF_A_PERSON", "429"),
        LimitRow("summaries that wait to be made", f"{_S}summary.worker", "MOST_WAITING", "503"),
        LimitRow("networks or people that are counted", f"{_S}auth.rate_limits", "MAX_KEYS", "old ones are forgotten"),
    ),
    "store": (
        LimitRow("threads that read for requests", f"{_S}store_calls", "READ_THREADS", "the others wait"),
        LimitRow("threads that write for requests", f"{_S}store_calls", "WRITE_THREADS", "the others wait"),
        LimitRow("waiting calls", f"{_S}store_calls", "MAX_WAITING_CALLS", "503"),
        LimitRow("time for a call of a request", f"{_S}store_calls", "STORE_CALL_TIMEOUT_S", "503", "s"),
        LimitRow("time for `/ready`", f"{_S}pages.preparation", "STORE_TIMEOUT_S", "503", "s"),
        LimitRow("wait for a lock", "cluster_kit.store.backends", "WAIT_S", "tried again by the page", "s"),
        LimitRow("time of a PostgreSQL statement", "cluster_kit.store.backends", "STATEMENT_S", "tried again", "s"),
    ),
    "files": (
        LimitRow("uploaded files of a state", "cluster_kit.store.files", "MAX_STATE_FILES", "one sentence"),
        LimitRow("size of a state's files", "cluster_kit.store.files", "MAX_STATE_BYTES", "one sentence", "bytes"),
        LimitRow(
            "uploaded files of a person in a day", "cluster_kit.store.upload_quota", "MAX_PERSON_FILES", "one sentence"
        ),
        LimitRow("their size", "cluster_kit.store.upload_quota", "MAX_PERSON_BYTES", "one sentence", "bytes"),
        LimitRow("age of a file that no answer names", "cluster_kit.store.files", "UNNAMED_S", "deleted", "s"),
        LimitRow("length of its name", "cluster_kit.store.files", "LONGEST_NAME", "shortened"),
        LimitRow("size of an inventory", "cluster_kit.crosswalk.grids", "MAX_BYTES", "one sentence", "bytes"),
        LimitRow("size of a workbook, unpacked", "cluster_kit.filetypes.sheets", "MAX_UNPACKED_BYTES", "", "bytes"),
        LimitRow("cells of a workbook", "cluster_kit.filetypes.sheets", "MAX_CELLS", "one sentence"),
        LimitRow(
            "memory to read a workbook", "cluster_kit.filetypes.sheets", "MAX_MEMORY_BYTES", "one sentence", "bytes"
        ),
        LimitRow("workbooks that a server reads at once", "cluster_kit.filetypes.sheets", "READERS_AT_ONCE", "wait"),
        LimitRow("time to read a workbook", "cluster_kit.filetypes.sheets", "MAX_S", "one sentence", "s"),
        LimitRow("rows of a table", "cluster_kit.filetypes.tables", "MAX_ROWS", "one sentence"),
        LimitRow("its columns", "cluster_kit.filetypes.tables", "MAX_COLUMNS", "one sentence"),
        LimitRow("length of its cells", "cluster_kit.filetypes.tables", "LONGEST_CELL", "one sentence"),
        LimitRow(
            "keys of a table in JSON", "cluster_kit.filetypes.tables", "_MOST_JSON_KEYS", "the others are not read"
        ),
        LimitRow("programs of an inventory", "cluster_kit.crosswalk.inventory", "MOST_PROGRAMS", "one sentence"),
        LimitRow(
            "length of a note in its review columns", "cluster_kit.crosswalk.review", "_LONGEST_NOTE", "one sentence"
        ),
        LimitRow("size of a roster", "cluster_kit.roster.lists.staff_list", "MOST_BYTES", "one sentence", "bytes"),
        LimitRow("people in it", "cluster_kit.roster.lists.staff_list", "MOST_PEOPLE", "one sentence"),
        LimitRow("length of an email address", "cluster_kit.roster.lists.person_cells", "LONGEST_EMAIL", "reported"),
        LimitRow("size of a returned worksheet", "cluster_kit.worksheets.files", "MOST_BYTES", "reported", "bytes"),
        LimitRow("its size, unpacked", "cluster_kit.worksheets.files", "MOST_UNPACKED", "reported", "bytes"),
        LimitRow("its parts", "cluster_kit.worksheets.files", "MOST_ENTRIES", "reported"),
        LimitRow("names of people in it", "cluster_kit.worksheets.collecting", "MOST_NAMES", "reported"),
        LimitRow("answers in it", "cluster_kit.worksheets.collecting", "MOST_ANSWERS", "reported"),
        LimitRow("copies of one question in it", "cluster_kit.worksheets.collecting", "MOST_COPIES", "reported"),
        LimitRow(
            "text of a Word worksheet", "cluster_kit.worksheets.read_document", "_MOST_UNPACKED", "reported", "bytes"
        ),
        LimitRow("its XML tags", "cluster_kit.worksheets.read_document", "_MOST_TAGS", "reported"),
        LimitRow(
            "lists and objects in a notebook worksheet",
            "cluster_kit.worksheets.read_notebook",
            "MOST_VALUES",
            "reported",
        ),
        LimitRow("signatures of files in a ZIP file", "cluster_kit.worksheets.files", "MOST_SIGNATURES", "reported"),
        LimitRow("fields of a PDF worksheet", "cluster_kit.documents.form_values", "MOST_FIELDS", "reported"),
        LimitRow("characters in them", "cluster_kit.documents.form_values", "MOST_CHARACTERS", "reported"),
        LimitRow(
            "memory to read a PDF worksheet", "cluster_kit.documents.form_values", "MOST_MEMORY", "reported", "bytes"
        ),
        LimitRow("time to read it", "cluster_kit.documents.form_values", "MOST_SECONDS", "reported", "s"),
    ),
    "content": (
        LimitRow("size of a content file", "cluster_kit.content.documents", "_MAX_BYTES", "reported", "bytes"),
        LimitRow("its nesting", "cluster_kit.content.documents", "_MAX_NESTING", "reported"),
        LimitRow("length of a prepared message", "cluster_kit.content.facilitation", "LONGEST_PREPARED", "reported"),
        LimitRow(
            "emphasis marks in a Markdown text of a document",
            "cluster_kit.documents.prose",
            "MAX_DELIMITERS",
            "the text is printed without its formatting",
        ),
        LimitRow(
            "request of the content editor",
            "cluster_kit.editor.server",
            "LARGEST_REQUEST",
            "413",
            "bytes",
        ),
        LimitRow("nesting of what it saves", "cluster_kit.editor.messages", "MOST_LEVELS", "refused"),
        LimitRow("drafts that it keeps", "cluster_kit.editor.history", "MAX_DRAFTS", "the oldest are deleted"),
        LimitRow(
            "workbook of the instrument's wording",
            "cluster_kit.content.workbook.cells",
            "_MAX_FILE",
            "one sentence",
            "bytes",
        ),
        LimitRow("its size, unpacked", "cluster_kit.content.workbook.cells", "_MAX_UNPACKED", "one sentence", "bytes"),
        LimitRow("table of examples", "cluster_kit.content.example_import", "MOST_BYTES", "one sentence", "bytes"),
        LimitRow(
            "its size, unpacked", "cluster_kit.content.example_import", "MOST_UNPACKED_BYTES", "one sentence", "bytes"
        ),
        LimitRow("its rows", "cluster_kit.content.example_import", "MOST_ROWS", "one sentence"),
        LimitRow("with empty rows", "cluster_kit.content.example_import", "_MOST_READ_ROWS", "the others are not read"),
        LimitRow("file of the organization's logo", "cluster_kit.organization", "MOST_BYTES", "one sentence", "bytes"),
        LimitRow("its width and height in pixels", "cluster_kit.organization", "MOST_PIXELS", "one sentence"),
        LimitRow("the organization's name", "cluster_kit.organization", "LONGEST_NAME", "one sentence"),
        LimitRow("`per_minute` of the mail account", "cluster_kit.mail_account", "MOST_PER_MINUTE", "one sentence"),
        LimitRow("its `largest_mb`", "cluster_kit.mail_account", "MOST_MEGABYTES", "one sentence"),
        LimitRow(
            "failures after which a mailing stops", "cluster_kit.mailing.delivery", "MOST_FAILURES", "one sentence"
        ),
        LimitRow("rooms of a video call", "cluster_kit.breakouts.rooms", "MOST_ROOMS", "one sentence"),
    ),
}


def make_table(rows: tuple[LimitRow, ...]) -> str:
    """The rows as Markdown, with the values of their constants."""
    head = ["| what | limit | beyond it | constant |", "| --- | ---: | --- | --- |"]
    body = [f"| {row.what} | {show_limit(row)} | {row.beyond} | `{row.module}.{row.name}` |" for row in rows]
    return "\n".join([*head, *body])


def show_limit(row: LimitRow) -> str:
    """The value of a row's constant, with its unit."""
    value: Any = getattr(import_module(row.module), row.name)
    if isinstance(value, Limit):
        return f"{value.most:,} in {_show_time(value.within_s)}"
    if row.unit == "bytes":
        return _show_bytes(int(value))
    return _show_time(float(value)) if row.unit == "s" else f"{value:,}"


def write_limits(text: str) -> str:
    """The page with new tables."""
    for name, rows in TABLES.items():
        before, begin, rest = text.partition(BEGIN.format(name))
        _, end, after = rest.partition(END.format(name))
        text = f"{before}{begin}\n\n{make_table(rows)}\n\n{end}{after}"
    return text


def _show_time(seconds: float) -> str:
    minutes = seconds / 60
    return f"{minutes:g} min" if seconds > 90 and minutes.is_integer() else f"{seconds:g} s"


def _show_bytes(size: int) -> str:
    for unit, name in ((1024**3, "GiB"), (1024**2, "MiB"), (1024, "KiB")):
        if size % unit == 0:
            return f"{size // unit} {name}"
    return f"{size / 1_000_000:g} MB" if size >= 1_000_000 else f"{size / 1000:g} kB"


if __name__ == "__main__":
    PAGE.write_text(write_limits(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
