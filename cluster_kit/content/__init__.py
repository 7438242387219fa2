"""The workshop as data."""

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
