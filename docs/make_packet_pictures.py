"""Take the pictures of docs/packets.md: a page of each kind of packet. ``python -m docs.make_packet_pictures``

Makes PDFs of a fictional series and lets ``pdftoppm`` (Debian: poppler-utils) draw a page.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from cluster_kit.cli.demo import SERIES
from cluster_kit.packets import Format, Kind, Wanted, make_packets
from cluster_kit.settings import Settings
from docs.make_tour import prepare_answers

OUT = Path(__file__).parent / "packets"
DOTS_PER_INCH = "70"
SHOWN = ((Kind.PREWORK, 2, "1"), (Kind.AFTER, 1, "1"), (Kind.SERIES, 1, "2"))  # kind, session, page


def main() -> None:
    """Make every picture anew."""
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder) / "home")
        prepare_answers(settings)
        for kind, session, page in SHOWN:
            wanted = Wanted(SERIES, [session], ["OH"], kind=kind, formats=(Format.PDF,))
            (made,) = make_packets(settings, wanted, Path(folder) / kind).results
            pdf, picture = Path(folder) / kind / made.files[0].name, OUT / kind
            draw = ["pdftoppm", "-png", "-singlefile", "-r", DOTS_PER_INCH, "-f", page, "-l", page]
            subprocess.run([*draw, str(pdf), str(picture)], check=True)
            print(f"docs/packets/{kind}.png")


if __name__ == "__main__":
    main()
