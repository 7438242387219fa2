"""A file on its way from the page to the shelf, piece by piece, over the form's own messages.

The page sends a piece and waits for the answer, which says how much has arrived; after a lost connection it goes on
from there. What the file holds is looked at when all of it is here, and nothing is kept of a file that is refused.
"""

from __future__ import annotations

import base64
import logging
import threading
from collections.abc import Callable, Iterable, Mapping

from cluster_kit.content.models import FilePrompt
from cluster_kit.errors import ClusterKitError
from cluster_kit.exercises.context import FormContext
from cluster_kit.exercises.fields import Field as FormField
from cluster_kit.forms.protocol import FilePiece
from cluster_kit.models import Json
from cluster_kit.store import NewResponse
from cluster_kit.store.files import FileStore, UploadedFile, clean_file_name, find_digests, find_file_problem

log = logging.getLogger(__name__)

CheckFile = Callable[[str, str, bytes], None]
"""Raises ``ClusterKitError`` where the file for a prompt (address, name, content) cannot be taken."""

NO_SHELF = "Files can be given on your state's page of the session, not here."
NO_FILE_HERE = "No file belongs here. Reload the page to see the exercise as it is now."
DAMAGED = "{name} did not arrive as it was sent. Choose it again."
UNREADABLE = "{name} could not be read. Open it, save a copy, and choose the copy."
NOT_KEPT = "{name} could not be kept just now. Wait a minute, and choose it again."
MOST_REMEMBERED = 8


class Uploads:
    """One file at a time for one form. ``fields`` by address; ``check`` looks at a file before it is kept."""

    def __init__(self, shelf: FileStore | None, fields: Mapping[str, FormField], check: CheckFile) -> None:
        self._shelf, self._fields, self._check = shelf, fields, check
        self._upload = ""
        self._arrived = bytearray()
        self._ended: dict[str, Json] = {}
        self._turn = threading.Lock()

    def receive(self, piece: FilePiece) -> Json:
        """The answer to one piece: ``have`` (bytes that have arrived), the prompt's ``value``, or a ``problem``."""
        with self._turn:
            return self._receive(piece)

    def _receive(self, piece: FilePiece) -> Json:
        # An answer that got lost on its way is asked for again.
        if piece.upload not in self._ended:
            if piece.upload != self._upload:
                self._upload, self._arrived = piece.upload, bytearray()
            said = self._take(piece)
            if "have" in said:
                return self._reply(piece, said)
            self._end(piece, said)
        return self._reply(piece, self._ended[piece.upload])

    def forget(self, context: FormContext, exercise: str, responses: Iterable[NewResponse]) -> None:
        """Remove files that these answers take the place of, where no answer of the state names them any more."""
        addresses = {(r.prompt, r.row) for r in responses if isinstance(self._fields[r.prompt].asks, FilePrompt)}
        if self._shelf is None or not addresses:
            return
        store, where = context.store, (context.series, context.jurisdiction)
        standing = find_digests(store.current(*where))
        history = store.history(*where, session=context.session, exercise=exercise)
        gone = find_digests(r for r in history if (r.prompt, r.row) in addresses)
        for digest in gone - standing:
            self._shelf.remove(digest)

    def _take(self, piece: FilePiece) -> Json:
        name, field = clean_file_name(piece.name), self._fields.get(piece.prompt)
        if field is None or not isinstance(field.asks, FilePrompt):
            return {"problem": NO_FILE_HERE}
        if self._shelf is None:
            return {"problem": NO_SHELF}
        if problem := find_file_problem(field.asks, name, piece.size):
            return {"problem": problem}
        if piece.at == len(self._arrived):
            try:
                self._arrived += base64.b64decode(piece.data, validate=True)
            except ValueError:  # binascii.Error is one; text that is not ASCII raises another
                return {"problem": DAMAGED.format(name=name)}
        if len(self._arrived) > piece.size:
            return {"problem": DAMAGED.format(name=name)}
        if len(self._arrived) < piece.size:
            return {"have": len(self._arrived)}
        return self._keep(self._shelf, piece.prompt, name)

    def _keep(self, shelf: FileStore, prompt: str, name: str) -> Json:
        raw = bytes(self._arrived)
        try:
            self._check(prompt, name, raw)
            digest = shelf.keep(raw)
        except ClusterKitError as error:
            return {"problem": str(error)}
        except OSError:
            log.exception("a file of %d bytes could not be kept", len(raw))
            return {"problem": NOT_KEPT.format(name=name)}
        except Exception:
            log.exception("a file of %d bytes could not be read", len(raw))
            return {"problem": UNREADABLE.format(name=name)}
        return {"value": UploadedFile(name=name, sha256=digest, size=len(raw)).model_dump()}

    def _end(self, piece: FilePiece, said: Json) -> None:
        self._ended[piece.upload] = said
        for old in list(self._ended)[:-MOST_REMEMBERED]:
            del self._ended[old]
        self._upload, self._arrived = "", bytearray()

    def _reply(self, piece: FilePiece, said: Json) -> Json:
        return {"type": "file", "upload": piece.upload, **said}
