"""How ratings are distributed over states, while they are given; and what of it participants see."""

from __future__ import annotations

from collections.abc import Sequence

from cluster_kit.console.panel import PanelKind
from cluster_kit.console.snapshot import ANSWERS, EVENTS, Snapshot
from cluster_kit.content.models import ItemsPrompt, PolicyArea
from cluster_kit.errors import ClusterKitError
from cluster_kit.exercises.prompts import prompts_of
from cluster_kit.insights.national import Counts, National, survey
from cluster_kit.insights.suppression import AREAS, publish_areas, publish_item, read_published
from cluster_kit.models import Json
from cluster_kit.sessions.facilitation import ShowPicture
from cluster_kit.sessions.requests import CommandRequest


class UnknownPictureError(ClusterKitError, LookupError):
    """A picture of something that is not rated."""

    def __init__(self, subject: str) -> None:
        self.subject = subject
        super().__init__(f"There is no statement {subject!r} in the instrument. Load the page again.")


class NothingToShowError(ClusterKitError):
    """A picture that would hold no number, since fewer than five states would show in each."""

    def __init__(self) -> None:
        super().__init__(
            "Not shown: participants would see no number. They see counts of five or more states only, "
            "and too few have answered, or all but a few stand at the same place."
        )


def results_view(sight: Snapshot) -> Json:
    """Under ``area <id>`` each area that this session rates, with its items; under ``state <code>`` a state's means.

    Counts are in the order of ``scale``, whose last entry is for states that are not sure.
    """
    national = survey(sight.content, sight.views)
    areas = list_rated_areas(sight)
    names = {state.code: state.name for state in sight.content.jurisdictions}
    return {
        "scale": [f"{anchor.value} {anchor.label}" for anchor in sight.content.instrument.scale] + ["Not sure yet"],
        "top": sight.content.instrument.scale[-1].value,
        "order": [area.id for area in areas],
        "shown": sorted(sight.standing.shown),
        **{f"area {area.id}": _area(area, national) for area in areas},
        **{
            f"state {code}": {"code": code, "name": names.get(code, code), "means": _means(code, areas, national)}
            for code in national.states
        },
    }


def list_rated_areas(sight: Snapshot) -> list[PolicyArea]:
    """The areas that the session asks to rate, in the instrument's order; where it asks for none, all of them."""
    asked = {
        area for _, _, prompt in prompts_of(sight.content, ItemsPrompt, [sight.session.number]) for area in prompt.areas
    }
    return [area for area in sight.content.instrument.areas if area.id in asked or not asked]


def _area(area: PolicyArea, national: National) -> Json:
    items = [{"id": item.id, "text": item.text, "counts": _line_up(national.items[item.id])} for item in area.items]
    return {"id": area.id, "title": area.title, "counts": _line_up(national.areas[area.id]), "items": items}


def _line_up(counts: Counts) -> list[int]:
    return [*counts.points.values(), counts.unsure]


def _means(code: str, areas: Sequence[PolicyArea], national: National) -> dict[str, float | None]:
    """By area, rounded to a tenth; None where the state is not sure, absent where it has rated nothing."""
    found = {area.id: national.means[area.id][code] for area in areas if code in national.means[area.id]}
    return {area: None if mean is None else round(mean, 1) for area, mean in found.items()}


def put_picture(sight: Snapshot, ask: CommandRequest) -> CommandRequest:
    """What is shown to participants is made here, from what they may see, and never taken from the page."""
    if ask.kind != ShowPicture.kind:
        return ask
    shown = bool(ask.value.get("shown", True))
    if not shown:
        return ask.model_copy(update={"value": {"shown": False}})
    national, earlier = survey(sight.content, sight.views), read_published(sight.standing.record)
    if ask.subject == AREAS:
        picture = publish_areas(sight.content, national, list_rated_areas(sight), earlier)
    elif sight.content.instrument.find_item(ask.subject):
        picture = publish_item(sight.content, national, ask.subject, earlier)
    else:
        raise UnknownPictureError(ask.subject)
    if not any(row.parts for row in picture.rows):
        raise NothingToShowError
    return ask.model_copy(update={"value": {"shown": True, "picture": picture.model_dump(mode="json")}})


KIND = PanelKind("results", results_view, (EVENTS, ANSWERS), does=("show",), prepare=put_picture)
