"""The gallery: examples that states share, published examples, and those of the user's own state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from cluster_kit.content.models import Content, PublishedExample
from cluster_kit.documents.html import html_text
from cluster_kit.exercises.labels import vocabulary_labels
from cluster_kit.exercises.published import format_page_date, format_states, newest_first
from cluster_kit.insights.peers import Example, OwnExample, example_exercises, read_own_examples, read_shared_examples
from cluster_kit.server.handlers import PageHandler
from cluster_kit.server.store_calls import read_store
from cluster_kit.store import Store


@dataclass(frozen=True)
class GalleryEntry:
    """Another state's example. ``state`` is empty if it is shared anonymously; ``facts`` have safe links."""

    state: str
    title: str
    area: str
    facts: tuple[tuple[str, Markup], ...]


@dataclass(frozen=True)
class PublishedEntry:
    """A published example. ``areas`` are titles of policy areas."""

    states: str
    areas: str
    as_of: str
    example: PublishedExample


@dataclass(frozen=True)
class OwnExampleView:
    """An example of the user's own state, with the address at which its rung on the sharing ladder can be changed."""

    title: str
    rung: str
    is_shared: bool
    session: int
    where: str


@dataclass(frozen=True)
class GalleryArea:
    """A policy area to choose, with the number of other states' and published examples in it."""

    id: str
    title: str
    count: int


@dataclass(frozen=True)
class Gallery:
    """Data of the page: other states' and published examples in the chosen area ("" is all), and the user's own."""

    shown: tuple[GalleryEntry, ...]
    published: tuple[PublishedEntry, ...]
    own: tuple[OwnExampleView, ...]
    areas: tuple[GalleryArea, ...]
    chosen: str
    total: int


def read_gallery(content: Content, store: Store, jurisdiction: str, area: str) -> Gallery:
    """The gallery as people of a state ("" for facilitators) may see it. An unknown area counts as all."""
    series = content.series.id
    given = [
        response for exercise in example_exercises(content) for response in store.current(series, exercise=exercise)
    ]
    shared = read_shared_examples(content, given, store.people(series))
    others = [example for code, of in shared.items() if code != jurisdiction for example in of]
    others.sort(key=lambda example: -example.seq)
    titles = vocabulary_labels(content, "areas")
    chosen = area if area in titles else ""
    counts = {
        one: sum(example.area == one for example in others) + sum(one in example.areas for example in content.examples)
        for one in titles
    }
    own = read_own_examples(content, [response for response in given if response.jurisdiction == jurisdiction])
    return Gallery(
        shown=tuple(_shown(example, titles) for example in others if chosen in ("", example.area)),
        published=tuple(
            _published(content, example, titles)
            for example in newest_first(content.examples)
            if chosen in ("", *example.areas)
        ),
        own=tuple(_own(content, example) for example in own),
        areas=tuple(
            GalleryArea(one, title, counts[one]) for one, title in titles.items() if counts[one] or one == chosen
        ),
        chosen=chosen,
        total=len(others) + len(content.examples),
    )


def _published(content: Content, example: PublishedExample, titles: Mapping[str, str]) -> PublishedEntry:
    areas = ", ".join(titles[area] for area in example.areas if area in titles)
    return PublishedEntry(format_states(content, example), areas, format_page_date(example), example)


def _shown(example: Example, titles: dict[str, str]) -> GalleryEntry:
    facts = tuple((label, Markup(html_text(words))) for label, words in example.facts)  # noqa: S704  (escaped there)
    return GalleryEntry(example.state, example.title, titles.get(example.area, ""), facts)


def _own(content: Content, example: OwnExample) -> OwnExampleView:
    exercise = content.get_session(example.session).find_exercise(example.exercise)
    segment = exercise.segment.value if exercise else ""
    where = f"/session/{example.session}#segment-{segment}"
    return OwnExampleView(example.title, example.rung, example.is_shared, example.session, where)


class GalleryHandler(PageHandler):
    """The gallery page, for logged-in users."""

    async def get(self) -> None:
        """Other states' and published examples, filtered by ``?area=``; the user's own with their audiences."""
        if self.person is None:
            self.write_welcome()
            return
        area = self.get_query_argument("area", "")
        person, store = self.person, self.context.store
        gallery = await read_store(read_gallery, self.content, store, person.jurisdiction, area)
        self.write_page("gallery.html.j2", gallery=gallery)
