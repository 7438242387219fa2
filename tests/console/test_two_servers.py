"""Two facilitators on two servers with one PostgreSQL database: each sees the other's commands at the next poll."""

from __future__ import annotations

from cluster_kit.console import Console
from cluster_kit.content import load_content
from cluster_kit.store import Store
from tests.console.seeding import add_facilitator, add_teams, rate


def test_what_one_does_the_other_sees_whatever_the_server(postgres_database: str) -> None:
    content = load_content("2026")
    with Store.open(postgres_database) as one, Store.open(postgres_database) as other:
        fay, gus = add_facilitator(one, "2026"), add_facilitator(other, "2026", "gus", "Gus Sample")
        first, second = Console(content, 1, one, fay), Console(content, 1, other, gus)
        asked = {"type": "do", "id": "begin", "kind": "segment", "subject": "framing"}
        assert first.run_of_show().receive(asked)[0]["type"] == "done"
        rate(one, content, 1, add_teams(one, content, 3))
        for console in (first, second):
            console.close()
            console.update()
        shows = [console.run_of_show().view for console in (first, second)]
        assert shows[0] == shows[1]
        assert shows[1]["parts"][0]["state"] == "now"
        assert [line["who"] for line in second.record().view["done"]] == ["Fay Sample"]
        assert {"AL", "AK", "AZ"} <= second.results().view["states"].keys()
        again = second.run_of_show().receive({**asked, "id": "begin-too"})[0]
        assert (again["type"], again["sentence"].endswith("is the present segment already.")) == ("refused", True)
