"""A console panel as a widget: Python sends its view, the page renders it and sends commands and questions."""

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

from cluster_kit.console.command_handler import CommandHandler
from cluster_kit.console.protocol import (
    PANEL_REQUEST,
    AnyPanelRequest,
    AskedView,
    PanelAnswer,
    PanelCommand,
    PanelFreshness,
    PanelHello,
    PanelQuestion,
    PanelRefusal,
    PanelTrouble,
)
from cluster_kit.console.snapshot import Snapshot
from cluster_kit.console.updates import PanelUpdate, build_update, build_whole_update
from cluster_kit.console.views.base import PanelView
from cluster_kit.errors import ClusterKitError
from cluster_kit.models import Json, Outgoing
from cluster_kit.sessions.requests import NOT_UNDERSTOOD, CommandRequest
from cluster_kit.settings import PAGE_VARIABLE
from cluster_kit.web import WEB
from cluster_kit.web.bundle import bundle_css, bundle_modules

log = logging.getLogger(__name__)

CONSOLE = WEB / "console"
INTERNAL_ERROR = "That did not work. What you typed is still here; try again, or reload the page."


@dataclass(frozen=True)
class PanelKind:
    """A kind of panel.

    ``module`` is the JavaScript module that renders it, without extension. ``view`` computes its data, whose changes
    are sent to the page. ``depends_on`` names the parts of the snapshot from which it is computed, ``commands`` the
    event kinds that the page may request. ``answers`` maps names of questions to functions from the snapshot and the
    request to the reply. ``prepare`` may complete a command with data that the page does not have.
    """

    module: str
    view: Callable[[Snapshot], PanelView]
    depends_on: tuple[str, ...]
    commands: tuple[str, ...] = ()
    answers: Mapping[str, Callable[[Snapshot, Json], AskedView]] = field(default_factory=dict)
    prepare: Callable[[Snapshot, CommandRequest], CommandRequest] = lambda _snapshot, ask: ask


@cache
def bundle_panel(module: str) -> tuple[str, str]:
    """A panel's module with its imports, and the console's styles: JupyterLab does not serve the kit's static files."""
    return bundle_modules(f"{module}.js", CONSOLE), bundle_css("console.css", CONSOLE)


@cache
def _common_layout() -> Layout:
    return Layout()


class Panel(anywidget.AnyWidget):
    """One panel. ``read`` returns the latest snapshot; ``on_done`` is called after a command.

    Its messages are those of ``console.protocol``.
    """

    module = traitlets.Unicode().tag(sync=True)
    view = traitlets.Dict().tag(sync=True)

    def __init__(
        self, kind: PanelKind, commands: CommandHandler, read: Callable[[], Snapshot], on_done: Callable[[], None]
    ) -> None:
        self._kind, self._commands, self._read, self._on_done = kind, commands, read, on_done
        self._lock = threading.RLock()
        snapshot = read()
        self._versions = self._read_versions(snapshot)
        self._sent, self._sent_seq = kind.view(snapshot), snapshot.session_state.seq
        self._esm, self._css = ("", "") if os.environ.get(PAGE_VARIABLE) else bundle_panel(kind.module)
        view = self._sent.model_dump(mode="json")
        super().__init__(module=f"console/{kind.module}.js", view=view, layout=_common_layout())
        self.on_msg(self._on_message)

    def update(self, snapshot: Snapshot) -> None:
        """Send the page what has changed since the last update."""
        with self._lock:
            versions = self._read_versions(snapshot)
            if versions == self._versions:
                return
            view = self._kind.view(snapshot)
            seq = snapshot.session_state.seq
            changes = build_update(self._kind.module, view, self._sent, snapshot.at.isoformat(), seq)
            self._versions, self._sent, self._sent_seq = versions, view, seq
            if changes:
                self.send(changes.model_dump(mode="json"))

    def send_freshness(self, is_fresh: bool) -> None:
        """Notify the page whether its data are up to date."""
        self.send(PanelFreshness(seen=is_fresh).model_dump())

    def receive(self, content: Any) -> list[Json]:
        """The replies to one message from the page. Every failure is a reply, never an exception."""
        message = content if isinstance(content, dict) else {}
        id_ = message["id"] if isinstance(message.get("id"), str) else None
        try:
            return [self._reply(PANEL_REQUEST.validate_python(content)).model_dump(mode="json")]
        except ValidationError:
            log.warning("console, %s: a message of type %r was not understood", self.module, message.get("type"))
            return [PanelRefusal(id=id_, sentence=NOT_UNDERSTOOD).model_dump()]
        except ClusterKitError as error:
            return [PanelRefusal(id=id_, sentence=str(error)).model_dump()]
        except Exception:
            log.exception("console, %s: a message of type %r failed", self.module, message.get("type"))
            return [PanelTrouble(id=id_, sentence=INTERNAL_ERROR).model_dump()]

    def _reply(self, request: AnyPanelRequest) -> Outgoing:
        match request:
            case PanelHello():
                return self._whole()
            case PanelCommand() if request.kind in self._kind.commands:
                return self._commands.handle(self._kind.prepare(self._read(), request))
            case PanelQuestion() if request.about in self._kind.answers:
                answer = self._kind.answers[request.about](self._read(), request.asked)
                return PanelAnswer(id=request.id, answer=answer)
            case _:
                return PanelRefusal(id=request.id, sentence=NOT_UNDERSTOOD)

    def _whole(self) -> PanelUpdate:
        return build_whole_update(self._kind.module, self._sent, self._read().at.isoformat(), self._sent_seq)

    def _read_versions(self, snapshot: Snapshot) -> list[Any]:
        return [snapshot.versions.get(part) for part in self._kind.depends_on]

    def _on_message(self, _widget: Any, content: Any, _buffers: Any) -> None:
        # A reply to ``hello`` must precede any later update; no other message delays updates.
        if isinstance(content, dict) and content.get("type") == "hello":
            with self._lock:
                self.send(self._whole().model_dump(mode="json"))
            return
        for reply in self.receive(content):
            self.send(reply)
        self._on_done()
