"""The workshop as data: models, loading, checks, and the shipped packs.

Begin with ``models`` (all models), ``loading`` (``load_content``), and ``pack_reader`` (files to models).
``prompt_base``, ``prompt_kinds``, and ``prompts`` have the prompts; ``validation`` and the modules named
``..._checks`` check across files.
"""

from cluster_kit.content.errors import (
    ContentError,
    Problem,
    UnknownExerciseError,
    UnknownJurisdictionError,
    UnknownSeriesError,
    UnknownSessionError,
)
from cluster_kit.content.loading import (
    check_content,
    find_newest_series,
    list_real_series,
    list_series,
    load_content,
    load_instrument,
    load_roles,
    load_series,
)
from cluster_kit.content.models import Content, Depth, Exercise, Instrument, Jurisdiction, Scope, Series, Session, When

__all__ = [
    "Content",
    "ContentError",
    "Depth",
    "Exercise",
    "Instrument",
    "Jurisdiction",
    "Problem",
    "Scope",
    "Series",
    "Session",
    "UnknownExerciseError",
    "UnknownJurisdictionError",
    "UnknownSeriesError",
    "UnknownSessionError",
    "When",
    "check_content",
    "find_newest_series",
    "list_real_series",
    "list_series",
    "load_content",
    "load_instrument",
    "load_roles",
    "load_series",
]
