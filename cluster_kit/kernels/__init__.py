"""Kernels forked from a process with the sessions' imports, so they start fast and share memory.

Programs select them by the kernelspec ``KERNEL_NAME``; see docs/explanation/forked-kernels.md.
"""

from cluster_kit.kernels.prestart import prestart_fork_server
from cluster_kit.kernels.spec import KERNEL_NAME, ensure_kernelspec, kernelspecs_folder

__all__ = ["KERNEL_NAME", "ensure_kernelspec", "kernelspecs_folder", "prestart_fork_server"]
