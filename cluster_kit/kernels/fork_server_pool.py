"""Warm parents as their server sees them: started when first needed, replaced when stale or dead, one per recipe."""

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
from cluster_kit.kernels.errors import ParentGoneError, StaleParentError, WarmKernelError
from cluster_kit.kernels.fork_server_spec import ForkServerSpec, parent_environment
from cluster_kit.kernels.kernel import WarmKernel

WARM_UP_S = 120.0
FORK_S = 30.0
END_S = 5.0
REST_S = 60.0
ATTEMPTS = 3

log = logging.getLogger(__name__)


class ForkServerClient:
    """One warm parent, ready when made. Raises ``ParentGoneError`` when it cannot be. For one thread at a time."""

    def __init__(self, recipe: ForkServerSpec) -> None:
        begun = time.monotonic()
        self._control, theirs = wire.make_pair()
        with theirs, contextlib.ExitStack() as on_failure:
            on_failure.enter_context(self._control)
            self.process = _start(recipe, theirs.fileno())
            on_failure.callback(self._put_down)
            theirs.close()
            self._warm_up(recipe)
            on_failure.pop_all()
        log.info("Warm parent %d is ready after %.1f s.", self.process.pid, time.monotonic() - begun)

    def fork(self, request: wire.Request, descriptors: Sequence[int]) -> WarmKernel:
        """A kernel of this parent, with the descriptors of its folder, output and error output.

        Raises ``StaleParentError``, ``ParentGoneError``, or ``WarmKernelError`` when the machine has no room.
        """
        line, theirs = wire.make_pair()
        with theirs, contextlib.ExitStack() as on_failure:
            on_failure.enter_context(line)
            try:
                wire.send(self._control, request, [theirs.fileno(), *descriptors])
                theirs.close()
                line.settimeout(FORK_S)
                answer, _ = wire.receive(line)
            except (EOFError, ConnectionError, TimeoutError) as error:
                raise ParentGoneError(f"does not answer ({error!r})") from error
            if "stale" in answer:
                raise StaleParentError
            if "trouble" in answer:
                raise WarmKernelError(f"The warm parent {answer['trouble']}.")
            if "pid" not in answer:
                raise WarmKernelError(f"The forked kernel ended before it began ({answer}).")
            kernel = WarmKernel(answer["pid"], line)
            on_failure.pop_all()
        return kernel

    def close(self) -> None:
        """Want no more kernels of it. It ends when the last of those that it has is gone."""
        self._control.close()

    def _warm_up(self, recipe: ForkServerSpec) -> None:
        self._control.settimeout(WARM_UP_S)
        try:
            wire.send(self._control, wire.Order(recipe.modules, recipe.watch))
            answer, _ = wire.receive(self._control)
        except (EOFError, OSError) as error:
            raise ParentGoneError(f"ended while it was warming up, or took too long ({error!r})") from error
        ready = wire.Ready(**answer)
        for module, why in ready.missing.items():
            log.warning("Kernels will not have %s at hand, because it cannot be imported: %s", module, why)
        if ready.trouble:
            raise ParentGoneError(f"must not fork: {ready.trouble}")

    def _put_down(self) -> None:
        self.process.kill()
        self.process.wait()


class ForkServerPool:
    """The parents of one server process, and the one thread that speaks with them: requests are served in order."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "warm-kernels")
        self._living: dict[ForkServerSpec, ForkServerClient] = {}
        self._failures: dict[ForkServerSpec, tuple[float, str]] = {}
        self._leaving: list[ForkServerClient] = []
        self._kernels: weakref.WeakSet[WarmKernel] = weakref.WeakSet()

    def fork(self, recipe: ForkServerSpec, request: wire.Request, descriptors: Sequence[int]) -> Future[WarmKernel]:
        """Ask for a kernel. The descriptors are the thread's from here on: it closes them."""
        return self._thread.submit(self._fork_and_close, recipe, request, descriptors)

    def warm(self, recipe: ForkServerSpec) -> Future[int]:
        """Have a parent ready before the first kernel is asked for; gives its pid."""
        return self._thread.submit(lambda: self._get(recipe).process.pid)

    def close(self) -> None:
        """Dismiss all parents; kernels that still run are killed."""
        self._thread.shutdown()
        self.let_go()
        for parent in self._leaving:
            with contextlib.suppress(subprocess.TimeoutExpired):
                parent.process.wait(END_S)

    def let_go(self) -> None:
        """Close everything that leads to parents and kernels."""
        for kernel in list(self._kernels):
            kernel.close()
        for recipe in list(self._living):
            self._dismiss(recipe)

    def _fork_and_close(self, recipe: ForkServerSpec, request: wire.Request, descriptors: Sequence[int]) -> WarmKernel:
        try:
            kernel = self._fork(recipe, request, descriptors)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        self._kernels.add(kernel)
        return kernel

    def _fork(self, recipe: ForkServerSpec, request: wire.Request, descriptors: Sequence[int]) -> WarmKernel:
        for _ in range(ATTEMPTS):
            parent = self._get(recipe)
            try:
                return parent.fork(request, descriptors)
            except (StaleParentError, ParentGoneError) as error:
                failure = error
                log.info("%s A new one takes its place.", error)
                self._dismiss(recipe)
        self._rest(recipe, failure)
        raise failure

    def _get(self, recipe: ForkServerSpec) -> ForkServerClient:
        self._leaving = [parent for parent in self._leaving if parent.process.poll() is None]
        if recipe not in self._living:
            until, why = self._failures.get(recipe, (0.0, ""))
            if time.monotonic() < until:
                raise WarmKernelError(f"No new attempt within {REST_S:.0f} s of the last one, which failed: {why}")
            try:
                self._living[recipe] = ForkServerClient(recipe)
            except (OSError, ParentGoneError) as failure:
                self._rest(recipe, failure)
                raise
        return self._living[recipe]

    def _rest(self, recipe: ForkServerSpec, failure: Exception) -> None:
        self._failures[recipe] = time.monotonic() + REST_S, str(failure)

    def _dismiss(self, recipe: ForkServerSpec) -> None:
        parent = self._living.pop(recipe)
        parent.close()
        self._leaving.append(parent)


def _start(recipe: ForkServerSpec, control: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 (the command that Jupyter runs kernels with)
        [recipe.python, "-m", "cluster_kit.kernels.fork_server"],
        stdin=control,
        stdout=subprocess.DEVNULL,
        cwd="/",
        env=parent_environment(recipe),
        start_new_session=True,
    )


_ours = [ForkServerPool()]


def parents() -> ForkServerPool:
    """The parents of this process."""
    return _ours[-1]


def close_parents() -> None:
    """Dismiss all parents of this process, and kill their kernels; done by itself when the process ends."""
    parents().close()
    _ours.append(ForkServerPool())


def _begin_anew() -> None:
    """In a fork of the server: the parents and kernels are not its own."""
    parents().let_go()
    _ours.append(ForkServerPool())


atexit.register(lambda: parents().close())
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)
