"""Dependencies point one way: the list here is exactly what the code imports, and has no cycle."""

from __future__ import annotations

import subprocess
import sys

from docs.make_layers import BEGIN, END, PAGE, find_imports, write_layers

# Each package or root module, and those of ours that it imports; the lowest first. It is drawn in
# docs/explanation/architecture.md.
LISTED = """
errors:
registry: errors
files:
models:
startup:
text:
kernels: errors
settings: errors files
web: errors
documents: errors web
log_limits: errors
polling: log_limits
filetypes: errors
content: errors registry files models text web filetypes
store: errors files models content
roster: errors filetypes content store
sessions: errors models text content store
exercises: errors registry models documents content store sessions
demo: content store exercises
insights: models web documents content store sessions exercises
breakouts: errors text documents content store sessions exercises insights
crosswalk: errors files models text settings web documents filetypes content store roster exercises insights
packets: errors registry files models startup text kernels settings documents content store exercises insights
exports: errors registry files text settings web documents content store sessions exercises insights breakouts packets
forms: errors models web log_limits polling content store sessions exercises
console: errors models settings web polling content store roster sessions exercises insights breakouts
workshop: errors settings documents content store roster exercises insights forms
server: errors models text kernels settings web documents log_limits polling content store roster sessions exercises
    insights forms workshop
worksheets: errors files models text settings web documents filetypes content store roster exercises forms workshop
rehearsal: errors models text settings content store sessions exercises insights breakouts forms console server
cli: errors startup text settings documents content store roster demo breakouts crosswalk packets exports server
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
