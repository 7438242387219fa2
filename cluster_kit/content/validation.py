"""Check consistency across files. ``session_checks`` has the checks of sessions."""

from __future__ import annotations

from pathlib import PurePath

from cluster_kit.content import models as m
from cluster_kit.content.between_checks import check_between_sessions
from cluster_kit.content.documents import LocatedMapping
from cluster_kit.content.errors import Problem
from cluster_kit.content.facts_checks import check_examples, check_facts
from cluster_kit.content.findings import Findings
from cluster_kit.content.parts import Parts
from cluster_kit.content.prompt_checks import check_scale
from cluster_kit.content.session_checks import check_sessions
from cluster_kit.content.validation_errors import did_you_mean


def validate_parts(parts: Parts) -> list[Problem]:
    """All problems across the readable parts of a series."""
    found = Findings()
    _check_reference(parts, found)
    _check_framework(parts, found)
    _check_area_files(parts, found)
    check_instrument(parts, found)
    _check_series(parts, found)
    check_sessions(parts, found)
    check_between_sessions(parts, found)
    check_facts(parts, found)
    check_examples(parts, found)
    _check_hosting(parts, found)
    return found.problems


def _check_hosting(parts: Parts, found: Findings) -> None:
    """Each cue is about an exercise of its session, and no exercise has two."""
    if not parts.hosting:
        return
    hosting, data = parts.hosting.model, parts.hosting.data
    found.unique(data, ((("roles", index), role.id) for index, role in enumerate(hosting.roles)), "room role")
    cues = [((one.session, one.exercise), ("cues", index)) for index, one in enumerate(hosting.cues)]
    found.unique(data, ((path, f"{exercise} in session {number}") for (number, exercise), path in cues), "cue")
    exercises = {part.number: [e.model.id for e in part.exercises] for part in parts.sessions if part.complete}
    for (number, exercise), path in cues:
        if number not in {part.number for part in parts.sessions}:
            found.add(data, (*path, "session"), f"there is no session {number}")
        elif number in exercises and exercise not in exercises[number]:
            near = did_you_mean(exercise, exercises[number])
            found.add(data, (*path, "exercise"), f"there is no exercise {exercise!r} in session {number}{near}")


def _check_reference(parts: Parts, found: Findings) -> None:
    """Check the ids of roles, audiences, and jurisdictions, plain-language terms, and time zones."""
    if parts.roles:
        roles = enumerate(parts.roles.model.roles)
        found.unique(parts.roles.data, ((("roles", i), role.id) for i, role in roles), "role")
    if parts.audiences:
        audiences = enumerate(parts.audiences.model.audiences)
        found.unique(parts.audiences.data, ((("audiences", i), a.id) for i, a in audiences), "audience")
    if parts.plain_language:
        terms = enumerate(parts.plain_language.model.terms)
        found.unique(parts.plain_language.data, ((("terms", i), t.term.casefold()) for i, t in terms), "term")
    if parts.jurisdictions:
        data, jurisdictions = parts.jurisdictions.data, parts.jurisdictions.model.jurisdictions
        entries = ((("jurisdictions", i), j.code) for i, j in enumerate(jurisdictions))
        found.unique(data, entries, "jurisdiction")
        tiles = ((("jurisdictions", i, "tile"), j.tile) for i, j in enumerate(jurisdictions) if j.tile)
        found.unique(data, ((place, f"{column}, {row}") for place, (column, row) in tiles), "jurisdiction on the tile")
        for i, jurisdiction in enumerate(jurisdictions):
            for j, zone in enumerate(jurisdiction.time_zones):
                found.time_zone(data, ("jurisdictions", i, "time_zones", j), zone)


def _check_framework(parts: Parts, found: Findings) -> None:
    if not parts.framework:
        return
    groupings, clusters, sub_clusters = [], [], []
    for i, grouping in enumerate(parts.framework.model.groupings):
        groupings.append((("groupings", i), grouping.id))
        for j, cluster in enumerate(grouping.clusters):
            clusters.append((("groupings", i, "clusters", j), cluster.id))
            for k, sub_cluster in enumerate(cluster.sub_clusters):
                sub_clusters.append((("groupings", i, "clusters", j, "sub_clusters", k), sub_cluster.id))
    found.unique(parts.framework.data, groupings, "grouping")
    found.unique(parts.framework.data, clusters, "Cluster")
    found.unique(parts.framework.data, sub_clusters, "Sub-Cluster")


def _check_area_files(parts: Parts, found: Findings) -> None:
    for area in parts.areas:
        stem = PurePath(area.data.mark.file).stem
        if area.model.id != stem:
            found.add(area.data, ("id",), f"the id must be the file's name, {stem!r}, not {area.model.id!r}")


def check_instrument(parts: Parts, found: Findings) -> None:
    """Check the instrument: its scale, ids, anchors, and roles, without series and sessions."""
    if not parts.head:
        return
    head, data = parts.head.model, parts.head.data
    if head.scale:
        check_scale(head.scale, data, ("scale",), found)
    found.unique(data, ((("areas", i), area) for i, area in enumerate(head.areas)), "area")
    if not head.areas:
        found.add(data, ("areas",), "the instrument needs at least one area")
    questions = [(("goals", i), q.id) for i, q in enumerate(head.goals)]
    found.unique(data, [*questions, *((("plan", i), q.id) for i, q in enumerate(head.plan))], "question")
    items: set[str] = set()
    for area in parts.areas:
        for i, item in enumerate(area.model.items):
            if item.id in items:
                found.add(area.data, ("items", i, "id"), f"there is another item {item.id!r} in the instrument")
            items.add(item.id)
            _check_item(parts, area.data, i, item, found)


def _check_item(parts: Parts, data: LocatedMapping, index: int, item: m.Item, found: Findings) -> None:
    points = len(parts.head.model.scale) if parts.head else 0
    if item.anchors and not points:
        found.add(data, ("items", index, "anchors"), "the instrument has no scale: add one, or remove the anchors")
    elif item.anchors and len(item.anchors) != points:
        sentence = f"needs {points} anchors, one for each point of the scale, and has {len(item.anchors)}"
        found.add(data, ("items", index, "anchors"), sentence)
    roles = {role.id for role in parts.roles.model.roles} if parts.roles else set()
    found.known(data, ("items", index, "roles"), item.roles, roles, "role")


def _check_series(parts: Parts, found: Findings) -> None:
    if not parts.series:
        return
    series, data = parts.series.model, parts.series.data
    folder = PurePath(data.mark.file).parent.name
    if series.id != folder:
        found.add(data, ("id",), f"the id must be the folder's name, {folder!r}, not {series.id!r}")
    found.time_zone(data, ("time_zone",), series.time_zone)
    if not series.schedule:
        found.add(data, ("schedule",), "the schedule needs at least one session")
    found.unique(data, ((("schedule", i), str(x.session)) for i, x in enumerate(series.schedule)), "session")
    for i, meeting in enumerate(series.schedule):
        if meeting.end <= meeting.start:
            found.add(data, ("schedule", i, "end"), "the session must end after it starts")
        before = series.schedule[i - 1] if i else None
        if before and (meeting.session < before.session or meeting.date <= before.date):
            found.add(data, ("schedule", i), "sessions must be in the order of their numbers and dates")
