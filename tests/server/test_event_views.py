"""What pages receive of featured examples."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cluster_kit.content import load_content
from cluster_kit.server.pages.gallery import read_gallery
from cluster_kit.server.stream.event_views import example_view, featured_examples
from cluster_kit.settings import sqlite_url
from cluster_kit.store import Person, Store
from tests.store.samples import answer

CONTENT = load_content("2026")
KEY = "OH/examples/a"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An anonymous example of Ohio that names two of its people."""
    with Store.open(sqlite_url(tmp_path / "kept.sqlite3")) as store:
        for name in ("Ana Ruiz", "Dee Moss"):
            store.add_person(Person(id=name[:3].lower(), series="2026", jurisdiction="OH", name=name))
        cells = {"title": "Ask Dee Moss", "done": "Ana Ruiz and Dee Moss met.", "may_share": "anonymous"}
        for column, value in cells.items():
            store.append([answer(exercise="examples", prompt=f"examples.{column}", row="a", value=value)])
        yield store


@pytest.mark.parametrize("code", ["OH", "GU", ""])
def test_an_anonymous_example_names_nobody_who_has_moved(store: Store, code: str) -> None:
    for id_ in ("ana", "dee"):
        person = store.find_person(id_)
        assert person
        store.change_person(person.model_copy(update={"jurisdiction": code}))
    (featured,) = (
        example_view(CONTENT, one) for one in featured_examples(CONTENT, store, [KEY, "OH", "OH/examples/gone"])
    )
    assert (featured.title, featured.state) == ("Ask …", None)
    assert [words for _, words in featured.facts] == ["… and … met."]
    (picture,) = read_gallery(CONTENT, store, "GU", "").shown
    assert picture.title == "Ask …"
    assert not any(name in str(picture) for name in ("Ruiz", "Moss"))


def test_the_gallery_lists_every_source_of_a_published_example_by_a_name_of_its_own(store: Store) -> None:
    for entry in read_gallery(CONTENT, store, "GU", "").published:
        assert [source.address for source in entry.example.sources] == [entry.example.address, *entry.example.also]
        assert len({source.name for source in entry.example.sources}) == len(entry.example.sources), entry.example.id


def test_pages_of_one_site_are_numbered() -> None:
    addresses = ("https://www.example.org/a", "https://example.com/b", "https://example.org/c")
    example = CONTENT.examples[0].model_copy(update={"link": "The page", "also": addresses})
    names = [source.name for source in example.sources]
    assert names == ["The page", "example.org, page 1", "example.com", "example.org, page 2"]


def test_nothing_is_read_where_nothing_is_featured(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "people", None)
    assert featured_examples(CONTENT, store, []) == []
