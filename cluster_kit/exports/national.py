"""All states' ratings for the staff of the series: a page and a PDF, and charts as files for slides and reports."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cluster_kit.content import load_content
from cluster_kit.content.models import Content
from cluster_kit.documents.html import inline_svg
from cluster_kit.documents.model import Block, Document, Picture, Section
from cluster_kit.documents.page import write_page
from cluster_kit.documents.pdf import write_pdf
from cluster_kit.documents.rasterize import to_png
from cluster_kit.exports.document_files import describe_source, fictional_notice, format_today
from cluster_kit.files import report_write_errors, staging_folder
from cluster_kit.insights.charts import heat_picture, state_means, tile_picture
from cluster_kit.insights.discuss import rank_topics
from cluster_kit.insights.national import read_national_states, survey_states
from cluster_kit.insights.national_view import NationalPictures, national_opening, national_parts, rated_areas
from cluster_kit.settings import Settings
from cluster_kit.store.deployment import open_deployment_store

PAGE, PRINT, TILES, AREAS, WORDS = (
    "national.html",
    "national.pdf",
    "national-map",
    "national-areas",
    "national-pictures.txt",
)
ALL_FILES = {PAGE, PRINT, WORDS, *(f"{name}.{ending}" for name in (TILES, AREAS) for ending in ("svg", "png"))}
STAFF = (
    "It is for the staff of the series and for facilitators. It names states with what their teams have rated: keep it "
    "from other states, and off shared screens."
)


@dataclass(frozen=True)
class NationalReport:
    """The files written, and the number of states that have rated."""

    files: tuple[Path, ...]
    states: int


def write_national(settings: Settings, series: str, out: Path, session: int | None = None) -> NationalReport:
    """Write ``national.html`` and ``.pdf``, each chart as SVG and PNG, and the charts' alternative texts to a folder.

    ``session`` restricts the output to the policy areas that this session rates. Before the first rating, no chart is
    written. Files are written atomically; charts of an earlier run that are no longer made are deleted.

    Raises ``UsageError`` if the folder is not writable, and the errors of content and store.
    """
    content = load_content(series, overlay=settings.content)
    sessions = None if session is None else [content.get_session(session).number]
    with open_deployment_store(settings) as store:
        states = read_national_states(content, store.current(series))
    areas = rated_areas(content, sessions)
    asked = {item.id for area in areas for item in area.items}
    states = {code: kept for code, of in states.items() if (kept := {i: v for i, v in of.items() if i in asked})}
    national = survey_states(content, states)
    title = "Mean of all areas" if session is None else f"Mean of the areas of session {session}"
    tiles = tile_picture(content, state_means(national, areas), title)
    heat = heat_picture(content, national, areas)
    parts = national_parts(content, national, areas, rank_topics(content, states), NationalPictures(tiles, heat))
    document = _document(content, national_opening(content, national), parts, session)
    documents = {PAGE: write_page(document).encode(), PRINT: write_pdf(document)}
    pictures = {TILES: tiles, AREAS: heat} if heat else {}
    return NationalReport(_write(out, documents | _picture_files(pictures)), len(national.states))


def _document(
    content: Content, opening: tuple[Block, ...], parts: tuple[Section, ...], session: int | None
) -> Document:
    where = "The whole series" if session is None else f"Session {session}: {content.get_session(session).title}"
    return Document(
        title=f"All states: {content.series.title}, {where[0].lower()}{where[1:]}",
        heading="All states",
        subtitle=where,
        series=content.series.title,
        when=f"As it was on {format_today()}",
        notice=fictional_notice(content),
        opening=opening,
        parts=parts,
        about=(STAFF, describe_source(content)),
        about_title="About this document",
        layout="compact",
    )


def _picture_files(pictures: dict[str, Picture]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for name, picture in pictures.items():
        files[f"{name}.svg"], files[f"{name}.png"] = inline_svg(picture).encode(), to_png(picture.svg)
    if pictures:
        files[WORDS] = "\n\n".join(f"{name}\n{picture.alt}" for name, picture in pictures.items()).encode() + b"\n"
    return files


def _write(out: Path, files: dict[str, bytes]) -> tuple[Path, ...]:
    with report_write_errors(out):
        with staging_folder(out) as folder:
            for name, written in files.items():
                (folder / name).write_bytes(written)
        for name in ALL_FILES - set(files):
            (out / name).unlink(missing_ok=True)
    return tuple(out / name for name in files)
