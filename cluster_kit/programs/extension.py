"""The crosswalk as an exercise extension: forms accept a state's list of programs, the crosswalk interprets it.

Content loads this module through an entry point, so the crosswalk itself is imported on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from cluster_kit.documents.model import Paragraph, Section
from cluster_kit.errors import ClusterKitError
from cluster_kit.programs.prompt import ProgramsPrompt
from cluster_kit.settings import Settings
from cluster_kit.store.files import FileStore, UploadedFile

if TYPE_CHECKING:
    from cluster_kit.content.models import Content
    from cluster_kit.exercises.context import FormContext
    from cluster_kit.programs.exercise import CrosswalkContext, ProgramList, ProgramReview
    from cluster_kit.store import Store


class CrosswalkExtension:
    """Handles the page of a ``programs`` prompt, and its section in packets."""

    def open(self, context: FormContext) -> ProgramReview:
        """The review of the state's list for the form's user."""
        from cluster_kit.programs.exercise import CrosswalkContext

        place = (context.session, context.jurisdiction)
        crosswalk_context = CrosswalkContext(Settings.read(), context.content, context.store, *place, context.person)
        return _open_review(crosswalk_context, context.files)

    def report(
        self, content: Content, store: Store, session: int, jurisdiction: str, files: FileStore
    ) -> Section | None:
        """The report on the state's list of programs; None if there is no list."""
        from cluster_kit.programs.exercise import REPORT_TITLE, CrosswalkContext

        crosswalk_context = CrosswalkContext(Settings.read(), content, store, session, jurisdiction)
        if _find_list(crosswalk_context, files) is None:
            return None
        try:
            return _open_review(crosswalk_context, files).report()
        except ClusterKitError as error:
            return Section(REPORT_TITLE, (Paragraph(str(error), "quiet"),))


def _open_review(crosswalk_context: CrosswalkContext, file_store: FileStore | None) -> ProgramReview:
    from cluster_kit.programs.exercise import ProgramReview

    return ProgramReview(crosswalk_context, lambda: _find_list(crosswalk_context, file_store))


def _find_list(crosswalk_context: CrosswalkContext, file_store: FileStore | None) -> ProgramList | None:
    """The team's latest list, or None."""
    from cluster_kit.programs.exercise import ProgramList

    session = crosswalk_context.content.get_session(crosswalk_context.session)
    files = {(e.id, p.file) for e in session.exercises for p in e.prompts if isinstance(p, ProgramsPrompt)}
    responses = crosswalk_context.store.current(
        crosswalk_context.content.series.id, crosswalk_context.jurisdiction, session=crosswalk_context.session
    )
    given = [
        response.value for response in responses if (response.exercise, response.prompt) in files and response.value
    ]
    if not given or file_store is None:
        return None
    try:
        file = UploadedFile.model_validate(given[-1])
    except ValidationError:
        return None
    return ProgramList(file.name, file.sha256, lambda: file_store.read(file))


EXTENSION = CrosswalkExtension()
