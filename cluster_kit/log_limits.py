"""Limits on log lines that a page or an unavailable database could repeat without end."""

from __future__ import annotations

import logging

from cluster_kit.errors import ClusterKitError

MAX_KINDS = 20


class FirstOfKind:
    """Logs the first warning of each kind, for at most ``MAX_KINDS`` kinds. Use one for each connection."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._kinds: set[str] = set()

    def warning(self, kind: str, message: str, *arguments: object) -> None:
        """Log this, unless a warning of this kind was logged before."""
        if kind not in self._kinds and len(self._kinds) < MAX_KINDS:
            self._kinds.add(kind)
            self._log.warning(message, *arguments)


class FailureLog:
    """Logs the first of consecutive failures of each kind; ``clear`` after a success.

    A ``ClusterKitError``, such as an unavailable store, is logged on one line; other errors with their traceback.
    """

    def __init__(self, log: logging.Logger, sentence: str) -> None:
        self._log, self._sentence = log, sentence
        self._kinds: set[type[Exception]] = set()

    def note(self, error: Exception) -> None:
        """Log a failure, unless one of its kind was logged since the last success."""
        if type(error) in self._kinds:
            return
        self._kinds.add(type(error))
        if isinstance(error, ClusterKitError):
            self._log.warning("%s; trying again: %s", self._sentence, error)
        else:
            self._log.error("%s; trying again", self._sentence, exc_info=error)

    def clear(self) -> None:
        """Note a success: the next failure is logged."""
        self._kinds.clear()
