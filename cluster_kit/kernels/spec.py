"""The kernelspec with which programs select forked kernels."""

from __future__ import annotations

import sys
from pathlib import Path

from jupyter_client.kernelspec import KernelSpecManager

KERNEL_NAME = "cluster-kit"
"""The name of the kernelspec of forked kernels."""


def kernelspecs_folder() -> Path:
    """The folder that contains the kernelspec, for ``KernelSpecManager.kernel_dirs``."""
    return Path(__file__).parent / "kernelspecs"


def ensure_kernelspec(prefix: Path | str = sys.prefix) -> Path:
    """Install the kernelspec under ``prefix`` (an environment), replacing an older one, and return its folder.

    Installing the package does the same.
    """
    source = str(kernelspecs_folder() / KERNEL_NAME)
    return Path(KernelSpecManager().install_kernel_spec(source, KERNEL_NAME, prefix=str(prefix)))
