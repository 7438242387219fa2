"""``python -m cluster_kit.server.run_with_parent …`` runs ``cluster-kit …`` until the parent process ends.

Its standard input must be a pipe that the parent keeps open and never writes to: the pipe closes when the parent ends
for any reason. The command is then interrupted as by ``SIGTERM``, and killed if that does not end it: it would keep the
port from the next server.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
import time

from cluster_kit.server.workers import STOP_TIMEOUT_S


def _end_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(STOP_TIMEOUT_S)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, name="end-with-parent", daemon=True).start()
    runpy.run_module("cluster_kit", run_name="__main__", alter_sys=True)
