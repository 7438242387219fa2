"""The configuration of a fork server. Kernels with the same spec share a fork server."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# Prefixes of variables that the interpreter, the C library, or a numeric library reads only at startup.
READ_ONCE = (
    *("PYTHON", "LD_", "MALLOC_", "GLIBC_", "LANG", "LC_"),
    *("MPL", "OMP_", "OPENBLAS_", "GOTO_", "MKL_", "BLIS_", "NUMEXPR_", "ARROW_", "JE_ARROW_"),
)
# Forking is safe only in a single-threaded process. These libraries would start threads on import.
ONE_THREAD = {
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


@dataclass(frozen=True)
class ForkServerSpec:
    """The configuration of a fork server.

    ``python``: the interpreter. ``modules``: imported before the first fork. ``watch``: packages of which all files are
    watched for changes (of others, only the files of loaded modules). ``environment``: the variables that are read only
    at startup, so a fork cannot change them.
    """

    python: str
    modules: tuple[str, ...]
    watch: tuple[str, ...]
    environment: tuple[tuple[str, str], ...]


def make_spec(
    python: str, modules: Iterable[str], watch: Iterable[str], environment: Mapping[str, str]
) -> ForkServerSpec:
    """The fork server spec for kernels with this environment."""
    read_once = sorted((name, value) for name, value in environment.items() if name.startswith(READ_ONCE))
    return ForkServerSpec(python, tuple(modules), tuple(watch), tuple(read_once))


def fork_server_environment(spec: ForkServerSpec) -> dict[str, str]:
    """The fork server's environment."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(READ_ONCE)}
    return {**ours, **ONE_THREAD, **dict(spec.environment)}
