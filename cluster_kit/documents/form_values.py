"""Read the values of a PDF's form fields, without trusting the file.

A small PDF can claim objects without end. It is therefore parsed in a child process whose memory and time are limited.
Scripts and actions are never run, and nothing outside the fields is read.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from cluster_kit.errors import ClusterKitError

try:
    import resource
except ImportError:  # Windows: only the time is limited there
    resource = None  # type: ignore[assignment]

MOST_FIELDS, MOST_CHARACTERS, DEEPEST = 5_000, 5_000_000, 12
MOST_MEMORY, MOST_SECONDS = 1_500_000_000, 20
_PROTECTED = "is protected with a password: send it without one"
_DAMAGED = "is damaged: it is not a whole PDF file"
_TOO_MUCH = "is far larger or more complicated than any form that was sent out"


class UnreadableFormError(ClusterKitError, ValueError):
    """A PDF whose fields cannot be read. ``reason`` completes the sentence that begins with the file's name."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"The PDF {reason}.")


def read_form_values(raw: bytes) -> list[tuple[str, str]]:
    """Full name and value of each field, in the form's order. An empty list: the file has no form.

    The value of a check box or of circles is the chosen state, or empty. Raises ``UnreadableFormError``.
    """
    program = [sys.executable, "-m", "cluster_kit.documents.form_values"]
    try:
        done = subprocess.run(program, input=raw, capture_output=True, timeout=3 * MOST_SECONDS, check=False)  # noqa: S603
        answer = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        raise UnreadableFormError(_TOO_MUCH) from None
    if isinstance(answer, str):
        raise UnreadableFormError(answer)
    return [(name, value) for name, value in answer]


def read_as_child() -> None:
    """Read a PDF from standard input, and write its fields, or a reason, as JSON. The child process of this module."""
    if resource:
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    json.dump(_read(sys.stdin.buffer.read()), sys.stdout)


def _read(raw: bytes) -> list[tuple[str, str]] | str:
    try:
        with Pdf.open(io.BytesIO(raw), suppress_warnings=True) as document:
            return list(_Fields(document).read())
    except pikepdf.PasswordError:
        return _PROTECTED
    except (MemoryError, OverflowError):
        return _TOO_MUCH
    except Exception:  # a damaged file can raise any exception in the library
        return _DAMAGED


class _TooMuchError(MemoryError):
    """More fields or text than a form has."""


class _Fields:
    """Walks the fields of a form."""

    def __init__(self, document: Pdf) -> None:
        form = document.Root.get("/AcroForm")
        fields = form.get("/Fields") if isinstance(form, Dictionary) else None
        self._top = fields if isinstance(fields, Array) else Array()
        self._seen: set[tuple[int, int]] = set()
        self._count, self._characters = 0, 0

    def read(self) -> Iterator[tuple[str, str]]:
        for field in self._each(self._top):
            yield from self._read(field, [], {})

    def _each(self, kids: Array) -> Iterator[Dictionary]:
        """The dictionaries in an array, each once even if the array or its parents repeat it."""
        for kid in kids:
            self._count += 1
            if self._count > 4 * MOST_FIELDS:
                raise _TooMuchError
            if isinstance(kid, Dictionary) and (not kid.is_indirect or kid.objgen not in self._seen):
                self._seen.add(kid.objgen)
                yield kid

    def _read(self, field: Dictionary, names: list[str], inherited: dict[str, Any]) -> Iterator[tuple[str, str]]:
        if len(names) > DEEPEST:
            raise _TooMuchError
        own = [_text(field["/T"])] if "/T" in field else []
        known = inherited | {key: field[key] for key in ("/FT", "/V") if key in field}
        kids = field.get("/Kids")
        widgets = list(self._each(kids)) if isinstance(kids, Array) else []
        fields = [kid for kid in widgets if "/T" in kid]
        if fields:
            for kid in fields:
                yield from self._read(kid, [*names, *own], known)
        elif own or names:
            value = _value(known, widgets or [field])
            self._characters += len(value)
            if self._characters > MOST_CHARACTERS:
                raise _TooMuchError
            yield ".".join([*names, *own]), value


def _value(known: dict[str, Any], widgets: list[Dictionary]) -> str:
    """The field's value. Some programs mark a choice only on its widget."""
    value = known.get("/V")
    if known.get("/FT") == Name.Btn:
        states = [state for state in [value, *(widget.get("/AS") for widget in widgets)] if isinstance(state, Name)]
        return next((str(state).removeprefix("/") for state in states if state != Name.Off), "")
    chosen = list(value)[:MOST_FIELDS] if isinstance(value, Array) else [value]
    return "\n".join(_text(one) for one in chosen if one is not None)


def _text(value: Any) -> str:
    if isinstance(value, Stream):
        raw = value.read_bytes()[:MOST_CHARACTERS]
        with suppress(UnicodeDecodeError):
            return raw.decode("utf-16" if raw.startswith((b"\xfe\xff", b"\xff\xfe")) else "utf-8-sig")
        return raw.decode("latin-1")
    return str(value).removeprefix("/") if isinstance(value, pikepdf.String | Name) else ""


if __name__ == "__main__":
    read_as_child()
