"""Chunked file uploads from the page to the file store, in the form's messages.

The page sends a piece and waits for the reply with the number of received bytes. After a lost connection it resumes
from there. A complete file is checked before it is stored; a refused file is discarded.
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
"""Raises ``ClusterKitError`` if the file for a prompt (address, name, content) is not accepted."""

NO_FILE_STORE = "Files can be given on your state's page of the session, not here."
NO_FILE_HERE = "No file belongs here. Reload the page to see the exercise as it is now."
DAMAGED = "{name} did not arrive as it was sent. Choose it again."
UNREADABLE = "{name} could not be read. Open it, save a copy, and choose the copy."
NO_ROOM = "Your state has given as many files as can be kept. Ask your facilitator to remove some."
TOO_MANY_FILES = "You have given as many files as one person can give in a day. Ask a teammate, or come back tomorrow."
NOT_KEPT = "{name} could not be kept just now. Wait a minute, and choose it again."
MOST_REMEMBERED = 8


class Uploads:
    """The uploads of one form, one file at a time. ``fields``: by address. ``check`` runs before a file is stored."""

    def __init__(self, context: FormContext, fields: Mapping[str, FormField], check: CheckFile) -> None:
        self._context, self._fields, self._check = context, fields, check
        self._file_store = context.files
        self._upload = ""
        self._arrived = bytearray()
        self._ended: dict[str, Json] = {}
        self._turn = threading.Lock()

    def receive(self, piece: FilePiece) -> Json:
        """The reply to one piece: ``have`` (received bytes), the prompt's ``value``, or a ``problem``."""
        with self._turn:
            return self._receive(piece)

    def _receive(self, piece: FilePiece) -> Json:
        # The page asks again if a reply is lost.
        if piece.upload not in self._ended:
            if piece.upload != self._upload:
                self._upload, self._arrived = piece.upload, bytearray()
            result = self._take(piece)
            if "have" in result:
                return self._reply(piece, result)
            self._end(piece, result)
        return self._reply(piece, self._ended[piece.upload])

    def forget(self, exercise: str, responses: Iterable[NewResponse]) -> None:
        """Remove the files of replaced answers, unless another answer of the state refers to them."""
        addresses = {(r.prompt, r.row) for r in responses if isinstance(self._fields[r.prompt].asks, FilePrompt)}
        if self._file_store is None or not addresses:
            return
        context, named = self._context, self._find_named()
        history = context.store.history(
            context.series, context.jurisdiction, session=context.session, exercise=exercise
        )
        gone = find_digests(r for r in history if (r.prompt, r.row) in addresses)
        for digest in gone - named:
            self._file_store.remove(digest)

    def _find_named(self) -> set[str]:
        """The digests of the files that the state's current answers refer to."""
        context = self._context
        return find_digests(context.store.current(context.series, context.jurisdiction))

    def _take(self, piece: FilePiece) -> Json:
        name, field = clean_file_name(piece.name), self._fields.get(piece.prompt)
        if field is None or not isinstance(field.asks, FilePrompt):
            return {"problem": NO_FILE_HERE}
        if self._file_store is None:
            return {"problem": NO_FILE_STORE}
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
        return self._keep(self._file_store, piece.prompt, name)

    def _keep(self, file_store: FileStore, prompt: str, name: str) -> Json:
        raw, quota, person = bytes(self._arrived), self._context.upload_quota, self._context.person.id
        try:
            self._check(prompt, name, raw)
            file_store.sweep(self._find_named())
            if not quota.take(person, len(raw)):
                return {"problem": TOO_MANY_FILES}
            digest = None
            try:
                digest = file_store.keep_if_room(raw)
            finally:
                if digest is None:
                    quota.give_back(person, len(raw))
            if digest is None:
                return {"problem": NO_ROOM}
        except ClusterKitError as error:
            return {"problem": str(error)}
        except OSError:
            log.exception("a file of %d bytes could not be kept", len(raw))
            return {"problem": NOT_KEPT.format(name=name)}
        except Exception:
            log.exception("a file of %d bytes could not be read", len(raw))
            return {"problem": UNREADABLE.format(name=name)}
        return {"value": UploadedFile(name=name, sha256=digest, size=len(raw)).model_dump()}

    def _end(self, piece: FilePiece, result: Json) -> None:
        self._ended[piece.upload] = result
        for old in list(self._ended)[:-MOST_REMEMBERED]:
            del self._ended[old]
        self._upload, self._arrived = "", bytearray()

    def _reply(self, piece: FilePiece, result: Json) -> Json:
        return {"type": "file", "upload": piece.upload, **result}
