"""The clients of fork servers: one server per spec, started on first use, and replaced if it is stale or dead."""

from __future__ import annotations

import atexit
import contextlib
import logging
import os
import subprocess
import time
import weakref
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from cluster_kit.kernels import wire
from cluster_kit.kernels.errors import ForkServerGoneError, KernelForkError, StaleForkServerError
from cluster_kit.kernels.fork_server_spec import ForkServerSpec, fork_server_environment
from cluster_kit.kernels.kernel_process import ForkedKernelProcess

IMPORTS_S = 120.0
FORK_S = 30.0
END_S = 5.0
BACKOFF_S = 60.0
ATTEMPTS = 3

log = logging.getLogger(__name__)


class ForkServerClient:
    """A running fork server. The constructor waits for it, or raises ``ForkServerGoneError``. Not thread-safe."""

    def __init__(self, spec: ForkServerSpec) -> None:
        begun = time.monotonic()
        self._control, theirs = wire.make_pair()
        with theirs, contextlib.ExitStack() as on_failure:
            on_failure.enter_context(self._control)
            self.process = _start(spec, theirs.fileno())
            on_failure.callback(self._kill)
            theirs.close()
            self._configure(spec)
            on_failure.pop_all()
        log.info("Fork server %d is ready after %.1f s.", self.process.pid, time.monotonic() - begun)

    def fork(self, request: wire.Request, descriptors: Sequence[int]) -> ForkedKernelProcess:
        """Fork a kernel, with the descriptors of its working directory, output, and error output.

        Raises ``StaleForkServerError``, ``ForkServerGoneError``, or ``KernelForkError`` if the fork fails.
        """
        channel, theirs = wire.make_pair()
        with theirs, contextlib.ExitStack() as on_failure:
            on_failure.enter_context(channel)
            try:
                wire.send(self._control, request, [theirs.fileno(), *descriptors])
                theirs.close()
                channel.settimeout(FORK_S)
                answer, _ = wire.receive(channel)
            except (EOFError, ConnectionError, TimeoutError) as error:
                raise ForkServerGoneError(f"does not answer ({error!r})") from error
            if "stale" in answer:
                raise StaleForkServerError
            if "trouble" in answer:
                raise KernelForkError(f"The fork server {answer['trouble']}.")
            if "pid" not in answer:
                raise KernelForkError(f"The forked kernel ended before it began ({answer}).")
            kernel = ForkedKernelProcess(answer["pid"], channel)
            on_failure.pop_all()
        return kernel

    def close(self) -> None:
        """Close the control channel. The fork server ends after its last kernel."""
        self._control.close()

    def _configure(self, spec: ForkServerSpec) -> None:
        self._control.settimeout(IMPORTS_S)
        try:
            wire.send(self._control, wire.Configure(spec.modules, spec.watch))
            answer, _ = wire.receive(self._control)
        except (EOFError, OSError) as error:
            raise ForkServerGoneError(f"ended during its imports, or took too long ({error!r})") from error
        ready = wire.Ready(**answer)
        for module, why in ready.missing.items():
            log.warning("Kernels will not have %s at hand, because it cannot be imported: %s", module, why)
        if ready.trouble:
            raise ForkServerGoneError(f"must not fork: {ready.trouble}")

    def _kill(self) -> None:
        self.process.kill()
        self.process.wait()


class ForkServerPool:
    """The fork servers of one process, and the thread that sends them requests, in order."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "forked-kernels")
        self._active: dict[ForkServerSpec, ForkServerClient] = {}
        self._failures: dict[ForkServerSpec, tuple[float, str]] = {}
        self._retired: list[ForkServerClient] = []
        self._kernels: weakref.WeakSet[ForkedKernelProcess] = weakref.WeakSet()

    def fork(
        self, spec: ForkServerSpec, request: wire.Request, descriptors: Sequence[int]
    ) -> Future[ForkedKernelProcess]:
        """Request a kernel. The thread takes ownership of the descriptors, and closes them."""
        return self._thread.submit(self._fork_and_close, spec, request, descriptors)

    def start(self, spec: ForkServerSpec) -> Future[int]:
        """Start a fork server before the first request. The future has its pid."""
        return self._thread.submit(lambda: self._get(spec).process.pid)

    def close(self) -> None:
        """End all fork servers, and kill running kernels."""
        self._thread.shutdown()
        self.disconnect()
        for server in self._retired:
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.process.wait(END_S)

    def disconnect(self) -> None:
        """Close the channels to all fork servers and kernels."""
        for kernel in list(self._kernels):
            kernel.close()
        for spec in list(self._active):
            self._retire(spec)

    def _fork_and_close(
        self, spec: ForkServerSpec, request: wire.Request, descriptors: Sequence[int]
    ) -> ForkedKernelProcess:
        try:
            kernel = self._fork(spec, request, descriptors)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        self._kernels.add(kernel)
        return kernel

    def _fork(self, spec: ForkServerSpec, request: wire.Request, descriptors: Sequence[int]) -> ForkedKernelProcess:
        for _ in range(ATTEMPTS):
            server = self._get(spec)
            try:
                return server.fork(request, descriptors)
            except (StaleForkServerError, ForkServerGoneError) as error:
                failure = error
                log.info("%s A new one takes its place.", error)
                self._retire(spec)
        self._back_off(spec, failure)
        raise failure

    def _get(self, spec: ForkServerSpec) -> ForkServerClient:
        self._retired = [server for server in self._retired if server.process.poll() is None]
        if spec not in self._active:
            until, why = self._failures.get(spec, (0.0, ""))
            if time.monotonic() < until:
                raise KernelForkError(f"No new attempt within {BACKOFF_S:.0f} s of the last one, which failed: {why}")
            try:
                self._active[spec] = ForkServerClient(spec)
            except (OSError, ForkServerGoneError) as failure:
                self._back_off(spec, failure)
                raise
        return self._active[spec]

    def _back_off(self, spec: ForkServerSpec, failure: Exception) -> None:
        self._failures[spec] = time.monotonic() + BACKOFF_S, str(failure)

    def _retire(self, spec: ForkServerSpec) -> None:
        server = self._active.pop(spec)
        server.close()
        self._retired.append(server)


def _start(spec: ForkServerSpec, control: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 (the command that Jupyter runs kernels with)
        [spec.python, "-m", "cluster_kit.kernels.fork_server"],
        stdin=control,
        stdout=subprocess.DEVNULL,
        cwd="/",
        env=fork_server_environment(spec),
        start_new_session=True,
    )


_pools = [ForkServerPool()]


def current_pool() -> ForkServerPool:
    """The pool of this process."""
    return _pools[-1]


def close_fork_servers() -> None:
    """End all fork servers of this process, and kill their kernels. Runs automatically at exit."""
    current_pool().close()
    _pools.append(ForkServerPool())


def _reset_after_fork() -> None:
    """In a fork of this process: release the fork servers and kernels, which belong to the original process."""
    current_pool().disconnect()
    _pools.append(ForkServerPool())


atexit.register(lambda: current_pool().close())
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_after_fork)
