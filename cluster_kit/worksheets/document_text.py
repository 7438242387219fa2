"""The text of a part of a DOCX file, as it is once all tracked changes are accepted."""

from __future__ import annotations

from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TEXT, _PARAGRAPH, _MOVED_AWAY = f"{W}t", f"{W}p", f"{W}moveFrom"
_BREAKS = {f"{W}br": "\n", f"{W}cr": "\n", f"{W}tab": "\t", f"{W}noBreakHyphen": "-"}


def read_words(part: Any, *, after: Any = None) -> str:
    """The text in an element, with a line for each paragraph; ``after``: what follows another element within it.

    Deleted text has another element and is not read; text that was moved away is left out here.
    """
    pieces: list[str] = []
    is_open = after is None
    for node in part.iter():
        if node is after:
            is_open, pieces = True, []
        elif not is_open:
            continue
        elif node.tag == _PARAGRAPH:
            pieces.append("\n")
        elif (node.tag == _TEXT or node.tag in _BREAKS) and next(node.iterancestors(_MOVED_AWAY), None) is None:
            pieces.append(_BREAKS.get(node.tag, node.text or ""))
    return "".join(pieces).strip("\n")
