"""The crosswalk's content before any import."""

from __future__ import annotations

from pathlib import Path

import pytest

from cluster_kit.content import ContentError, check_content
from cluster_kit.content.crosswalk_files import CrosswalkContent, load_crosswalk_content
from cluster_kit.crosswalk.places import FormerClusterLookup, Places


def test_all_sixteen_clusters_went_somewhere_and_every_cluster_came_from_one(content: CrosswalkContent) -> None:
    national = [former for former in content.former_clusters if not former.added_by_states]
    assert len(national) == 16
    reached = {became.cluster for former in national for became in former.became}
    assert reached == {cluster.id for cluster in content.framework.clusters}


def test_stem_was_divided_and_finance_was_not(content: CrosswalkContent) -> None:
    became = {former.id: former.became for former in content.former_clusters}
    assert len(became["stem"]) == 6
    assert {one.share for one in became["stem"]} == {"part"}
    assert [one.cluster for one in became["finance"]] == ["financial_services"]


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("Finance", "finance"),
        ("06", "finance"),
        ("06 - Finance", "finance"),
        ("AGRICULTURE, FOOD AND NATURAL RESOURCES", "agriculture_food_natural_resources"),
        ("STEM", "stem"),
        ("Science, Technology, Engineering, and Mathematics", "stem"),
        ("Transportation, Distribution & Logistic", "transportation_distribution_logistics"),
        ("Cosmic Affairs", None),
        ("", None),
    ],
)
def test_a_former_cluster_is_known_by_many_names(content: CrosswalkContent, name: str, id_: str | None) -> None:
    assert FormerClusterLookup(content.former_clusters).find(name) == id_


def test_names_of_clusters_are_found_in_spite_of_small_slips(content: CrosswalkContent) -> None:
    places = Places(content.framework)
    assert places.find_cluster("arts entertainment and design") == "arts_entertainment_design"
    assert places.find_sub_cluster("Programs") is None
    assert places.find_sub_cluster("Market Research, Analytics & Ethic") == "market_research_analytics_ethics"


def test_a_pack_that_names_an_unknown_cluster_is_told_where(tmp_path: Path) -> None:
    path = tmp_path / "crosswalk" / "former_clusters.yaml"
    path.parent.mkdir()
    path.write_text(
        "schema_version: 1\nformer_clusters:\n"
        "  - id: finance\n    title: Finance\n    became: [{cluster: moon, share: most}]\n",
        encoding="utf-8",
    )
    with pytest.raises(ContentError, match="there is no Cluster 'moon'"):
        load_crosswalk_content(tmp_path)
    assert any("there is no Cluster 'moon'" in problem.sentence for problem in check_content(tmp_path))
