"""What kind of parent a kernel needs. Kernels that need the same kind share one."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# Variables that the interpreter, the C library or a numeric library reads once, when it starts.
READ_ONCE = (
    *("PYTHON", "LD_", "MALLOC_", "GLIBC_", "LANG", "LC_"),
    *("MPL", "OMP_", "OPENBLAS_", "GOTO_", "MKL_", "BLIS_", "NUMEXPR_", "ARROW_", "JE_ARROW_"),
)
# Forking is safe in a process of one thread; these libraries start more when they are imported.
ONE_THREAD = {
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


@dataclass(frozen=True)
class ForkServerSpec:
    """How to make a parent.

    ``python`` is the interpreter; ``modules`` are imported before the first kernel; of the packages in ``watch`` every
    file is watched for changes (of all others, the files of loaded modules); ``environment`` holds the variables that
    are read once and so cannot be given to a fork.
    """

    python: str
    modules: tuple[str, ...]
    watch: tuple[str, ...]
    environment: tuple[tuple[str, str], ...]


def make_recipe(
    python: str, modules: Iterable[str], watch: Iterable[str], environment: Mapping[str, str]
) -> ForkServerSpec:
    """The recipe for kernels with this environment."""
    read_once = sorted((name, value) for name, value in environment.items() if name.startswith(READ_ONCE))
    return ForkServerSpec(python, tuple(modules), tuple(watch), tuple(read_once))


def parent_environment(recipe: ForkServerSpec) -> dict[str, str]:
    """The environment to start the parent with."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(READ_ONCE)}
    return {**ours, **ONE_THREAD, **dict(recipe.environment)}
