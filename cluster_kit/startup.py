"""Setup of the kit's own processes. Importing the package elsewhere does not run it."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from multiprocessing.process import BaseProcess


def skip_iri_grammar() -> None:
    """Prevent jsonschema from importing ``rfc3987_syntax``, whose grammar dominates the startup time.

    Call it before nbformat is imported. Without the package, jsonschema leaves one format (iri) unchecked, which
    notebooks do not use. It changes ``sys.modules``, so only the kit's own processes may call it.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


def start_worker() -> None:
    """Initialize a process pool's worker. It exits when its parent is killed, instead of waiting forever."""
    skip_iri_grammar()
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
