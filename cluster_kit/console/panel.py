"""A panel of the console as one widget: Python says what there is to see, the page shows it and asks for things."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import anywidget
import traitlets
from ipywidgets import Layout
from pydantic import ValidationError

from cluster_kit.console.bundle import bundle
from cluster_kit.console.command_handler import CommandHandler
from cluster_kit.console.snapshot import Snapshot
from cluster_kit.errors import ClusterKitError
from cluster_kit.models import Json
from cluster_kit.sessions.requests import NOT_UNDERSTOOD, CommandRequest
from cluster_kit.settings import PAGE_VARIABLE

log = logging.getLogger(__name__)

SORRY = "That did not work. What you typed is still here; try again, or load the page again."


@dataclass(frozen=True)
class PanelKind:
    """One kind of panel.

    ``module`` is the JavaScript that shows it (in ``static/``, without its ending), ``view`` what it shows: the page is
    told of those top-level keys that change. ``needs`` names the parts of a sight that the view is made from, ``does``
    the kinds of events that may be asked for here.
    ``answers`` are questions that the page may ask, by name: from the sight and what is asked to what is told.
    ``prepare`` may complete what is asked to be done with what the page does not know.
    """

    module: str
    view: Callable[[Snapshot], Json]
    needs: tuple[str, ...]
    does: tuple[str, ...] = ()
    answers: Mapping[str, Callable[[Snapshot, Json], Json]] = field(default_factory=dict)
    prepare: Callable[[Snapshot, CommandRequest], CommandRequest] = lambda _sight, ask: ask


@cache
def _common_layout() -> Layout:
    return Layout()


class Panel(anywidget.AnyWidget):
    """One panel. ``look`` gives the newest sight that there is, ``on_done`` is called after something was done.

    Messages from the page: ``hello``, ``do`` (a ``CommandRequest``), ``ask`` (``{id, about, asked}``). To the page:
    ``view`` (``{now, changed, gone, whole}``), ``seen``, ``done``, ``told``, ``refused`` and ``trouble``
    (``{id, sentence}``).
    """

    module = traitlets.Unicode().tag(sync=True)
    view = traitlets.Dict().tag(sync=True)

    def __init__(
        self, kind: PanelKind, commands: CommandHandler, look: Callable[[], Snapshot], on_done: Callable[[], None]
    ) -> None:
        self._kind, self._commands, self._look, self._on_done = kind, commands, look, on_done
        self._turn = threading.RLock()
        sight = look()
        self._seen = self._marks(sight)
        self._told = kind.view(sight)
        self._esm, self._css = ("", "") if os.environ.get(PAGE_VARIABLE) else bundle(kind.module)
        super().__init__(module=f"console/{kind.module}.js", view=self._told, layout=_common_layout())
        self.on_msg(self._on_message)

    def catch_up(self, sight: Snapshot) -> None:
        """Tell the page what is to be seen otherwise since it was last told."""
        with self._turn:
            marks = self._marks(sight)
            if marks == self._seen:
                return
            view = self._kind.view(sight)
            changed = {key: value for key, value in view.items() if key not in self._told or self._told[key] != value}
            gone = sorted(self._told.keys() - view.keys())
            self._seen, self._told = marks, view
            if changed or gone:
                self.send({"type": "view", "now": sight.at.isoformat(), "changed": changed, "gone": gone})

    def say_whether_seen(self, is_seen: bool) -> None:
        """Tell the page that what it shows may be old, or that it is up to date again."""
        self.send({"type": "seen", "seen": is_seen})

    def receive(self, content: Any) -> list[Json]:
        """The replies to one message of the page. Whatever goes wrong, it is a reply, never an exception."""
        said = content if isinstance(content, dict) else {}
        try:
            if said.get("type") == "hello":
                return [self._all()]
            if said.get("type") == "do":
                return [self._do(CommandRequest.model_validate(said))]
            if said.get("type") == "ask" and said.get("about") in self._kind.answers:
                told = self._kind.answers[said["about"]](self._look(), said.get("asked") or {})
                return [{"type": "told", "id": said.get("id"), "told": told}]
        except ValidationError:
            log.warning("console, %s: a message of type %r was not understood", self.module, said.get("type"))
        except ClusterKitError as error:
            return [{"type": "refused", "id": said.get("id"), "sentence": str(error)}]
        except Exception:
            log.exception("console, %s: a message of type %r failed", self.module, said.get("type"))
            return [{"type": "trouble", "id": said.get("id"), "sentence": SORRY}]
        return [{"type": "refused", "id": said.get("id"), "sentence": NOT_UNDERSTOOD}]

    def _do(self, ask: CommandRequest) -> Json:
        if ask.kind not in self._kind.does:
            return {"type": "refused", "id": ask.id, "sentence": NOT_UNDERSTOOD}
        return self._commands.handle(self._kind.prepare(self._look(), ask))

    def _all(self) -> Json:
        return {"type": "view", "now": self._look().at.isoformat(), "changed": self._told, "gone": [], "whole": True}

    def _marks(self, sight: Snapshot) -> list[Any]:
        return [sight.marks.get(part) for part in self._kind.needs]

    def _on_message(self, _widget: Any, content: Any, _buffers: Any) -> None:
        # A greeting's reply must not be overtaken by a change; nothing else keeps changes waiting.
        if isinstance(content, dict) and content.get("type") == "hello":
            with self._turn:
                self.send(self._all())
            return
        for reply in self.receive(content):
            self.send(reply)
        self._on_done()
