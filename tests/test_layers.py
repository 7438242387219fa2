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
files: errors
models:
startup:
text:
kernels: errors
web: errors
log_limits: errors
polling: log_limits
filetypes: errors files
content: errors registry files models text web filetypes
organization: errors web
documents: errors files web organization organization
crosswalk: errors files text web filetypes content documents documents
materials: errors text content organization documents organization documents
home_record: errors files
settings: errors files organization home_record organization
store: errors files models text content home_record settings settings
roster: errors text filetypes content store
sessions: errors models text content store
organization: errors web
settings: errors files organization home_record organization
documents: errors files web organization organization
exercises: errors registry models content documents store sessions documents
demo: models content store exercises
insights: errors files models text web content documents store sessions documents exercises
breakouts: errors text content documents store sessions documents exercises insights
crosswalk: errors files text web filetypes content documents documents
packets: errors registry files models startup text kernels web content documents settings store settings documents
    exercises insights
exports: errors registry files text web content documents settings store roster sessions settings documents exercises
    insights breakouts packets
forms: errors models web log_limits polling content store sessions exercises
console: errors models text web polling content settings store roster sessions settings exercises insights breakouts
    forms
workshop: errors content documents settings store roster settings documents exercises insights forms
server: errors files models text kernels web log_limits polling content organization documents settings store roster
    exports sessions organization settings documents exercises insights forms workshop
worksheets: errors files models text web filetypes content documents settings store roster settings documents
    exercises forms workshop
rehearsal: errors models text content settings store sessions settings exercises demo insights breakouts forms console
    server
rehearsal: errors models text content settings store sessions settings exercises demo insights breakouts forms console
    server
programs: errors models text filetypes content documents crosswalk settings store roster settings documents exercises
    insights crosswalk
materials: errors text content organization documents organization documents
editor: errors files models text web content settings store sessions settings exercises forms server
maintenance: errors files models text content home_record settings store settings
cli: errors files startup text filetypes content documents crosswalk materials home_record settings store roster
    sessions settings documents demo breakouts crosswalk packets exports server worksheets rehearsal rehearsal
    programs materials editor maintenance
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
