"""No one takes the name of those who run the workshop: neither by a team's code nor by a registration."""

from __future__ import annotations

import httpx
import pytest
from bs4 import BeautifulSoup

from cluster_kit.roster.codes import list_codes
from cluster_kit.roster.names.reserved_names import is_reserved
from cluster_kit.server.auth.cookies import find_xsrf_token
from cluster_kit.store import Person, Store
from tests.serving import FAY, Server

STATE = "WY"
REFUSED = "This name belongs to the people who run the workshop."
ORGANIZATION = "Example Association"
FACILITATORS = [Person(id="fay", series="demo", jurisdiction="", name="Fay Sample")]


def join(server: Server, name: str) -> httpx.Response:
    """Join with the team's code and this name, from a browser without cookies."""
    with Store.open(server.settings.db_url) as store:
        code = list_codes(store, "demo", [STATE])[STATE]
    with server.client() as client:
        client.get("/join")
        token = find_xsrf_token(client.cookies)
        page = client.post("/join", data={"code": code, "_xsrf": token})
        field = BeautifulSoup(page.text, "lxml").select_one("input[name=pass]")
        assert field, page.text
        return client.post("/join", data={"pass": str(field["value"]), "name": name, "_xsrf": token})


@pytest.mark.parametrize(
    "name", ["Facilitator", "F\u0430cilitator", "Robin (facilitator)", "FAY SAMPLE", "Sample, Fay"]
)
def test_no_one_joins_as_a_facilitator(server: Server, name: str) -> None:
    answer = join(server, name)
    assert answer.status_code == 400
    assert REFUSED in answer.text
    with Store.open(server.settings.db_url) as store:
        assert name not in [one.name for one in store.people("demo", STATE)]
        fay = store.find_person(FAY)
    assert fay
    assert fay.is_facilitator


def test_a_person_whose_name_is_a_facilitators_joins_with_an_initial(server: Server) -> None:
    answer = join(server, "Fay B. Sample")
    assert answer.status_code == 303


@pytest.mark.parametrize(
    "name",
    [
        "The facilitators",
        "Moderadora",
        "Host",
        "Staff",
        "EXAMPLE  ASSOCIATION",
        "Ex\u00e1mple Association",
        "Example Association support",
        "Workshop Staff",
        "Support team",
        "Soporte t\u00e9cnico",
        "Fay S\u00e1mple",
    ],
)
def test_names_of_the_organization_and_of_titles_are_reserved(name: str) -> None:
    assert is_reserved(name, FACILITATORS, ORGANIZATION)


@pytest.mark.parametrize("name", ["Ana Host", "Fay Samples", "Ann Perkins", "Jo Example", "Ada Lovelace"])
def test_names_of_other_people_are_not_reserved(name: str) -> None:
    assert not is_reserved(name, FACILITATORS, ORGANIZATION)
    assert not is_reserved(name, FACILITATORS, "Perkins")
    assert not is_reserved(name, [])
