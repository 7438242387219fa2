"""Write the instrument to YAML files in an organization's pack."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from cluster_kit.content import folders as at
from cluster_kit.content import models as m
from cluster_kit.content.folders import Folders
from cluster_kit.content.pack_reader import Reader, read_instrument_parts
from cluster_kit.errors import ClusterKitError

_HEADER = """\
# Imported with `cluster-kit instrument import`. Words may be changed here too; ids stay, since answers are kept under
# them. Another import replaces this file.
"""


class InstrumentNotSavedError(ClusterKitError, RuntimeError):
    """The files did not match the instrument when they were read back. Nothing was changed."""


class _Dumper(yaml.SafeDumper):
    """Represent multi-line text as a block scalar."""


def _text_node(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text_node)


def save_instrument(instrument: m.Instrument, overlay: Path) -> Path:
    """Write the instrument's files to ``overlay/instrument``, replacing existing ones, and return the folder.

    The files are written beside the folder, read back, and compared before they replace it. Raises
    ``InstrumentNotSavedError`` if they differ.
    """
    target = overlay / "instrument"
    overlay.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=overlay) as temporary:
        pack, old = Path(temporary) / "pack", Path(temporary) / "old"
        for relative, data in _files(instrument).items():
            path = pack / relative
            path.parent.mkdir(parents=True, exist_ok=True)
            text = yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)
            path.write_text(_HEADER + text, encoding="utf-8", newline="\n")
        if read_instrument_parts(Reader(Folders((pack, at.SHIPPED)))).instrument != instrument:
            raise InstrumentNotSavedError("The instrument has text that cannot be written to its files unchanged.")
        _put_in_place(pack / "instrument", target, old)
    return target


def compare_ids(instrument: m.Instrument, overlay: Path) -> tuple[list[str], list[str]]:
    """The ids of items and questions that this instrument adds to the current one, and of those that it removes.

    Answers are stored by id, so the answers of a removed id are no longer shown.
    """
    now = read_instrument_parts(Reader(Folders.over_shipped(overlay))).instrument
    old, new = _ids(now) if now else [], _ids(instrument)
    return [id_ for id_ in new if id_ not in old], [id_ for id_ in old if id_ not in new]


def _ids(instrument: m.Instrument) -> list[str]:
    questions = [question.id for question in (*instrument.goals, *instrument.plan)]
    return [item.id for item in instrument.items] + questions


def _put_in_place(new: Path, target: Path, old: Path) -> None:
    """Replace the target folder by renames. It is never a mixture; the previous folder moves to ``old``."""
    if not target.exists():
        os.rename(new, target)
        return
    os.rename(target, old)
    try:
        os.rename(new, target)
    except OSError:
        os.rename(old, target)
        raise


def _files(instrument: m.Instrument) -> Mapping[str, dict[str, Any]]:
    head = {
        "schema_version": m.SCHEMA_VERSION,
        **instrument.model_dump(mode="json", include={"title", "version", "wording", "about", "rule"}),
        **instrument.model_dump(mode="json", include={"scale", "goals", "plan"}),
        "areas": [area.id for area in instrument.areas],
    }
    areas = {at.area_file(area.id): area.model_dump(mode="json") for area in instrument.areas}
    return {at.INSTRUMENT_FILE: head, **areas}
