"""Write the fonts of printed documents into the package: ``python -m docs.make_fonts``. Needs npm and pip.

Source Sans 3 is copied unchanged, because its license reserves the name. The Noto fonts and Amiri lose their hinting,
which print does not use, and the scripts' fonts their Latin letters, which come from Source Sans 3. Noto Sans CJK
keeps every character, and loses the glyphs of vertical text and of regional variants.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tarfile
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FOLDER = Path(__file__).parents[1] / "cluster_kit/documents/typefaces"
LICENSE = FOLDER / "OFL.txt"
SOURCE_SANS = "source-sans@3.52.0"
CJK = "noto-cjk-sans-jp-regular==0.0.1"
# Google Fonts' static files: https://github.com/expo/google-fonts
GOOGLE = {
    "noto-sans": "0.4.2",
    "amiri": "0.4.1",  # Noto draws dots and letters apart, so that PDFs repeat letters when they are read or copied
    "noto-sans-armenian": "0.4.2",
    "noto-sans-bengali": "0.4.4",
    "noto-sans-devanagari": "0.4.1",
    "noto-sans-ethiopic": "0.4.2",
    "noto-sans-georgian": "0.4.3",
    "noto-sans-gujarati": "0.4.2",
    "noto-sans-gurmukhi": "0.4.1",
    "noto-sans-hebrew": "0.4.1",
    "noto-sans-kannada": "0.4.3",
    "noto-sans-khmer": "0.4.3",
    "noto-sans-lao": "0.4.2",
    "noto-sans-malayalam": "0.4.2",
    "noto-sans-myanmar": "0.4.2",
    "noto-sans-oriya": "0.4.2",
    "noto-sans-sinhala": "0.4.2",
    "noto-sans-symbols": "0.4.1",
    "noto-sans-tamil": "0.4.3",
    "noto-sans-telugu": "0.4.2",
    "noto-sans-thai": "0.4.2",
    "noto-emoji": "0.4.7",
}
NO_BOLD = ("noto-emoji",)
_WEIGHTS = re.compile(r"(?P<family>\w+)_(?:400|700)(?P<weight>Regular|Bold)\.ttf")


def subset(data: bytes, path: Path, *, latin: bool) -> None:
    """Write the font without hints, and without Latin letters unless ``latin``."""
    with TTFont(io.BytesIO(data), recalcTimestamp=False) as font:
        options = Options(hinting=False, glyph_names=False, notdef_outline=True, name_IDs=["*"], name_languages=["*"])
        if "CFF " in font:
            options.layout_features = ["ccmp", "kern", "liga", "ljmo", "mark", "mkmk", "tjmo", "vjmo"]
        options.drop_tables += ["DSIG", "VORG", "meta", "vhea", "vmtx"]
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=[code for code in font.getBestCmap() if latin or not _is_latin(code)])
        subsetter.subset(font)
        font.save(path)


def main() -> None:
    """Replace every font and the file of their licenses."""
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.iterdir():
        path.unlink()
    licenses: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        files = dict(_npm(SOURCE_SANS, Path(folder)))
        licenses["Source Sans 3"] = files["LICENSE.md"].decode()
        for weight in ("Regular", "Semibold", "Bold"):
            name = f"SourceSans3-{weight}.ttf"
            (FOLDER / name).write_bytes(files[f"TTF/{name}"])
        for package, version in GOOGLE.items():
            files = dict(_npm(f"@expo-google-fonts/{package}@{version}", Path(folder)))
            licenses[package.replace("-", " ").title()] = files["LICENSE_FONT"].decode()
            for path, data in files.items():
                found = _WEIGHTS.fullmatch(Path(path).name)
                if found and not (found["weight"] == "Bold" and package in NO_BOLD):
                    subset(data, FOLDER / f"{found['family']}-{found['weight']}.ttf", latin=package == "noto-sans")
        for path, data in _wheel(CJK, Path(folder)):
            if path.endswith(".otf"):
                subset(data, FOLDER / Path(path).name, latin=True)
                with TTFont(io.BytesIO(data)) as font:
                    licenses["Noto Sans CJK JP"] = str(font["name"].getDebugName(0))
    LICENSE.write_text(_notices(licenses), encoding="utf-8")


def _is_latin(code: int) -> bool:
    char = chr(code)
    return char.isalpha() and unicodedata.name(char).startswith("LATIN ")


def _notices(licenses: dict[str, str]) -> str:
    """The copyright line of every font, and the license that they share, once."""
    lines = [f"{family}: {words.strip().splitlines()[0]}" for family, words in licenses.items()]
    body = next(iter(licenses.values()))
    shared = body[body.index("This Font Software is licensed") :].strip()
    return "\n".join(lines) + "\n\n" + shared + "\n"


def _npm(package: str, folder: Path) -> Iterator[tuple[str, bytes]]:
    """The files of a package from npm."""
    packed = subprocess.run(
        ["npm", "pack", package, "--silent"], cwd=folder, check=True, capture_output=True, text=True
    )
    with tarfile.open(folder / packed.stdout.strip()) as archive:
        for member in archive:
            if member.isfile() and (file := archive.extractfile(member)):
                yield member.name.removeprefix("package/"), file.read()


def _wheel(package: str, folder: Path) -> Iterator[tuple[str, bytes]]:
    """The files of a package from PyPI."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), package]
    subprocess.run(command, check=True, capture_output=True)
    [wheel] = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            yield name, archive.read(name)


if __name__ == "__main__":
    main()
