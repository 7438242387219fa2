"""The first lines of the kit's own processes. Nothing here runs when the package is imported by others."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from multiprocessing.process import BaseProcess


def skip_iri_grammar() -> None:
    """Keep jsonschema from importing ``rfc3987_syntax``, whose grammar takes longer to compile than all else to load.

    Call it before nbformat is imported. Without the package, jsonschema leaves one format (iri) unchecked, which
    notebooks do not use. It changes ``sys.modules``, so only a process of the kit's own calls it.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


def start_worker() -> None:
    """Set up a worker of a process pool: it ends when its parent is killed, instead of waiting for work forever."""
    skip_iri_grammar()
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
