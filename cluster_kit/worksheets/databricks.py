"""Notebooks as Databricks exports them: a line above the JSON, or a Python file with the cells as comments."""

from __future__ import annotations

import json

_FIRST_LINE = "# Databricks notebook source"
_CELL_END, _MAGIC, _MARKDOWN = "# COMMAND ----------", "# MAGIC", "%md"


def find_databricks_notebook(text: str) -> str | None:
    """The notebook's JSON; None if this is no export from Databricks."""
    first, _, rest = text.lstrip().partition("\n")
    if not first.startswith(_FIRST_LINE):
        return None
    if rest.lstrip().startswith("{"):
        return rest.lstrip()
    cells = [{"cell_type": "markdown", "source": _uncomment(cell)} for cell in rest.split(_CELL_END)]
    return json.dumps({"nbformat": 4, "cells": cells, "metadata": {}})


def _uncomment(cell: str) -> str:
    lines = [line.removeprefix(_MAGIC).removeprefix(" ") for line in cell.strip("\n").split("\n")]
    return "\n".join(lines).removeprefix(_MARKDOWN).lstrip()
