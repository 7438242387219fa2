"""QR codes as inline SVG: dark on light in every color scheme, with the quiet zone that scanners need."""

from __future__ import annotations

import io
from functools import lru_cache

import segno
from markupsafe import Markup, escape

# The quiet zone that the standard (ISO/IEC 18004) requires, in modules.
QUIET_MODULES = 4


@lru_cache(maxsize=64)  # drawing one takes 10 ms, and the page that everyone arrives on shows one
def qr_svg(text: str, label: str) -> Markup:
    """The QR code of an address, with a text alternative. It takes the width that its style gives it."""
    out = io.BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(
        out,
        kind="svg",
        border=QUIET_MODULES,
        dark="#000",
        light="#fff",
        xmldecl=False,
        svgns=False,
        omitsize=True,
        svgclass="ck-qr",
        lineclass=None,
        nl=False,
    )
    drawing = out.getvalue().decode("ascii")
    return Markup(drawing.replace("<svg ", f'<svg role="img" aria-label="{escape(label)}" ', 1))  # noqa: S704


def join_qr(site: str) -> Markup:
    """The QR code of the join page of the server at this address."""
    return qr_svg(f"{site}/join", f"QR code of {site}/join")
