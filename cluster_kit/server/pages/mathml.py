"""LaTeX formulas as MathML, which browsers and screen readers read without a script.

The converter does not escape the text of a formula, so its result is written here: known elements and attributes only,
with escaped text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape
from xml.etree.ElementTree import Element

from latex2mathml.converter import Converter

LONGEST = 5_000
_ELEMENTS = frozenset(
    {"math", "menclose", "mfenced", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded", "mphantom"}
    | {"mprescripts", "mroot", "mrow", "ms", "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd"}
    | {"mtext", "mtr", "munder", "munderover", "none"}
)
_ATTRIBUTES = frozenset(
    {"accent", "accentunder", "close", "columnalign", "columnlines", "columnspacing", "depth", "display", "fence"}
    | {"displaystyle", "form", "height", "largeop", "linebreak", "linethickness", "lspace", "mathvariant", "maxsize"}
    | {"minsize", "movablelimits", "notation", "open", "rowlines", "rowspacing", "rspace", "scriptlevel", "separator"}
    | {"stretchy", "symmetric", "voffset", "width"}
)
# Formulas in a text: $$...$$, \[...\], \begin{...}...\end{...}, $...$, and \(...\).
_MATH = re.compile(
    r"\$\$(?P<dollars>.+?)\$\$|\\\[(?P<brackets>.+?)\\\]|(?P<environment>\\begin\{(?P<name>\w+\*?)\}.+?\\end\{(?P=name)\})"
    r"|(?<!\\)\$(?P<dollar>[^$\s](?:[^$]*?[^$\s\\])?)\$|\\\((?P<parentheses>.+?)\\\)",
    re.DOTALL,
)


def to_mathml(tex: str, *, is_block: bool = False) -> str:
    """A formula as MathML; as code if it cannot be read."""
    if len(tex) <= LONGEST:
        try:
            source = tex.replace("{aligned}", "{align*}").strip()
            element = Converter(display="block" if is_block else "inline").convert_to_element(source)
            return "".join(_write(element))
        except Exception:  # noqa: S110  (the converter raises errors of many kinds for what it cannot read)
            pass
    return f'<code class="ck-formula">{escape(tex)}</code>'


def latex_to_html(text: str) -> str:
    """A text with LaTeX formulas, such as the output of IPython's ``Latex`` and ``Math``, as HTML."""
    pieces, end = [], 0
    for match in _MATH.finditer(text):
        pieces.append(escape(text[end : match.start()]))
        inline = match["dollar"] or match["parentheses"]
        body = inline or match["dollars"] or match["brackets"] or match["environment"]
        pieces.append(to_mathml(body, is_block=not inline or "\\displaystyle" in body))
        end = match.end()
    pieces.append(escape(text[end:]))
    return f'<div class="ck-latex" role="region" tabindex="0" aria-label="Formula">{"".join(pieces)}</div>'


def _write(element: Element) -> Iterator[str]:
    """The element as HTML. Unknown elements are left out, with their text kept."""
    is_known = element.tag in _ELEMENTS
    if is_known:
        kept = (f' {name}="{escape(value)}"' for name, value in element.attrib.items() if name in _ATTRIBUTES)
        yield f"<{element.tag}{''.join(kept)}>"
    yield escape(unescape(element.text or ""))
    for child in element:
        yield from _write(child)
        yield escape(unescape(child.tail or ""))
    if is_known:
        yield f"</{element.tag}>"
