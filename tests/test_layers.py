"""Dependencies point one way: the list here is exactly what the code imports, and has no cycle."""

from __future__ import annotations

import subprocess
import sys

from docs.make_layers import BEGIN, END, PAGE, find_imports, write_layers

# Each package or root module, and those of ours that it imports; the lowest first. docs/architecture.md draws it.
LISTED = """
errors:
files:
models:
startup:
text:
log_limits: errors
polling: log_limits
filetypes: errors
content: errors files models text filetypes
kernels: errors
settings: errors files
web: errors
documents: errors web
store: errors files models content
roster: errors filetypes content store
sessions: errors models text content store
exercises: errors models content documents store sessions
demo: content store exercises
forms: errors models log_limits polling content web store sessions exercises
insights: models content documents store sessions exercises
breakouts: errors text content documents store sessions exercises insights
crosswalk: errors files models text filetypes content settings documents store roster exercises insights
packets: errors files models startup text content kernels settings documents store exercises insights
console: errors models polling content settings web store roster sessions exercises insights breakouts
exports: errors files text content settings documents store sessions exercises insights breakouts packets
workshop: errors content settings documents store roster exercises forms insights crosswalk
server: errors models text log_limits polling content kernels settings web documents store roster sessions exercises
    forms insights workshop
worksheets: errors files models text filetypes content settings documents store roster exercises forms workshop
rehearsal: errors models text content settings store sessions exercises forms insights breakouts console server
cli: errors startup text content settings documents store roster demo breakouts crosswalk packets exports server
    worksheets rehearsal
"""
IMPORTS = {
    package: set(imported.split())
    for package, imported in (line.split(":") for line in LISTED.replace("\n    ", " ").strip().splitlines())
}


def test_the_list_is_what_the_code_imports() -> None:
    assert find_imports() == IMPORTS


def test_every_package_imports_only_from_those_above_it_in_the_list() -> None:
    order = list(IMPORTS)
    below = {package: set(order[:number]) for number, package in enumerate(order)}
    assert {package: used - below[package] for package, used in IMPORTS.items() if used - below[package]} == {}


def test_the_architecture_page_shows_the_layers_as_they_are() -> None:
    """When this fails, run ``python -m docs.make_layers``."""
    page = PAGE.read_text(encoding="utf-8")
    assert page.partition(BEGIN)[2].partition(END)[0] == write_layers()


def test_importing_the_package_changes_nothing_in_the_process() -> None:
    code = """
import os, sys, warnings, logging
before = {name: id(module) for name, module in sys.modules.items()}, dict(os.environ), logging.root.handlers[:]
import cluster_kit
new = {name for name in sys.modules if name not in before[0]}
assert new == {"cluster_kit"}, new
assert (dict(os.environ), logging.root.handlers) == before[1:]
"""
    subprocess.run([sys.executable, "-c", code], check=True)
