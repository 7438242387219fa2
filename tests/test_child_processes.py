"""Programs that tests start end with the run of the tests, also if that is killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.commands import UNTIL_PARENT_ENDS
from tests.serving import wait_until

START = """
import subprocess, sys
from tests.commands import UNTIL_PARENT_ENDS
child = subprocess.Popen([*UNTIL_PARENT_ENDS, "sleep", "600"])
print(child.pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(not UNTIL_PARENT_ENDS, reason="setpriv is part of util-linux")
def test_a_killed_run_leaves_no_program_behind() -> None:
    root, pipe = Path(__file__).parents[1], subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", START], stdin=pipe, stdout=pipe, text=True, cwd=root) as tests:
        assert tests.stdout
        child = psutil.Process(int(tests.stdout.readline()))
        assert child.is_running()
        tests.kill()
    wait_until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, "the program has ended")
