"""Dependencies point one way: the list here is exactly what the code imports, and has no cycle."""

from __future__ import annotations

import subprocess
import sys

from docs.make_layers import BEGIN, END, PAGE, find_imports, write_layers

# Each package or root module, and those of ours that it imports; the lowest first. It is drawn in
# docs/explanation/architecture.md.
LISTED = """
errors:
models:
spreadsheets:
startup:
temporary_folders:
text:
files: errors
kernels: errors
log_limits: errors
process_pool: startup
registry: errors
web: errors
mail_account: errors
mail_log: errors models files
filetypes: errors files text
home_record: errors files
organization: errors text web
polling: log_limits
content: errors spreadsheets temporary_folders models text files registry web filetypes
documents: errors text files web organization
settings: errors text files home_record organization mail_account
crosswalk: errors spreadsheets text files web filetypes content documents
materials: errors text organization content documents
store: errors models text files home_record mail_log content settings
maintenance: errors models text files home_record mail_log content settings store
roster: errors text filetypes content store
sessions: errors models text content store
exercises: errors models text registry content documents store sessions
demo: models content store exercises
forms: errors models log_limits web polling content store sessions exercises
insights: errors models text files web content documents store sessions exercises
breakouts: errors text content documents store sessions exercises insights
packets: errors models text files kernels process_pool registry web content documents settings store exercises insights
programs: errors temporary_folders models text filetypes content documents settings crosswalk store roster exercises
    insights
workshop: errors content documents settings store roster exercises forms insights
console: errors temporary_folders models text web polling content settings store roster sessions exercises forms
    insights breakouts
exports: errors spreadsheets text files registry web mail_account mail_log content documents settings store roster
    sessions exercises insights breakouts packets
mailing: errors text files mail_account mail_log store exports
worksheets: errors temporary_folders models text files process_pool web filetypes content documents settings store
    roster exercises forms workshop
server: errors temporary_folders models text files filetypes kernels log_limits web organization polling content
    documents settings store
    roster sessions exercises forms insights workshop exports
editor: errors temporary_folders models text files web content settings store sessions exercises forms server
rehearsal: errors models text content settings store roster sessions exercises demo forms insights breakouts console
    server
cli: errors temporary_folders startup text files process_pool filetypes home_record mail_account mail_log content
    documents settings crosswalk
    materials store maintenance
    roster sessions demo insights breakouts packets programs exports mailing worksheets server editor rehearsal
"""
IMPORTS = {
    package: set(imported.split())
    for package, imported in (line.split(":") for line in LISTED.replace("\n    ", " ").strip().splitlines())
}


def test_the_list_is_what_the_code_imports() -> None:
    assert find_imports() == IMPORTS
    lines = [line.replace(":", "").split() for line in LISTED.replace("\n    ", " ").strip().splitlines()]
    assert sorted(IMPORTS) == sorted(line[0] for line in lines), "each package is listed once"
    assert [line[0] for line in lines if len({*line}) < len(line)] == []


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
