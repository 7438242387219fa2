"""An organization's two colors as design tokens: their contrast, the nearest shade that can be read, and their tints.

Colors are ``#rrggbb``. Contrast is that of WCAG 2.2.
"""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from cluster_kit.web.tokens import COLORS, DARK_COLORS

READABLE = 4.5
COLOR = re.compile(r"#[0-9a-fA-F]{6}")
# Everything that text in an organization's color may be on, apart from the tint of the color itself.
SURFACES = ("paper", "wash", "backdrop", "warn-wash", "bad-wash", "good-wash")
_WHITE, _BLACK = "#ffffff", "#000000"
_STEPS = 200
_WASH, _SOFT, _MID = 0.09, 0.2, 0.6  # shares of the color in its tints on light pages
_DARK_WASH, _DARK_SOFT = 0.22, 0.36  # and on dark ones


def _luminance(color: str) -> float:
    """Relative luminance, from 0 (black) to 1 (white)."""
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in _channels(color)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast_ratio(one: str, other: str) -> float:
    """Contrast ratio, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def mix_colors(color: str, other: str, share: float) -> str:
    """This share of ``color`` in ``other``."""
    pairs = zip(_channels(color), _channels(other), strict=True)
    return _as_hex(share * one + (1 - share) * two for one, two in pairs)


def lowest_contrast(color: str) -> float:
    """The lowest contrast of text in this color on a light page: on any surface, and on its own tint."""
    wash = mix_colors(color, COLORS["paper"], _WASH)
    return min(contrast_ratio(color, surface) for surface in (wash, *(COLORS[name] for name in SURFACES)))


def nearest_readable(color: str) -> str:
    """The color itself if its text can be read everywhere; else the nearest darker shade of its hue that can be."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(color))
    for step in range(_STEPS + 1):
        shade = _as_hex(colorsys.hls_to_rgb(hue, lightness * (1 - step / _STEPS), saturation)) if step else color
        if lowest_contrast(shade) >= READABLE:
            return shade
    raise AssertionError("black can be read on every light surface")


def make_tints(color: str) -> Mapping[str, str]:
    """A color's shades for light pages by the suffix of their tokens: ``-dark``, "", ``-mid``, ``-soft``, ``-wash``."""
    paper = COLORS["paper"]
    return MappingProxyType(
        {
            "-dark": mix_colors(color, _BLACK, 0.75),
            "": color.lower(),
            "-mid": _first_readable(COLORS["ink"], (mix_colors(color, paper, _MID - step / 100) for step in range(60))),
            "-soft": mix_colors(color, paper, _SOFT),
            "-wash": mix_colors(color, paper, _WASH),
        }
    )


def dark_tints(color: str) -> Mapping[str, str]:
    """As ``make_tints``, for dark pages: ``-dark`` is the most prominent one, which there is the palest."""
    paper, ink = DARK_COLORS["paper"], DARK_COLORS["ink"]
    wash = mix_colors(color, paper, _DARK_WASH)
    surfaces = [wash, *(DARK_COLORS[name] for name in SURFACES)]
    shades = [mix_colors(color, _WHITE, 1 - step / _STEPS) for step in range(_STEPS + 1)]
    text = next(shade for shade in shades if min(contrast_ratio(shade, one) for one in surfaces) >= READABLE + 1)
    return MappingProxyType(
        {
            "-dark": mix_colors(text, _WHITE, 0.6),
            "": text,
            "-mid": _first_readable(ink, (mix_colors(color, paper, 0.7 - step / 100) for step in range(70))),
            "-soft": mix_colors(color, paper, _DARK_SOFT),
            "-wash": wash,
        }
    )


def organization_css(primary: str, accent: str) -> str:
    """The style sheet that replaces the kit's colors with an organization's. "" leaves a color as it is."""
    light = [*_tokens("accent", make_tints(primary), ())] if primary else []
    light += [*_tokens("live", make_tints(accent), ("", "-wash"))] if accent else []
    dark = [*_tokens("accent", dark_tints(primary), ())] if primary else []
    dark += [*_tokens("live", dark_tints(accent), ("", "-wash"))] if accent else []
    if not light:
        return ""
    return (
        f":root {{ {' '.join(light)} }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ "
        f':root:root:not([data-theme="light"]) {{ {" ".join(dark)} }} }}\n'
        f'@media screen {{ :root:root[data-theme="dark"] {{ {" ".join(dark)} }} }}\n'
    )


def organization_colors(primary: str, accent: str) -> Mapping[str, str]:
    """The kit's colors by name, in their light values, with an organization's in their place."""
    own = {f"accent{suffix}": shade for suffix, shade in make_tints(primary).items()} if primary else {}
    own |= (
        {f"live{suffix}": shade for suffix, shade in make_tints(accent).items() if suffix in ("", "-wash")}
        if accent
        else {}
    )
    return MappingProxyType({**COLORS, **own})


def _tokens(name: str, shades: Mapping[str, str], only: tuple[str, ...]) -> Iterable[str]:
    return (f"--ck-{name}{suffix}: {shade};" for suffix, shade in shades.items() if not only or suffix in only)


def _first_readable(text: str, shades: Iterable[str]) -> str:
    return next(shade for shade in shades if contrast_ratio(text, shade) >= READABLE)


def _channels(color: str) -> tuple[float, float, float]:
    red, green, blue = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _as_hex(channels: Iterable[float]) -> str:
    return "#" + "".join(f"{round(one * 255):02x}" for one in channels)
