"""A live kernel loads matplotlib and pandas only when it needs them."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import sys
import cluster_kit.insights
from cluster_kit.insights.look_back import build_look_back
from cluster_kit.insights.ratings import read_ratings
print(sorted({"pandas", "matplotlib", "numpy"} & set(sys.modules)))
"""


def test_views_load_neither_pandas_nor_matplotlib() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
