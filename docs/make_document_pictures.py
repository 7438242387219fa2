"""Take the pictures of docs/how-to/packets.md and docs/how-to/worksheets.md: a page of each paged document.

``python -m docs.make_document_pictures`` makes documents of a fictional series. ``pdftoppm`` (Debian: poppler-utils)
draws PDFs; Word files are first laid out by LibreOffice (Debian: libreoffice-writer-nogui), as a state's office may do.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from cluster_kit.cli.demo import SERIES
from cluster_kit.content.models import Depth
from cluster_kit.packets import PacketKind, PacketRequest, make_packets
from cluster_kit.packets.formats import DOCX, PDF
from cluster_kit.settings import Settings
from cluster_kit.worksheets import WorksheetRequest, make_worksheets
from docs.make_tour import prepare_answers

OUT = Path(__file__).parent / "how-to"
DOTS_PER_INCH = "70"
KINDS = ((PacketKind.PREWORK, 2, 1), (PacketKind.AFTER, 1, 1), (PacketKind.SERIES, 1, 2))  # kind, session, page
WORD_PAGE = SHEET_PAGE = 2


def main() -> None:
    """Make every picture anew."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = Settings(folder / "home")
        prepare_answers(settings)
        take_packets(settings, folder)
        take_worksheets(settings, folder)


def take_packets(settings: Settings, folder: Path) -> None:
    """A page of each kind of packet, and of one of them as a Word file."""
    for kind, session, page in KINDS:
        formats = (PDF, DOCX) if kind is PacketKind.AFTER else (PDF,)
        wanted = PacketRequest(SERIES, [session], ["OH"], kind=kind, formats=formats)
        (made,) = make_packets(settings, wanted, folder / kind).results
        for file in made.files:
            path = folder / kind / file.name
            if path.suffix == ".docx":
                draw(lay_out(path), WORD_PAGE, "packets/word")
            else:
                draw(path, page, f"packets/{kind}")


def take_worksheets(settings: Settings, folder: Path) -> None:
    """A page of a worksheet as a PDF form, and as a Word file."""
    wanted = WorksheetRequest(SERIES, 1, ["OH"], ("docx", "pdf"), Depth.ESSENTIAL, None)
    for path in make_worksheets(settings, wanted, folder / "worksheets"):
        if path.suffix == ".docx":
            draw(lay_out(path), SHEET_PAGE, "worksheets/word")
        else:
            draw(path, SHEET_PAGE, "worksheets/print")


def lay_out(path: Path) -> Path:
    """A Word file as a PDF."""
    out = path.parent / "laid-out"
    convert = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(out), str(path)]
    subprocess.run(convert, check=True, capture_output=True)
    return out / f"{path.stem}.pdf"


def draw(pdf: Path, page: int, name: str) -> None:
    """A page of a PDF as a picture."""
    picture = OUT / name
    picture.parent.mkdir(exist_ok=True)
    one = ["-singlefile", "-r", DOTS_PER_INCH, "-f", str(page), "-l", str(page)]
    subprocess.run(["pdftoppm", "-png", *one, str(pdf), str(picture)], check=True)
    print(f"docs/how-to/{name}.png")


if __name__ == "__main__":
    main()
