"""The static definitions of each session's exercises, as cacheable files."""

from __future__ import annotations

import json

from cluster_kit.forms.definitions import Definitions
from cluster_kit.server.static_files import StaticFile


class ExerciseFiles:
    """One JSON file per session, created and compressed on first use."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._files: dict[int, StaticFile] = {}

    def address(self, session: int) -> str:
        """Address of a session's file. Raises ``UnknownSessionError``."""
        return f"/session/{session}/exercises/{self._get(session).digest}.json"

    def find(self, session: int, digest: str) -> StaticFile | None:
        """A session's file if its digest matches, or None. Raises ``UnknownSessionError``."""
        file = self._get(session)
        return file if file.digest == digest else None

    def _get(self, session: int) -> StaticFile:
        if session not in self._files:
            text = json.dumps(self._definitions.schemas(session), ensure_ascii=False, separators=(",", ":"))
            self._files[session] = StaticFile.make(text.encode(), "application/json")
        return self._files[session]
