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
from cluster_kit.console.protocol import (
    PANEL_REQUEST,
    AnyPanelRequest,
    PanelAnswer,
    PanelCommand,
    PanelFreshness,
    PanelHello,
    PanelQuestion,
    PanelRefusal,
    PanelTrouble,
    PanelUpdate,
)
from cluster_kit.console.snapshot import Snapshot
from cluster_kit.errors import ClusterKitError
from cluster_kit.models import Json, Outgoing
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

    Its messages are those of ``console.protocol``.
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
                update = PanelUpdate(now=sight.at.isoformat(), changed=changed, gone=gone)
                self.send(update.model_dump())

    def say_whether_seen(self, is_seen: bool) -> None:
        """Tell the page that what it shows may be old, or that it is up to date again."""
        self.send(PanelFreshness(seen=is_seen).model_dump())

    def receive(self, content: Any) -> list[Json]:
        """The replies to one message of the page. Whatever goes wrong, it is a reply, never an exception."""
        said = content if isinstance(content, dict) else {}
        id_ = said["id"] if isinstance(said.get("id"), str) else None
        try:
            return [self._reply(PANEL_REQUEST.validate_python(content)).model_dump()]
        except ValidationError:
            log.warning("console, %s: a message of type %r was not understood", self.module, said.get("type"))
            return [PanelRefusal(id=id_, sentence=NOT_UNDERSTOOD).model_dump()]
        except ClusterKitError as error:
            return [PanelRefusal(id=id_, sentence=str(error)).model_dump()]
        except Exception:
            log.exception("console, %s: a message of type %r failed", self.module, said.get("type"))
            return [PanelTrouble(id=id_, sentence=SORRY).model_dump()]

    def _reply(self, request: AnyPanelRequest) -> Outgoing:
        match request:
            case PanelHello():
                return self._all()
            case PanelCommand() if request.kind in self._kind.does:
                return self._commands.handle(self._kind.prepare(self._look(), request))
            case PanelQuestion() if request.about in self._kind.answers:
                told = self._kind.answers[request.about](self._look(), request.asked)
                return PanelAnswer(id=request.id, told=told)
            case _:
                return PanelRefusal(id=request.id, sentence=NOT_UNDERSTOOD)

    def _all(self) -> PanelUpdate:
        return PanelUpdate(now=self._look().at.isoformat(), changed=self._told, gone=[], whole=True)

    def _marks(self, sight: Snapshot) -> list[Any]:
        return [sight.marks.get(part) for part in self._kind.needs]

    def _on_message(self, _widget: Any, content: Any, _buffers: Any) -> None:
        # A greeting's reply must not be overtaken by a change; nothing else keeps changes waiting.
        if isinstance(content, dict) and content.get("type") == "hello":
            with self._turn:
                self.send(self._all().model_dump())
            return
        for reply in self.receive(content):
            self.send(reply)
        self._on_done()
