"""An organization's name, logo, and colors: checked at start, and readable in both themes."""

from __future__ import annotations

import colorsys
from pathlib import Path

import pytest

from cluster_kit.organization import MOST_BYTES, Organization
from cluster_kit.settings import Settings, SettingsFileError, save_series
from cluster_kit.web.palette import (
    READABLE,
    SURFACES,
    contrast_ratio,
    dark_tints,
    lowest_contrast,
    make_tints,
    nearest_readable,
    organization_css,
)
from cluster_kit.web.tokens import COLORS, DARK_COLORS

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10">{}</svg>'
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (200).to_bytes(4) + (50).to_bytes(4) + b"\x08\x06\0\0\0"
HUES = [
    "#{:02x}{:02x}{:02x}".format(*(round(255 * one) for one in colorsys.hls_to_rgb(hue / 360, lightness, 0.9)))
    for hue in range(0, 360, 20)
    for lightness in (0.15, 0.6, 0.95)
]


def read(home: Path, text: str, logo: bytes | str = "") -> Organization:
    (home / "settings.toml").write_text(f"[organization]\n{text}\n", encoding="utf-8")
    if logo:
        (home / "logo").write_bytes(logo if isinstance(logo, bytes) else logo.encode())
    return Settings(home).organization()


def test_nothing_is_set_by_default(tmp_path: Path) -> None:
    assert Settings(tmp_path).organization() == Organization()
    assert organization_css("", "") == ""


def test_an_organization_has_a_name_a_logo_and_two_colors(tmp_path: Path) -> None:
    text = 'name = "Example Association"\nlogo = "logo"\nprimary = "#7A1F3D"\naccent = "#8a6100"'
    organization = read(tmp_path, text, SVG.format('<path d="M0 0h20v10z"/>'))
    assert organization.name == "Example Association"
    assert (organization.primary, organization.accent) == ("#7a1f3d", "#8a6100")
    assert organization.logo is not None
    assert (organization.logo.kind, organization.logo.extension) == ("image/svg+xml", "svg")
    other = read(tmp_path, 'name = "Example Association"\nlogo = "logo"', PNG).logo
    assert other is not None
    assert (other.kind, other.extension) == ("image/png", "png")


@pytest.mark.parametrize(
    ("text", "key", "sentence"),
    [
        (
            'nam = "x"',
            "organization.nam",
            "unknown key 'nam' in [organization]; it has name, logo, primary, and accent only",
        ),
        ("name = 7", "organization.name", 'name in [organization] cannot be used; write name = "Example Association"'),
        ('primary = "red"', "organization.primary", 'write primary = "#1f4e79"'),
        (
            'primary = "#ffcc00"',
            "organization.primary",
            'hard to read on the pages (1.3:1, where 4.5:1 is needed); write primary = "#',
        ),
        ('accent = "#ffffff"', "organization.accent", 'accent in [organization] is "#ffffff"'),
        ('logo = "logo"', "organization.name", "needs a name beside it, which screen readers read"),
        ('name = "x"\nlogo = "../logo"', "organization.logo", "not a file's name alone"),
        ('name = "x"\nlogo = "other"', "organization.logo", "cannot be read in"),
    ],
)
def test_a_problem_is_one_sentence_with_the_fix(tmp_path: Path, text: str, key: str, sentence: str) -> None:
    with pytest.raises(SettingsFileError) as caught:
        read(tmp_path, text)
    assert caught.value.key == key
    assert str(caught.value).startswith(f"{tmp_path}/settings.toml: ")
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("logo", "sentence"),
    [
        (SVG.format("<script>alert(1)</script>"), "an SVG with a script"),
        (SVG.format('<path onload="alert(1)"/>'), "an SVG with a script"),
        (SVG.format('<foreignObject width="1" height="1"/>'), "an SVG with a script"),
        (SVG.format('<a href="javascript:alert(1)"><path/></a>'), "loads parts from elsewhere"),
        (SVG.format('<image href="https://example.org/a.png"/>'), "loads parts from elsewhere"),
        (SVG.format('<style>@import "https://example.org/a.css";</style>'), "loads parts from elsewhere"),
        (SVG.format('<path style="fill: url(https://example.org/a)"/>'), "loads parts from elsewhere"),
        (f"<!DOCTYPE svg [<!ENTITY a 'b'>]>{SVG}", "an SVG with a document type"),
        (f'<?xml-stylesheet href="a.css"?>{SVG.format("")}', "an SVG with a processing instruction"),
        (SVG.format("<?xml-stylesheet href='a.css'?>"), "an SVG with a processing instruction"),
        ('<svg xmlns="http://www.w3.org/2000/svg"/>', "an SVG without a size"),
        ("<html><body>logo</body></html>", "neither a PNG nor an SVG"),
        (b"GIF89a", "neither a PNG nor an SVG"),
        (PNG[:16] + (9000).to_bytes(4) + PNG[20:], "a picture of 9000 by 50 pixels"),
        (PNG[:18], "pixels; save it"),
        (PNG + b"\0" * MOST_BYTES, "a file of 200 kB; save it smaller"),
    ],
)
def test_a_logo_that_could_run_or_load_something_is_refused(tmp_path: Path, logo: bytes | str, sentence: str) -> None:
    with pytest.raises(SettingsFileError, match="logo in \\[organization\\]") as caught:
        read(tmp_path, 'name = "x"\nlogo = "logo"', logo)
    assert sentence in str(caught.value)


def test_parts_inside_the_file_are_fine(tmp_path: Path) -> None:
    inside = (
        '<linearGradient id="a"/><path fill="url(#a)"/><use href="#a"/><image href="data:image/png;base64,iVBORw0K"/>'
    )
    assert read(tmp_path, 'name = "x"\nlogo = "logo"', SVG.format(inside)).logo


def test_setting_the_series_keeps_the_organization(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    before = read(tmp_path, 'name = "Example" # ours\nprimary = "#7a1f3d"\n\n[contact]\nname = "Help"')
    save_series(file, "2031")
    assert Settings(tmp_path).organization() == before
    assert Settings.read(tmp_path).series == "2031"
    assert "# ours" in file.read_text(encoding="utf-8")
    file.write_text('"series" = "2026"\norganization = {name = "Example"}\n', encoding="utf-8")
    save_series(file, "2031")
    assert Settings(tmp_path).organization().name == "Example"
    assert Settings.read(tmp_path).series == "2031"


@pytest.mark.parametrize("color", HUES)
def test_the_nearest_shade_can_be_read_and_so_can_everything_derived_from_it(color: str) -> None:
    shade = nearest_readable(color)
    assert lowest_contrast(shade) >= READABLE
    if lowest_contrast(color) >= READABLE:
        assert shade == color
    for theme, own in ((COLORS, make_tints(shade)), (DARK_COLORS, dark_tints(shade))):
        for surface in (own["-wash"], *(theme[name] for name in SURFACES)):
            assert contrast_ratio(own[""], surface) >= READABLE
            assert contrast_ratio(own["-dark"], surface) >= READABLE
        for text in ("ink", "muted", "good", "warn", "bad"):
            assert contrast_ratio(theme[text], own["-wash"]) >= READABLE
        assert contrast_ratio(theme["paper"], own[""]) >= READABLE
        assert contrast_ratio(theme["ink"], own["-mid"]) >= READABLE
        assert contrast_ratio(theme["ink"], own["-soft"]) >= READABLE
    assert contrast_ratio("#ffffff", make_tints(shade)["-dark"]) >= READABLE  # the header's text
    assert contrast_ratio("#ffffff", dark_tints(shade)["-wash"]) >= READABLE
