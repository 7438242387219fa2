"""The prompt for decisions about a state's programs. Content loads it through an entry point."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from cluster_kit.content.fields import Slug
from cluster_kit.content.prompt_base import ExtensionPrompt
from cluster_kit.models import Json
from cluster_kit.text import count_of

if TYPE_CHECKING:
    from cluster_kit.content.models import Content, TablePrompt

PROGRAMS_ADDRESS = (3, "program_crosswalk", "decisions")
"""Session, exercise, and prompt under which program decisions are stored, in every series."""


class ProgramsPrompt(ExtensionPrompt):
    """Assign the state's programs to the Framework, from a list uploaded to the file prompt ``file``.

    Behaves as a table whose rows are groups of programs (row id: the group's key, see the crosswalk's documentation)
    with three columns: ``cluster`` and ``sub_cluster`` (value: an id of the Framework) and ``note`` (value: str).
    """

    address: ClassVar[tuple[int, str, str] | None] = PROGRAMS_ADDRESS

    kind: Literal["programs"]
    file: Slug

    def as_table(self) -> TablePrompt:
        """The equivalent table prompt."""
        from cluster_kit.content.models import ChoicePrompt, TablePrompt, TextPrompt

        columns = (
            ChoicePrompt(kind="choice", id="cluster", label="Cluster", options_from="clusters"),
            ChoicePrompt(kind="choice", id="sub_cluster", label="Sub-Cluster", options_from="sub_clusters"),
            TextPrompt(kind="text", id="note", label="Why, in a few words", words=12),
        )
        shared = self.model_dump(exclude={"kind", "file"})
        return TablePrompt(kind="table", **shared, columns=columns, row_name="program")

    def page_schema(self, content: Content) -> Json:
        """The Sub-Clusters of each Cluster."""
        clusters = content.framework.clusters
        return {"sub_clusters": {cluster.id: [sub.id for sub in cluster.sub_clusters] for cluster in clusters}}

    def count_answers(self, rows: int) -> str:
        """The number of decisions; the decisions themselves fill a workbook, the coded inventory."""
        return f"{count_of(rows, 'decision')} of the team so far"
