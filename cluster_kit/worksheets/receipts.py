"""Plain-language receipts for returned worksheets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cluster_kit.documents.typed_text import visible_text
from cluster_kit.files import report_write_errors, staging_folder
from cluster_kit.text import count_of, inflect
from cluster_kit.worksheets.outcomes import MergeOutcome, Status

_LISTED = 40
_REMOVED = "These were removed from the file, but the earlier answers stay. A row is removed on the session's page:"
_LONGEST = 300


@dataclass(frozen=True)
class FileReceipt:
    """The result of collecting one file.

    ``read``: its answers were compared with the stored ones. ``duplicate``: the same file as the one in ``reason``.
    ``unreadable``: not read, and ``reason`` completes the sentence that begins with its name.
    """

    file: str
    status: Literal["read", "duplicate", "unreadable"]
    reason: str = ""
    worksheet: str = ""
    state: str = ""
    person: str = ""
    named: bool = True
    outcomes: tuple[MergeOutcome, ...] = ()
    unread: tuple[str, ...] = ()
    dry_run: bool = False

    @property
    def counts(self) -> dict[Status, int]:
        """Number of answers by outcome, and of ``removed`` rows or answers; outcomes without answers are omitted."""
        return dict(Counter(outcome.status for outcome in self.outcomes))

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self) -> Iterator[str]:
        """The lines of the receipt."""
        if self.status == "unreadable":
            yield f"{self.file} {self.reason}. Nothing was taken from it."
        elif self.status == "duplicate":
            yield f"{self.file} is the same file as {self.reason}. It counts once."
        else:
            yield from self._read()

    def _read(self) -> Iterator[str]:
        counts = Counter(self.counts)
        kept = counts["saved"] + counts["conflict"] + counts["replaced"]
        about = f"the worksheet of {self.state} for {self.worksheet}"
        thanks = f"Thank you, {self.person}. " if self.named else ""
        if kept:
            yield f"{self.file}: {thanks}This is {about}."
        else:
            yield f"{self.file}: There is nothing new in it. {thanks}This is {about}."
        if self.dry_run:
            yield "This is a trial run: nothing was changed."
        if kept and self.dry_run:
            yield f"{_answers(kept, 'is new and would be', 'are new and would be')} saved."
        elif kept:
            yield f"{_answers(kept, 'is new and was', 'are new and were')} saved."
        if counts["there"]:
            yield f"{_answers(counts['there'], 'is', 'are')} online already, in the same words."
        if not self.named and kept:
            yield "There is no name at the top, so it counts as the worksheet of one more person without a name."
        yield from self._listed(
            "conflict",
            "{} from what your team wrote online in the meantime. Both are kept; "
            "please choose one on the session's page:",
            ("differs", "differ"),
        )
        yield from self._listed(
            "replaced", "{} an answer that you gave before; the worksheet's counts now:", ("replaces", "replace")
        )
        yield from self._listed("refused", "{} not taken:", ("was", "were"))
        if removed := [outcome.where for outcome in self.outcomes if outcome.status == "removed"]:
            yield _REMOVED
            yield from (f"  - {where}" for where in removed[:_LISTED])
            if len(removed) > _LISTED:
                yield f"  - and {len(removed) - _LISTED} more."
        if self.unread:
            yield "These notes are outside the answer fields and were not read as answers:"
            yield from (f"  - {words}" for words in self.unread)

    def _listed(self, status: Status, sentence: str, verbs: tuple[str, str]) -> Iterator[str]:
        found = [outcome for outcome in self.outcomes if outcome.status == status]
        if not found:
            return
        yield sentence.format(_answers(len(found), *verbs))
        for outcome in found[:_LISTED]:
            other_words = (
                f"; {'before' if status == 'replaced' else 'online'} it says “{_short(other)}”"
                for other in outcome.others
            )
            quote = f"your worksheet says “{_short(outcome.words)}”{''.join(other_words)}" if outcome.words else ""
            details = ". ".join(filter(None, (quote, outcome.sentence)))
            yield f"  - {outcome.where or 'Somewhere'}: {details}"
        if len(found) > _LISTED:
            yield f"  - and {len(found) - _LISTED} more."


def count_files(receipts: Iterable[FileReceipt]) -> str:
    """A one-line summary of all receipts."""
    counts = Counter(receipt.status for receipt in receipts)
    parts = [f"{counts['read']} read", f"{counts['duplicate']} counted once with another"]
    return ", ".join([*parts, f"{counts['unreadable']} not read"]) + "."


def _answers(count: int, one: str, many: str) -> str:
    return f"{count_of(count, 'answer')} {inflect(count, one, many)}"


def _short(text: str) -> str:
    line = " ".join(visible_text(text).split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def write_receipts(receipts: Iterable[FileReceipt], folder: Path) -> None:
    """Write each receipt to a text file named after the worksheet file. Raises ``UsageError``."""
    with report_write_errors(folder), staging_folder(folder) as staged:
        for number, receipt in enumerate(receipts, start=1):
            name = re.sub(r"[^\w.-]+", "_", receipt.file).strip("._")[:80]
            (staged / f"{number:03}-{name}.txt").write_text(f"{receipt}\n", encoding="utf-8")
