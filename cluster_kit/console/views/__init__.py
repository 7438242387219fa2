"""What the console's panels show, as frozen models: a module for each panel.

Every field is required, so that a view is complete. A field that maps ids to models is updated entry by entry; any
other field is replaced when it changes. Times are ISO 8601 with their zone.
"""

from __future__ import annotations

from collections.abc import Mapping

from cluster_kit.console.views.announcements import AnnouncementsView
from cluster_kit.console.views.attention import AttentionView
from cluster_kit.console.views.base import PanelView
from cluster_kit.console.views.boards import BoardsView
from cluster_kit.console.views.breakouts import BreakoutsView
from cluster_kit.console.views.cues import FacilitatorCuesView
from cluster_kit.console.views.discuss import DiscussView
from cluster_kit.console.views.examples import ExamplesView
from cluster_kit.console.views.exercises import ExercisesView
from cluster_kit.console.views.people import PeopleView
from cluster_kit.console.views.polls import PollsView
from cluster_kit.console.views.prepared import PreparedView
from cluster_kit.console.views.questions import QuestionsView
from cluster_kit.console.views.record import RecordView
from cluster_kit.console.views.results import ResultsView
from cluster_kit.console.views.run_of_show import RunOfShowView
from cluster_kit.console.views.shared_screen import SharedScreenView

VIEWS: Mapping[str, type[PanelView]] = {
    "announcements": AnnouncementsView,
    "attention": AttentionView,
    "boards": BoardsView,
    "breakouts": BreakoutsView,
    "cues": FacilitatorCuesView,
    "discuss": DiscussView,
    "examples": ExamplesView,
    "exercises": ExercisesView,
    "people": PeopleView,
    "polls": PollsView,
    "prepared": PreparedView,
    "questions": QuestionsView,
    "record": RecordView,
    "results": ResultsView,
    "run_of_show": RunOfShowView,
    "shared_screen": SharedScreenView,
}
"""The view of each panel, by the name of its module."""
