"""Run work in a notebook's kernel, from the threads of the form service."""

from __future__ import annotations

import threading
from collections.abc import Callable

from IPython import get_ipython

DEBOUNCE_S = 0.3


def run_in_kernel(job: Callable[[], None], after_s: float = 0) -> None:
    """Run a job in the kernel's main thread, where outputs are attributed to the notebook; without a kernel, now."""
    kernel = getattr(get_ipython(), "kernel", None)
    if kernel is None:
        job()
    elif after_s:
        kernel.io_loop.add_callback(kernel.io_loop.call_later, after_s, job)
    else:
        kernel.io_loop.add_callback(job)


class Debounced:
    """Runs a job in the kernel once for all calls within ``DEBOUNCE_S``. Thread-safe."""

    def __init__(self, job: Callable[[], None]) -> None:
        self._job, self._lock, self._is_pending = job, threading.Lock(), False

    def __call__(self) -> None:
        """Run the job soon."""
        with self._lock:
            if self._is_pending:
                return
            self._is_pending = True
        run_in_kernel(self._run, DEBOUNCE_S)

    def _run(self) -> None:
        with self._lock:
            self._is_pending = False
        self._job()
