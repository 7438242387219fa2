"""Results panel: live distribution of ratings over states, and which charts participants see."""

from __future__ import annotations

from collections.abc import Sequence

from cluster_kit.console.panel import PanelKind
from cluster_kit.console.snapshot import ANSWERS, EVENTS, Snapshot
from cluster_kit.console.views.results import RatedAreaView, RatedItemView, RatedStateView, ResultsView
from cluster_kit.content.models import ItemsPrompt, PolicyArea
from cluster_kit.content.rating_values import OffScale, format_mean
from cluster_kit.errors import ClusterKitError
from cluster_kit.exercises.prompts import prompts_of
from cluster_kit.insights.national import Counts, National, survey_states
from cluster_kit.insights.result_slides import explain_withheld_chart
from cluster_kit.insights.suppression import (
    AREAS,
    FEWEST,
    TOO_FEW,
    Published,
    publish_areas,
    publish_item,
    read_published,
)
from cluster_kit.sessions.facilitation import ShowPicture
from cluster_kit.sessions.requests import CommandRequest


class UnknownPictureError(ClusterKitError, LookupError):
    """The chart's subject is not rated."""

    def __init__(self, subject: str) -> None:
        self.subject = subject
        super().__init__(f"There is no statement {subject!r} in the instrument. Reload the page.")


class NothingToShowError(ClusterKitError):
    """The chart would have no numbers, because each would count fewer than five states, or would mislead."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason if reason.startswith("Not shown") else f"Not shown: {reason}")


def results_view(snapshot: Snapshot) -> ResultsView:
    """The areas that this session rates, with their items, and the means of the states that have rated."""
    national = survey_states(snapshot.content, snapshot.views)
    areas = list_rated_areas(snapshot)
    names = snapshot.content.jurisdiction_names
    instrument = snapshot.content.instrument
    return ResultsView(
        scale=[*(f"{anchor.value} {anchor.label}" for anchor in instrument.scale), *(one.label for one in OffScale)],
        beside=len(OffScale),
        off_scale={one.value: one.label for one in OffScale},
        top=max(instrument.points, default=0),
        order=[area.id for area in areas],
        shown=sorted(snapshot.session_state.shown),
        withheld=_withheld(snapshot, national, areas),
        areas={area.id: _area(area, national) for area in areas},
        states={
            code: RatedStateView(code=code, name=names.get(code, code), means=_means(code, areas, national))
            for code in national.states
        },
    )


def _withheld(snapshot: Snapshot, national: National, areas: Sequence[PolicyArea]) -> dict[str, str]:
    """By subject, why participants would see no number of a chart, or one that misleads. Shown charts are left out."""
    earlier = read_published(snapshot.session_state.record)
    subjects = [AREAS, *(item.id for area in areas for item in area.items)] if areas else []
    found = {
        subject: _explain(snapshot, national, _publish(snapshot, national, subject, earlier))
        for subject in subjects
        if subject not in snapshot.session_state.shown
    }
    return {subject: reason for subject, reason in found.items() if reason}


def _explain(snapshot: Snapshot, national: National, published: Published) -> str:
    """Why a chart is not offered. Of areas, each row only says that the answers are close; few answers come first."""
    reason = explain_withheld_chart(snapshot.content, published)
    return TOO_FEW if reason and len(national.states) < FEWEST else reason


def _publish(snapshot: Snapshot, national: National, subject: str, earlier: Sequence[Published]) -> Published:
    if subject == AREAS:
        return publish_areas(snapshot.content, national, list_rated_areas(snapshot), earlier)
    return publish_item(snapshot.content, national, subject, earlier)


def list_rated_areas(snapshot: Snapshot) -> list[PolicyArea]:
    """The areas that the session asks to rate, in the instrument's order; all areas if it asks for none.

    Empty for an instrument without a scale.
    """
    if not snapshot.content.instrument.scale:
        return []
    asked = {
        area
        for _, _, prompt in prompts_of(snapshot.content, ItemsPrompt, [snapshot.session.number])
        for area in prompt.areas
    }
    return [area for area in snapshot.content.instrument.areas if area.id in asked or not asked]


def _area(area: PolicyArea, national: National) -> RatedAreaView:
    items = [
        RatedItemView(id=item.id, text=item.label, counts=_list_counts(national.items[item.id])) for item in area.items
    ]
    return RatedAreaView(id=area.id, title=area.title, counts=_list_counts(national.areas[area.id]), items=items)


def _list_counts(counts: Counts) -> list[int]:
    return [*counts.points.values(), *counts.off_scale.values()]


def _means(code: str, areas: Sequence[PolicyArea], national: National) -> dict[str, float | str]:
    """By area, rounded to a tenth, or the id of a choice off the scale; missing if it has not rated the area."""
    found = {area.id: national.means[area.id][code] for area in areas if code in national.means[area.id]}
    return {
        area: mean.value if isinstance(mean, OffScale) else float(format_mean(mean)) for area, mean in found.items()
    }


def put_picture(snapshot: Snapshot, ask: CommandRequest) -> CommandRequest:
    """The command with the chart computed on the server from publishable data, never taken from the page.

    Raises ``UnknownPictureError`` for no such item, and ``NothingToShowError`` if nothing is publishable yet.
    """
    if ask.kind != ShowPicture.kind:
        return ask
    shown = bool(ask.value.get("shown", True))
    if not shown:
        return ask.model_copy(update={"value": {"shown": False}})
    national, earlier = survey_states(snapshot.content, snapshot.views), read_published(snapshot.session_state.record)
    if ask.subject != AREAS and not snapshot.content.instrument.find_item(ask.subject):
        raise UnknownPictureError(ask.subject)
    picture = _publish(snapshot, national, ask.subject, earlier)
    if reason := _explain(snapshot, national, picture):
        raise NothingToShowError(reason)
    return ask.model_copy(update={"value": {"shown": True, "picture": picture.model_dump(mode="json")}})


KIND = PanelKind("results", results_view, (EVENTS, ANSWERS), commands=("show",), prepare=put_picture)
