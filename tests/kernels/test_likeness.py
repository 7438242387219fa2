"""A forked kernel is indistinguishable from a stock one from the inside, except for loaded modules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.kernels.harness import FORKED, STOCK, environment, running

PORTRAIT = """
import gc, locale, os, resource, signal, sys, threading, warnings
def portrait():
    return {
        "path": sys.path,
        "arguments": [sys.argv[0], sys.argv[1]],
        "executable": sys.executable,
        "prefix": sys.prefix,
        "flags": repr(sys.flags),
        "main": sys.modules["__main__"] is get_ipython().user_module,
        "folder": os.getcwd(),
        "environment": {k: v for k, v in os.environ.items() if not k.startswith(("JPY_PARENT", "PYDEVD_"))},
        "handlers": {each.name: str(signal.getsignal(each)) for each in signal.Signals},
        "blocked": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
        "umask": os.umask(0o022),
        "nice": os.nice(0),
        "leads a session": os.getsid(0) == os.getpgid(0) == os.getpid(),
        "limits": resource.getrlimit(resource.RLIMIT_NOFILE),
        "locale": [locale.getpreferredencoding(), sys.getfilesystemencoding(), locale.setlocale(locale.LC_CTYPE)],
        "streams": [type(each).__module__ for each in (sys.stdin, sys.stdout, sys.stderr)],
        "encodings": [each.encoding for each in (sys.__stdout__, sys.__stderr__)],
        "standard input": os.read(0, 1),
        "garbage": gc.isenabled(),
        "trace": [sys.gettrace(), sys.getprofile()],
        "recursion": sys.getrecursionlimit(),
        "warnings": [(a, str(c and c.__name__), d) for a, b, c, d, e in warnings.filters if d],
        "shell": type(get_ipython()).__name__,
        "extensions": sorted(get_ipython().extension_manager.loaded),
    }
"""


@pytest.fixture(scope="module")
def portraits(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("folder")
    drawn = {}
    for name in (STOCK, FORKED):
        with running(name, cwd=str(folder), env=environment(LANG="C.UTF-8", COLOUR="blue")) as kernel:
            drawn[name] = kernel.value("portrait()", PORTRAIT)
    return drawn


FEATURES = [line.strip().split('"')[1] for line in PORTRAIT.splitlines() if line.startswith('        "')]


@pytest.mark.parametrize("feature", FEATURES)
def test_a_warm_kernel_is_like_a_stock_one_in(portraits: dict[str, dict[str, Any]], feature: str) -> None:
    assert portraits[FORKED][feature] == portraits[STOCK][feature]


@pytest.mark.parametrize("name", [STOCK, FORKED])
@pytest.mark.parametrize("variable", ["PYTHONPATH", "PYTHONWARNINGS", "MPLBACKEND"])
def test_variables_that_are_read_once_count_too(name: str, variable: str, tmp_path: Path) -> None:
    (tmp_path / "on_the_path.py").write_text("HERE = 1")
    values = {"PYTHONPATH": str(tmp_path), "PYTHONWARNINGS": "error::ImportWarning", "MPLBACKEND": "svg"}
    seen = {
        "PYTHONPATH": ("on_the_path.HERE", "import on_the_path"),
        "PYTHONWARNINGS": ("int('error::ImportWarning' in sys.warnoptions)", "import sys"),
        "MPLBACKEND": ("int(matplotlib.get_backend() == 'svg')", "import matplotlib"),
    }
    with running(name, env=environment(**{variable: values[variable]})) as kernel:
        assert kernel.value(*seen[variable]) == 1
