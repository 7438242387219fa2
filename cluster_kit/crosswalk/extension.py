"""Between forms, which take a state's list of programs, and the crosswalk, which knows what is in it."""

from __future__ import annotations

from pydantic import ValidationError

from cluster_kit.content.models import ProgramsPrompt
from cluster_kit.crosswalk.exercise import REPORT_TITLE, CrosswalkContext, ProgramList, ProgramReview
from cluster_kit.documents.model import Paragraph, Section
from cluster_kit.errors import ClusterKitError
from cluster_kit.exercises.context import FormContext
from cluster_kit.settings import Settings
from cluster_kit.store.files import FileStore, UploadedFile


def review_programs(context: FormContext) -> ProgramReview:
    """The specialist for prompts of kind ``programs``, for whoever sits before the form."""
    place = (context.session, context.jurisdiction)
    seat = CrosswalkContext(Settings.read(), context.content, context.store, *place, context.person)
    return _open_review(seat, context.files)


def report_programs(seat: CrosswalkContext, shelf: FileStore) -> Section | None:
    """What the state's list of programs shows, for documents; None where there is no list."""
    if _find_list(seat, shelf) is None:
        return None
    try:
        return _open_review(seat, shelf).report()
    except ClusterKitError as error:
        return Section(REPORT_TITLE, (Paragraph(str(error), "quiet"),))


def _open_review(seat: CrosswalkContext, shelf: FileStore | None) -> ProgramReview:
    return ProgramReview(seat, lambda: _find_list(seat, shelf))


def _find_list(seat: CrosswalkContext, shelf: FileStore | None) -> ProgramList | None:
    """The list that the team gave last, or None."""
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
