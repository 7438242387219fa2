"""Runs a notebook in a kernel, and renders its outputs as HTML with Voilà's template."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from copy import copy, deepcopy
from dataclasses import replace
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any, cast

from jinja2 import BytecodeCache, Environment, StrictUndefined
from jinja2.bccache import Bucket
from nbformat import NotebookNode, from_dict
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook
from voila.app import Voila
from voila.exporter import VoilaMarkdownRenderer
from voila.notebook_renderer import NotebookRenderer

from cluster_kit.content.models import Exercise
from cluster_kit.content.notebook_checks import find_left_out
from cluster_kit.documents.html import keep_terms_together
from cluster_kit.forms.placeholder import EXERCISE_MIME
from cluster_kit.server.pages.executor import PageExecutor
from cluster_kit.server.pages.mathml import to_mathml
from cluster_kit.server.pages.outputs import NO_NAME, PagePart, plain_traceback, show_data
from cluster_kit.server.pages.page_cache import Parameters, RenderedPage
from cluster_kit.server.pages.shown_html import NEEDS_LOOK, cannot_show, show_html
from cluster_kit.server.security_headers import hash_inline_styles
from cluster_kit.server.unavailable import PAGE_PART_UNAVAILABLE
from cluster_kit.store.errors import UNAVAILABLE
from cluster_kit.workshop import Reads

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
WIDGET_MIME = "application/vnd.jupyter.widget-view+json"
NOT_SHOWN = (
    "This part could not be shown. Your answers are safe. Reload the page; if it happens again, "
    "tell your facilitator and mention the code"
)


class PageMarkdown(VoilaMarkdownRenderer):  # type: ignore[misc]
    """Markdown without the pilcrow links on notebook headings, and with formulas as MathML."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, exclude_anchor_links=True, **kwargs)

    def block_math(self, body: str) -> str:
        """A formula in lines of its own."""
        return to_mathml(body, is_block=True)

    def inline_math(self, body: str) -> str:
        """A formula within a line."""
        return to_mathml(body)

    def latex_environment(self, name: str, body: str) -> str:
        """A formula in an environment such as ``align``."""
        return to_mathml(f"\\begin{{{name}}}{body}\\end{{{name}}}", is_block=True)


class _CompiledTemplates(BytecodeCache):
    """Bytecode cache of templates, shared by all requests: Voilà creates a new environment for each."""

    def __init__(self) -> None:
        self._code: dict[str, Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket with the cached bytecode, if the template has not changed since."""
        checksum, code = self._code.get(bucket.key, (None, None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Cache the bytecode."""
        self._code[bucket.key] = (bucket.checksum, bucket.code)


_COMPILED = _CompiledTemplates()
_PROSE: dict[str, str] = {}  # Markdown: its HTML, the same for every user


def prepare_environment(environment: Environment, values: Mapping[str, Any]) -> None:
    """Enable autoescape and the template cache, and add the template context."""
    environment.autoescape = True
    environment.bytecode_cache = _COMPILED
    environment.undefined = StrictUndefined
    environment.globals.update(values)


def load_page_notebook(path: Path) -> NotebookNode:
    """The notebook from disk, without outputs. Cached until the file changes; do not modify."""
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
    """A copy for parameters and execution. Unchanged parts are shared."""
    copied = copy(notebook)
    copied.metadata, copied.cells = deepcopy(notebook.metadata), [copy(cell) for cell in notebook.cells]
    for cell in copied.cells:
        cell.metadata = deepcopy(cell.metadata)
    return copied


class PageRenderer(NotebookRenderer):  # type: ignore[misc]
    """Runs one notebook in one kernel, and renders its parts with a template.

    ``reads``, ``needs_kernel``, and ``failed`` are as in ``RenderedPage``.
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
        """The notebook without outputs and with the parameters inserted, in memory only."""
        notebook = copy_notebook(load_page_notebook(Path(path)))
        return cast(NotebookNode, parameterize_notebook(notebook, self._parameters))

    async def render(self, kernel_id: str) -> RenderedPage:
        """The page, with the cells run in this kernel. A failed cell becomes a sentence on the page."""
        await self.initialize()
        self._kernel_id = kernel_id
        self._cells, self.notebook.cells = self.notebook.cells, []  # keep the exporter from copying and validating
        prepare_environment(self.exporter.environment, {**self._context, "kernel_id": kernel_id})
        try:
            pieces = [html async for html, _ in self.generate_content_generator()]
        finally:
            if self.executor and self.executor.kc:
                await self._cleanup_resources()
        page = "".join(pieces)
        styles = hash_inline_styles(page)
        return RenderedPage(page, frozenset(self.reads), self.needs_kernel, self.failed, styles)

    async def _jinja_cell_generator(self, nb: NotebookNode, kernel_id: str | None) -> AsyncIterator[PagePart]:  # noqa: ARG002
        """The notebook's parts, and at the end of each segment the exercises that the notebook leaves out."""
        left_out = find_left_out(self._cells, self._context.get("plan", {}).values())
        segment = ""
        async for part in self._cell_parts():
            if part.segment:
                for exercise in left_out.pop(segment, []):
                    yield self._left_out_part(exercise)
                segment = part.segment
            yield part
        for exercise in left_out.pop(segment, []):
            yield self._left_out_part(exercise)
        for kind, exercises in left_out.items():
            yield PagePart("prose", f"<h2>{escape(self._context['titles'][kind])}</h2>", segment=kind)
            for exercise in exercises:
                yield self._left_out_part(exercise)

    def _left_out_part(self, exercise: Exercise) -> PagePart:
        """Its form; in a preview, which has no state and so no forms, its title and what it is for."""
        if self._parameters.get("jurisdiction"):
            return PagePart("form", exercise.id)
        return PagePart("prose", f"<h3>{escape(exercise.title)}</h3>\n<p>{escape(exercise.intent)}</p>")

    async def _cell_parts(self) -> AsyncIterator[PagePart]:
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
        """An error code for participants to give to a facilitator; the log has it, too."""
        return self._kernel_id[:8]

    def _fail(self, sentence: str) -> PagePart:
        self.failed = True
        return PagePart("trouble", sentence)

    def _prose(self, cell: NotebookNode) -> PagePart:
        if cell.source not in _PROSE:
            _PROSE[cell.source] = keep_terms_together(self._markdown(cell, cell.source))
        return PagePart("prose", _PROSE[cell.source], segment=cell.metadata.get("cluster_kit", {}).get("segment", ""))

    def _markdown(self, cell: NotebookNode, source: str) -> str:
        """Markdown as HTML; what the page cannot show is a sentence in it."""
        prose: str = self.exporter.markdown2html({"cell": cell}, source)
        if not NEEDS_LOOK.search(prose):
            return prose
        shown = show_html(prose)
        sentences = [f'<p class="ck-lost">{escape(cannot_show(what))}</p>' for what in dict.fromkeys(shown.lost)]
        return shown.html + "".join(sentences)

    def _parts(self, output: NotebookNode, index: int) -> list[PagePart]:
        """The parts of an output, in the richest supported format. Warnings are logged."""
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
        if "text/markdown" in output.data and "text/html" not in output.data:
            cell = from_dict({"attachments": {}})  # type: ignore[no-untyped-call]
            return [PagePart("prose", self._markdown(cell, output.data["text/markdown"]))]
        parts = show_data(output.data, output.get("metadata", {}))
        if reads == Reads.EARLIER:
            parts = [replace(part, kind="look_back") if part.kind == "html" else part for part in parts]
        for part in parts:
            if part.kind == "lost" or (part.kind == "picture" and part.alt == NO_NAME):
                what = part.text if part.kind == "lost" else "This picture has no alternative text."
                self.log.warning("Page %s, cell %s: %s", self._code, index + 1, what)
        return parts

    def _widget(self, model: str) -> PagePart:
        """A widget with the state that its kernel sent."""
        self.needs_kernel = True
        state = self.executor.widget_state.get(model, {})
        return PagePart("widget", model, state={key: value for key, value in state.items() if not key.startswith("_")})

    def _trouble(self, output: NotebookNode, index: int) -> PagePart:
        """For an error of ours, its message (its traceback is only that); any other error is logged, not shown."""
        if output.ename in UNAVAILABLE:
            self.log.error("Page %s, cell %s: %s", self._code, index, output.evalue)
            return self._fail(PAGE_PART_UNAVAILABLE)
        if list(output.traceback) == [output.evalue]:
            return self._fail(output.evalue)
        self.log.error("Page %s, cell %s:\n%s", self._code, index, "\n".join(output.traceback))
        part = self._fail(f"{NOT_SHOWN} {self._code}.")
        is_preview = not self._parameters.get("jurisdiction")  # only facilitators see it
        return replace(part, trace=plain_traceback(output.traceback)) if is_preview else part
