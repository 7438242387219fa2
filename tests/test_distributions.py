"""``kernels`` and ``crosswalk`` could be distributions of their own: they work without the rest of the kit."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import cluster_kit
from docs.make_layers import find_imports

ROOT = Path(cluster_kit.__file__).parent
# Each package, and everything of the kit that it needs, directly or through another.
CARRIED = {
    "kernels": {"errors"},
    "crosswalk": {
        "content",
        "documents",
        "errors",
        "files",
        "filetypes",
        "models",
        "organization",
        "registry",
        "spreadsheets",
        "temporary_folders",
        "text",
        "web",
    },
}

USE_A_KERNEL = """
import os, sys
from pathlib import Path
from tests.kernels.harness import FORKED, parent_of, running, write_spec

with running(FORKED, write_spec(Path(sys.argv[1]), "decimal", "cluster_kit.kernels")) as kernel:
    assert parent_of(parent_of(kernel.pid)) == os.getpid()  # forked, not started as an ordinary process
    assert kernel.value("'decimal' in sys.modules", "import sys")
    assert kernel.value("importlib.util.find_spec('cluster_kit.store') is None", "import importlib.util")
"""
USE_THE_CROSSWALK = """
import sys
from importlib.util import find_spec
from pathlib import Path
from cluster_kit.crosswalk import import_crosswalk, open_reference, propose_clusters, read_inventory
from cluster_kit.crosswalk import summarize_crosswalk
from cluster_kit.crosswalk.cross_validation import calibrate
from cluster_kit.crosswalk.results import write_results
from cluster_kit.crosswalk.sample import write_sample
from cluster_kit.crosswalk.workbook import WorkbookContext

assert find_spec("cluster_kit.store") is None
folder = Path(sys.argv[1])
write_sample(folder / "published.xlsx")
import_crosswalk(folder / "tables", folder / "published.xlsx")
programs = folder / "programs.csv"
programs.write_text("CIP Code,Program Title,Level\\n52.0301,Accounting,Secondary\\n", encoding="utf-8")
reference = open_reference(folder / "tables")
assert not reference.is_sample
proposals = propose_clusters(read_inventory(programs), reference, calibrate(reference))
assert reference.places.titles[proposals.proposals[0].candidates[0].place.cluster] == "Financial Services"
about = WorkbookContext("OH", "Ohio", "2026", False)
write_results(folder / "out", proposals, summarize_crosswalk(proposals), about)
assert "Accounting" in (folder / "out" / "coded_inventory.csv").read_text("utf-8-sig")
assert "<svg" in (folder / "out" / "report.html").read_text("utf-8")
assert "sqlalchemy" not in sys.modules
"""


@pytest.mark.parametrize("package", CARRIED)
def test_what_a_package_would_carry_is_listed(package: str) -> None:
    imports, carried = find_imports(), {package}
    while more := set().union(*(imports[one] for one in carried)) - carried:
        carried |= more
    assert carried - {package} == CARRIED[package]


@pytest.mark.parametrize(("package", "use"), [("kernels", USE_A_KERNEL), ("crosswalk", USE_THE_CROSSWALK)])
def test_a_package_works_where_the_rest_of_the_kit_does_not_exist(package: str, use: str, tmp_path: Path) -> None:
    (tmp_path / "cluster_kit").mkdir()
    for name in ("__init__.py", package, *CARRIED[package]):
        source = ROOT / name if (ROOT / name).exists() else ROOT / f"{name}.py"
        (tmp_path / "cluster_kit" / source.name).symlink_to(source)
    (tmp_path / "tests").symlink_to(ROOT.parent / "tests")
    alone = os.environ | {"PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-c", use, str(tmp_path)]
    result = subprocess.run(command, cwd=tmp_path, env=alone, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
