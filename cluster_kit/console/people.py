"""Who is here, state by state, and who may need help."""

from __future__ import annotations

from cluster_kit.console.panel import PanelKind
from cluster_kit.console.snapshot import ANSWERS, EVENTS, PEOPLE, Snapshot
from cluster_kit.insights.progress import PresenceStatus, StatePresence, find_being, find_stuck, who_is_here
from cluster_kit.insights.tiles import tile_grid
from cluster_kit.models import Json

NOT_HERE = "not here"


def people_view(sight: Snapshot) -> Json:
    """How many people are here and how, who is stuck, and under ``state <code>`` each jurisdiction's tile."""
    here = who_is_here(sight.presence, sight.at)
    stuck = find_stuck(sight.content, sight.session.number, sight.standing, here, sight.steps, sight.at)
    helpless = {one.jurisdiction for one in stuck}
    beings = [find_being(one, sight.at) for one in sight.presence if one.jurisdiction]
    tiles = {
        f"state {state.code}": _tile(state.code, state.name, here.get(state.code), state.code in helpless)
        for state in sight.content.jurisdictions
    }
    grid = tile_grid(sight.content)
    return {
        "states": sum(state.here > 0 for state in here.values()),
        "people": sum(being is not PresenceStatus.AWAY for being in beings),
        "beings": {being.value: beings.count(being) for being in PresenceStatus},
        "stuck": [{"state": one.jurisdiction, "sentence": one.sentence} for one in stuck],
        "order": [state.code for state in sight.content.jurisdictions],
        "grid": {code: list(place) for code, place in grid.items()},
        **tiles,
    }


def _tile(code: str, name: str, state: StatePresence | None, is_stuck: bool) -> Json:
    being = state.being.value if state else NOT_HERE
    here, people = (state.here, state.people) if state else (0, 0)
    return {"code": code, "name": name, "being": being, "here": here, "people": people, "stuck": is_stuck}


KIND = PanelKind("people", people_view, (EVENTS, ANSWERS, PEOPLE))
