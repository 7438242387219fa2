"""The crosswalk as an exercise extension: forms take a state's list of programs, the crosswalk knows what is in it.

Content loads this module through an entry point, so the crosswalk itself is imported when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from cluster_kit.crosswalk.prompt import ProgramsPrompt
from cluster_kit.documents.model import Paragraph, Section
from cluster_kit.errors import ClusterKitError
from cluster_kit.settings import Settings
from cluster_kit.store.files import FileStore, UploadedFile

if TYPE_CHECKING:
    from cluster_kit.content.models import Content
    from cluster_kit.crosswalk.exercise import CrosswalkContext, ProgramList, ProgramReview
    from cluster_kit.exercises.context import FormContext
    from cluster_kit.store import Store


class CrosswalkExtension:
    """Answers the page of a prompt of kind ``programs``, and reports for packets."""

    def open(self, context: FormContext) -> ProgramReview:
        """The review of the state's list, for the person at the form."""
        from cluster_kit.crosswalk.exercise import CrosswalkContext

        place = (context.session, context.jurisdiction)
        seat = CrosswalkContext(Settings.read(), context.content, context.store, *place, context.person)
        return _open_review(seat, context.files)

    def report(
        self, content: Content, store: Store, session: int, jurisdiction: str, files: FileStore
    ) -> Section | None:
        """What the state's list of programs shows; None where there is no list."""
        from cluster_kit.crosswalk.exercise import REPORT_TITLE, CrosswalkContext

        seat = CrosswalkContext(Settings.read(), content, store, session, jurisdiction)
        if _find_list(seat, files) is None:
            return None
        try:
            return _open_review(seat, files).report()
        except ClusterKitError as error:
            return Section(REPORT_TITLE, (Paragraph(str(error), "quiet"),))


def _open_review(seat: CrosswalkContext, shelf: FileStore | None) -> ProgramReview:
    from cluster_kit.crosswalk.exercise import ProgramReview

    return ProgramReview(seat, lambda: _find_list(seat, shelf))


def _find_list(seat: CrosswalkContext, shelf: FileStore | None) -> ProgramList | None:
    """The list that the team gave last, or None."""
    from cluster_kit.crosswalk.exercise import ProgramList

    session = seat.content.get_session(seat.session)
    files = {(e.id, p.file) for e in session.exercises for p in e.prompts if isinstance(p, ProgramsPrompt)}
    said = seat.store.current(seat.content.series.id, seat.jurisdiction, session=seat.session)
    given = [response.value for response in said if (response.exercise, response.prompt) in files and response.value]
    if not given or shelf is None:
        return None
    try:
        file = UploadedFile.model_validate(given[-1])
    except ValidationError:
        return None
    return ProgramList(file.name, file.sha256, lambda: shelf.read(file))


EXTENSION = CrosswalkExtension()
