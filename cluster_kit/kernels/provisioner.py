"""The kernel provisioner of forked kernels, for all users of jupyter_client: Voilà, papermill, nbval, JupyterLab."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Bool, List, Unicode

from cluster_kit.kernels import wire
from cluster_kit.kernels.addresses import make_socket_folder
from cluster_kit.kernels.errors import KernelForkError, check_system
from cluster_kit.kernels.fork_server_pool import current_pool
from cluster_kit.kernels.fork_server_spec import ForkServerSpec, make_spec
from cluster_kit.kernels.kernel_process import ForkedKernelProcess

LINGER_S = 0.15
LAUNCHER = ["-m", "ipykernel_launcher"]
UNDERSTOOD = {"env", "cwd", "stdin", "stdout", "stderr", "independent", "kernel_id", "extra_arguments"}
STANDARD_OUTPUT, STANDARD_ERROR = 1, 2


class ForkServerProvisioner(LocalProvisioner):
    """Forks kernels from a fork server or, if that is not possible, starts them as ``LocalProvisioner`` does.

    Both kinds of kernels behave in the same way afterward.
    """

    modules = List(Unicode(), help="What to import before the first kernel.").tag(config=True)
    watch = List(Unicode(), help="Packages of which every file is watched for changes.").tag(config=True)
    ipc = Bool(True, help="Talk to kernels over sockets in a private folder, not over TCP.").tag(config=True)

    _folder: Path | None = None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Create the kernel's socket folder, then prepare the launch as usual."""
        manager = self.parent
        if self.ipc and self._folder is None and manager and manager.transport == "tcp":
            self._folder = make_socket_folder()
            if self._folder:
                manager.transport, manager.ip = "ipc", str(self._folder / "kernel")
            else:
                self.log.warning("Kernel %s speaks over TCP: no folder's path is short enough.", self.kernel_id)
        return await super().pre_launch(**kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork the kernel, or start it as an ordinary process and log the reason."""
        try:
            kernel = await self._fork(cmd, kwargs)
        except (KernelForkError, OSError) as error:
            self.log.warning("Kernel %s starts the ordinary way. %s", self.kernel_id, error)
            return await self._launch_ordinary(cmd, **kwargs)
        except asyncio.CancelledError:
            self._remove_folder()
            raise
        self.process = kernel  # type: ignore[assignment]
        self.pid = self.pgid = kernel.pid
        self.cwd = kwargs.get("cwd") or Path.cwd()
        return self.connection_info

    async def cleanup(self, restart: bool = False) -> None:
        """Remove the kernel's resources, except on a restart.

        A dead kernel does not receive the shutdown request, which stays in its manager's closed socket for 0.1 s. A
        forked kernel restarts at the same address faster than that, and would receive it.
        """
        await super().cleanup(restart=restart)
        if restart:
            await asyncio.sleep(LINGER_S)
        else:
            self._remove_folder()
            if isinstance(self.process, ForkedKernelProcess):  # it died without a call of ``wait``
                self.process.close()

    async def _launch_ordinary(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        try:
            return await super().launch_kernel(cmd, **kwargs)
        except Exception:
            self._remove_folder()
            raise

    def _remove_folder(self) -> None:
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    async def _fork(self, cmd: list[str], kwargs: Mapping[str, Any]) -> ForkedKernelProcess:
        check_possible(cmd, kwargs)
        leftovers = [str(self._folder)] if self._folder else []
        if self.parent:
            leftovers.append(self.parent.connection_file)
        environment = dict(kwargs.get("env") or os.environ)
        request = wire.Request(tuple(map(os.path.expanduser, cmd[3:])), environment, tuple(leftovers))
        future = current_pool().fork(self.fork_server_spec(cmd[0], environment), request, open_descriptors(kwargs))
        try:
            kernel = await asyncio.shield(asyncio.wrap_future(future))
            await kernel.wait_until_bound()
        except asyncio.CancelledError:
            future.add_done_callback(_drop)
            raise
        return kernel

    def fork_server_spec(self, python: str, environment: Mapping[str, str]) -> ForkServerSpec:
        """The fork server spec for kernels of this kernelspec."""
        return make_spec(python, self.modules, self.watch, environment)


# The class in the entry points of installations from before it was renamed.
WarmProvisioner = ForkServerProvisioner


def _drop(future: Future[ForkedKernelProcess]) -> None:
    """End the kernel of a cancelled launch as soon as it exists."""
    if not future.exception():
        future.result().close()


def check_possible(cmd: list[str], kwargs: Mapping[str, Any], platform: str = sys.platform) -> None:
    """Raise ``KernelForkError`` with the reason if the system, command, or launch options prevent a fork."""
    check_system(platform)
    if cmd[1:3] != LAUNCHER:
        raise KernelForkError(f"Its command does not run ipykernel_launcher: {' '.join(cmd)}.")
    if unknown := sorted(set(kwargs) - UNDERSTOOD):
        raise KernelForkError(f"It was asked for with {', '.join(unknown)}, which only a new process can have.")
    if kwargs.get("independent"):
        raise KernelForkError("It is to survive its server, and a forked kernel does not.")
    if any(kwargs.get(name) == subprocess.PIPE for name in ("stdin", "stdout", "stderr")):
        raise KernelForkError("Its output was asked for as a pipe.")


def open_descriptors(kwargs: Mapping[str, Any]) -> list[int]:
    """New descriptors of the kernel's working directory, output, and error output. Raises ``OSError``."""
    opened = [os.open(kwargs.get("cwd") or ".", os.O_RDONLY | os.O_DIRECTORY)]
    try:
        opened.append(_duplicate(kwargs.get("stdout"), STANDARD_OUTPUT, STANDARD_OUTPUT))
        opened.append(_duplicate(kwargs.get("stderr"), STANDARD_ERROR, opened[1]))
    except OSError:
        for descriptor in opened:
            os.close(descriptor)
        raise
    return opened


def _duplicate(stream: Any, standard: int, output: int) -> int:
    """A new descriptor of a ``subprocess.Popen`` stream. None: this process's stream; STDOUT: that of the output."""
    if stream == subprocess.DEVNULL:
        return os.open(os.devnull, os.O_WRONLY)
    if stream == subprocess.STDOUT:
        return os.dup(output)
    if stream is None:
        return os.dup(standard)
    return os.dup(stream if isinstance(stream, int) else stream.fileno())
