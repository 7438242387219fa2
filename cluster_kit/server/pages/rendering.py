"""A notebook, run in a kernel, as the parts of a page in order, and those parts as HTML through Voilà's template."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from copy import copy, deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, cast

from jinja2 import BytecodeCache, Environment, StrictUndefined
from jinja2.bccache import Bucket
from nbformat import NotebookNode, from_dict
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook
from voila.app import Voila
from voila.exporter import VoilaMarkdownRenderer
from voila.notebook_renderer import NotebookRenderer

from cluster_kit.forms.placeholder import EXERCISE_MIME
from cluster_kit.server.pages.executor import PageExecutor
from cluster_kit.server.pages.page_cache import Parameters, RenderedPage
from cluster_kit.workshop import Reads

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
WIDGET_MIME = "application/vnd.jupyter.widget-view+json"
NOT_SHOWN = (
    "This part could not be shown. Your answers are safe. Reload the page; if it happens again, "
    "tell your facilitator and mention the code"
)


@dataclass(frozen=True)
class PagePart:
    """One piece of the page. ``text`` is HTML for prose and html, an exercise's id for a form, else plain text.

    ``segment`` is set on the prose that opens a segment of the session. A ``widget`` has its model's id as ``text``
    and its state as ``state``.
    """

    kind: Literal["prose", "form", "html", "picture", "text", "trouble", "widget"]
    text: str = ""
    alt: str = ""
    segment: str = ""
    state: Mapping[str, Any] = field(default_factory=dict)


class PageMarkdown(VoilaMarkdownRenderer):  # type: ignore[misc]
    """Prose without the pilcrow links that a notebook's headings get."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, exclude_anchor_links=True, **kwargs)


class _CompiledTemplates(BytecodeCache):
    """Templates compiled once for all visitors: Voilà makes a new environment for each."""

    def __init__(self) -> None:
        self._code: dict[str, Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket with what was compiled before, when the template has not changed since."""
        checksum, code = self._code.get(bucket.key, (None, None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._code[bucket.key] = (bucket.checksum, bucket.code)


_COMPILED = _CompiledTemplates()
_PROSE: dict[str, str] = {}  # Markdown: its HTML, the same for everybody


def prepare_environment(environment: Environment, words: Mapping[str, Any]) -> None:
    """Escape everything that is not marked as HTML, compile each template once, and let it name these words."""
    environment.autoescape = True
    environment.bytecode_cache = _COMPILED
    environment.undefined = StrictUndefined
    environment.globals.update(words)


def load_page_notebook(path: Path) -> NotebookNode:
    """The notebook as it is on disk now, without outputs. Read once after each change; not to be altered."""
    return _read_notebook(str(path), path.stat().st_mtime_ns)


@lru_cache(maxsize=16)
def _read_notebook(path: str, changed_at: int) -> NotebookNode:  # noqa: ARG001  (part of the key)
    notebook = load_notebook_node(path)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    notebook.metadata.kernelspec = from_dict(KERNEL)  # type: ignore[no-untyped-call]
    return cast(NotebookNode, notebook)


def copy_notebook(notebook: NotebookNode) -> NotebookNode:
    """A copy to set parameters in and to run. What that does not change is shared."""
    copied = copy(notebook)
    copied.metadata, copied.cells = deepcopy(notebook.metadata), [copy(cell) for cell in notebook.cells]
    for cell in copied.cells:
        cell.metadata = deepcopy(cell.metadata)
    return copied


class PageRenderer(NotebookRenderer):  # type: ignore[misc]
    """Runs one notebook in one kernel, and renders its parts with a template.

    ``reads``, ``needs_kernel`` and ``failed`` say about the page what ``RenderedPage`` says.
    """

    def __init__(self, app: Voila, notebook: Path, parameters: Parameters, context: Mapping[str, Any]) -> None:
        super().__init__(
            notebook_path=str(notebook),
            page_config={},
            voila_configuration=app.voila_configuration,
            traitlet_config=app.config,
            template_paths=context.get("template_paths", app.template_paths),
            contents_manager=app.contents_manager,
            kernel_spec_manager=app.kernel_spec_manager,
            base_url=app.base_url,
        )
        self._app, self._parameters, self._context = app, dict(parameters), context
        self._cells: list[NotebookNode] = []
        self._kernel_id = ""
        self.reads: set[Reads] = set()
        self.needs_kernel = self.failed = False
        self.executor: Any = None

    async def load_notebook(self, path: str) -> NotebookNode:
        """The notebook with its outputs dropped and the parameters in place, in memory only."""
        notebook = copy_notebook(load_page_notebook(Path(path)))
        return cast(NotebookNode, parameterize_notebook(notebook, self._parameters))

    async def render(self, kernel_id: str) -> RenderedPage:
        """The page, with the cells run in this kernel. A cell that fails is a sentence on the page."""
        await self.initialize()
        self._kernel_id = kernel_id
        self._cells, self.notebook.cells = self.notebook.cells, []  # which the exporter would copy and check
        prepare_environment(self.exporter.environment, {**self._context, "kernel_id": kernel_id})
        try:
            pieces = [html async for html, _ in self.generate_content_generator()]
        finally:
            if self.executor and self.executor.kc:
                await self._cleanup_resources()
        return RenderedPage("".join(pieces), frozenset(self.reads), self.needs_kernel, self.failed)

    async def _jinja_cell_generator(self, nb: NotebookNode, kernel_id: str | None) -> AsyncIterator[PagePart]:  # noqa: ARG002
        for index, cell in enumerate(self._cells):
            if cell.cell_type == "markdown":
                yield self._prose(cell)
            elif cell.cell_type == "code":
                try:
                    if self.executor is None:
                        await self._connect()
                    await self.executor.async_execute_cell(cell, index, store_history=False)
                except Exception:
                    self.log.exception("The kernel failed at cell %s of %s", index, self.notebook_path)
                    yield self._fail(f"{NOT_SHOWN} {self._code}.")
                    return
                for output in cell.outputs:
                    for part in self._parts(output, index):
                        yield part

    async def _connect(self) -> None:
        kernel = self._app.kernel_manager.get_kernel(self._kernel_id)
        whole = from_dict({"metadata": self.notebook.metadata, "cells": self._cells})  # type: ignore[no-untyped-call]
        self.executor = PageExecutor(whole, km=kernel, config=self.traitlet_config)
        await self.executor.async_start_new_kernel_client()

    @property
    def _code(self) -> str:
        """What to mention to a facilitator, and to look for in the log."""
        return self._kernel_id[:8]

    def _fail(self, sentence: str) -> PagePart:
        self.failed = True
        return PagePart("trouble", sentence)

    def _prose(self, cell: NotebookNode) -> PagePart:
        if cell.source not in _PROSE:
            _PROSE[cell.source] = self.exporter.markdown2html({"cell": cell}, cell.source)
        return PagePart("prose", _PROSE[cell.source], segment=cell.metadata.get("cluster_kit", {}).get("segment", ""))

    def _parts(self, output: NotebookNode, index: int) -> list[PagePart]:
        """The parts of an output: the richest form that the page knows. Warnings are for the log."""
        if output.output_type == "error":
            return [self._trouble(output, index)]
        if output.output_type == "stream":
            if output.name == "stdout" and output.text.strip():
                return [PagePart("text", output.text)]
            self.log.warning("Page %s, cell %s: %s", self._code, index, output.text)
            return []
        if reads := output.get("metadata", {}).get("cluster_kit", {}).get("reads"):
            self.reads.add(Reads(reads))
        if EXERCISE_MIME in output.data:
            return [PagePart("form", str(output.data[EXERCISE_MIME]["exercise"]))]
        if WIDGET_MIME in output.data:
            return [self._widget(output.data[WIDGET_MIME]["model_id"])]
        return show_data(output.data, output.get("metadata", {}))

    def _widget(self, model: str) -> PagePart:
        """A widget with the state that its kernel announced."""
        self.needs_kernel = True
        state = self.executor.widget_state.get(model, {})
        return PagePart("widget", model, state={key: value for key, value in state.items() if not key.startswith("_")})

    def _trouble(self, output: NotebookNode, index: int) -> PagePart:
        """An error of ours says its own sentence (its traceback is just that); any other is logged, not shown."""
        if list(output.traceback) == [output.evalue]:
            return self._fail(output.evalue)
        self.log.error("Page %s, cell %s:\n%s", self._code, index, "\n".join(output.traceback))
        return self._fail(f"{NOT_SHOWN} {self._code}.")


def show_data(data: Mapping[str, Any], metadata: Mapping[str, Any]) -> list[PagePart]:
    """The parts for an output's data: one, or none when the page knows none of its forms."""
    if "text/html" in data:
        return [PagePart("html", data["text/html"])]
    if "image/svg+xml" in data:
        return [PagePart("html", data["image/svg+xml"])]
    if "image/png" in data:
        alt = metadata.get("image/png", {}).get("alt", "")
        return [PagePart("picture", f"data:image/png;base64,{data['image/png'].strip()}", alt=alt)]
    return [PagePart("text", data["text/plain"])] if data.get("text/plain") else []
