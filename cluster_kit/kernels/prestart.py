"""Start a fork server before the first kernel is needed."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from concurrent.futures import Future

from jupyter_client.kernelspec import KernelSpec

from cluster_kit.kernels.errors import KernelForkError, check_system
from cluster_kit.kernels.fork_server_pool import current_pool
from cluster_kit.kernels.fork_server_spec import make_spec
from cluster_kit.kernels.spec import KERNEL_NAME, kernelspecs_folder


def prestart_fork_server(environment: Mapping[str, str]) -> Future[int]:
    """Start the fork server for kernels with this environment. The future has its process id when it is ready.

    The future has ``KernelForkError`` if the system cannot fork kernels; then kernels start as ordinary processes.
    """
    try:
        check_system()
    except KernelForkError as error:
        failed: Future[int] = Future()
        failed.set_exception(error)
        return failed
    config = read_config()
    return current_pool().start(make_spec(sys.executable, config["modules"], config["watch"], environment))


def read_config() -> dict[str, list[str]]:
    """The kernelspec's modules to import and packages to watch."""
    spec = KernelSpec.from_resource_dir(str(kernelspecs_folder() / KERNEL_NAME))
    config: dict[str, list[str]] = spec.metadata["kernel_provisioner"]["config"]
    return config
