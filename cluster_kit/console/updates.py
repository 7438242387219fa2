"""Updates of the console's panels: what has changed in a view, as one frozen model for each panel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args, get_origin

from pydantic import SerializerFunctionWrapHandler, create_model, model_serializer

from cluster_kit.console.views import VIEWS
from cluster_kit.console.views.base import PanelView
from cluster_kit.models import Json, Outgoing


class _Partial(Outgoing):
    """Some fields of another model: those that are not set are not sent."""

    @model_serializer(mode="wrap")
    def _write_set_fields(self, handler: SerializerFunctionWrapHandler) -> Json:
        return {name: value for name, value in handler(self).items() if name in self.model_fields_set}


class PanelUpdate(Outgoing):
    """A changed view. ``whole``: ``changed`` is all of it, and nothing of an earlier one remains.

    ``changed`` has the fields that are replaced. Of a field that maps ids to models, ``entries`` has the entries that
    are added or replaced, and None for those that are removed. ``now`` is the server's time, ``seq`` the newest event
    in the view: commands carry it as their basis.
    """

    type: Literal["view"] = "view"
    panel: str
    now: str
    seq: int = 0
    whole: bool = False


def _maps_ids(annotation: Any) -> bool:
    return get_origin(annotation) is dict


def _build_model(panel: str, view: type[PanelView]) -> type[PanelUpdate]:
    fields = {key: field.annotation for key, field in view.model_fields.items()}
    maps = {key: get_args(annotation) for key, annotation in fields.items() if _maps_ids(annotation)}
    parts = {"changed": _build_partial(view, "Changes", fields)}
    if maps:
        entries = {key: dict[ids, values | None] for key, (ids, values) in maps.items()}  # type: ignore[valid-type]
        parts["entries"] = _build_partial(view, "Entries", entries)
    name, doc = _name(view, "Update"), f"A changed ``{view.__name__}``."
    definitions: Any = {"panel": (Literal[panel], ...), **{key: (part, ...) for key, part in parts.items()}}
    model: type[PanelUpdate] = create_model(name, __base__=PanelUpdate, __doc__=doc, **definitions)
    return model


def _build_partial(view: type[PanelView], suffix: str, fields: Mapping[str, Any]) -> type[_Partial]:
    doc = f"Changed {'entries' if suffix == 'Entries' else 'fields'} of ``{view.__name__}``."
    definitions: Any = {key: (annotation, None) for key, annotation in fields.items()}
    model: type[_Partial] = create_model(_name(view, suffix), __base__=_Partial, __doc__=doc, **definitions)
    return model


def _name(view: type[PanelView], suffix: str) -> str:
    return view.__name__.removesuffix("View") + suffix


UPDATES: Mapping[str, type[PanelUpdate]] = {panel: _build_model(panel, view) for panel, view in VIEWS.items()}
"""The update of each panel, by the name of its module."""


def build_whole_update(panel: str, view: PanelView, now: str, seq: int = 0) -> PanelUpdate:
    """The whole view as an update."""
    whole = {key: getattr(view, key) for key in VIEWS[panel].model_fields}
    return _write(panel, whole, {}, now=now, seq=seq, whole=True)


def build_update(panel: str, view: PanelView, earlier: PanelView, now: str, seq: int = 0) -> PanelUpdate | None:
    """What has changed since the earlier view; None if nothing has."""
    changed: Json = {}
    entries: Json = {}
    for key, field in VIEWS[panel].model_fields.items():
        new, old = getattr(view, key), getattr(earlier, key)
        if new == old:
            continue
        if _maps_ids(field.annotation):
            removed = dict.fromkeys(old.keys() - new.keys())
            entries[key] = {one: value for one, value in new.items() if one not in old or old[one] != value} | removed
        else:
            changed[key] = new
    return _write(panel, changed, entries, now=now, seq=seq) if changed or entries else None


def _write(panel: str, changed: Json, entries: Json, **about: Any) -> PanelUpdate:
    model = UPDATES[panel]
    parts: Json = {"entries": entries} if "entries" in model.model_fields else {}
    return model.model_validate({"panel": panel, "changed": changed, **about, **parts})
