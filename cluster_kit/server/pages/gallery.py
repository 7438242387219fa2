"""The gallery: what states have done and let other states see, and what one's own state has written."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from markupsafe import Markup

from cluster_kit.content.models import Content
from cluster_kit.documents.html import html_text
from cluster_kit.exercises.labels import vocabulary
from cluster_kit.insights.peers import Example, OwnExample, example_exercises, read_own_examples, read_shared_examples
from cluster_kit.server.handlers import PageHandler
from cluster_kit.store import Store


@dataclass(frozen=True)
class GalleryPicture:
    """Another state's example. ``state`` is empty where it travels without its name; ``facts`` have safe links."""

    state: str
    title: str
    area: str
    facts: tuple[tuple[str, Markup], ...]


@dataclass(frozen=True)
class Own:
    """An example of one's own state, and where its rung on the sharing ladder can be changed."""

    title: str
    rung: str
    is_shared: bool
    session: int
    where: str


@dataclass(frozen=True)
class Area:
    """A policy area to choose, and how many examples of other states are in it."""

    id: str
    title: str
    count: int


@dataclass(frozen=True)
class Gallery:
    """What the page shows: other states' examples in the chosen area ("" is all), newest first, and one's own."""

    shown: tuple[GalleryPicture, ...]
    own: tuple[Own, ...]
    areas: tuple[Area, ...]
    chosen: str
    total: int


def read_gallery(content: Content, store: Store, jurisdiction: str, area: str) -> Gallery:
    """The gallery as people of a state ("" for facilitators) may see it now. An unknown area counts as all."""
    series = content.series.id
    given = [said for exercise in example_exercises(content) for said in store.current(series, exercise=exercise)]
    shared = read_shared_examples(content, given, store.people(series))
    others = [example for code, of in shared.items() if code != jurisdiction for example in of]
    others.sort(key=lambda example: -example.seq)
    titles = vocabulary(content, "areas")
    chosen = area if area in titles else ""
    counts = {one: sum(example.area == one for example in others) for one in titles}
    own = read_own_examples(content, [said for said in given if said.jurisdiction == jurisdiction])
    return Gallery(
        shown=tuple(_shown(example, titles) for example in others if chosen in ("", example.area)),
        own=tuple(_own(content, example) for example in own),
        areas=tuple(Area(one, title, counts[one]) for one, title in titles.items() if counts[one] or one == chosen),
        chosen=chosen,
        total=len(others),
    )


def _shown(example: Example, titles: dict[str, str]) -> GalleryPicture:
    facts = tuple((label, Markup(html_text(words))) for label, words in example.facts)  # noqa: S704  (escaped there)
    return GalleryPicture(example.state, example.title, titles.get(example.area, ""), facts)


def _own(content: Content, example: OwnExample) -> Own:
    exercise = content.get_session(example.session).find_exercise(example.exercise)
    segment = exercise.segment.value if exercise else ""
    where = f"/session/{example.session}#segment-{segment}"
    return Own(example.title, example.rung, example.is_shared, example.session, where)


class GalleryHandler(PageHandler):
    """The gallery's page, for whoever wears a badge."""

    async def get(self) -> None:
        """Examples of other states, ``?area=`` for one policy area alone; one's own with who may see them."""
        if self.person is None:
            self.set_status(403)
            self.write_page("welcome.html.j2")
            return
        area = self.get_query_argument("area", "")
        person, store = self.person, self.context.store
        gallery = await asyncio.to_thread(read_gallery, self.content, store, person.jurisdiction, area)
        self.write_page("gallery.html.j2", gallery=gallery)
