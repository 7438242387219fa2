"""Accessibility checks: each PDF against the machine-checkable rules of PDF/UA, each page with axe-core."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

from cluster_kit.documents.pdf_rules import find_pdf_problems
from cluster_kit.packets.formats import HTML, PDF
from cluster_kit.packets.manifest import Check
from cluster_kit.packets.page_rules import PageChecker


class Checker:
    """Checks packet files. One browser, started for the first page, is reused."""

    def __init__(self) -> None:
        # Playwright is bound to the thread that started it; a dedicated thread keeps it out of the kernels' event
        # loops.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="page-checker")
        self._pages: PageChecker | None = None

    def check(self, files: dict[str, bytes]) -> tuple[Check, ...]:
        """One check for each page and PDF, recognized by file name extension."""
        pages = [self._thread.submit(self._check_page, data) for data in _of(HTML, files)]
        problems = [tuple(find_pdf_problems(data)) for data in _of(PDF, files)]
        documents = [Check(format=PDF, problems=found) for found in problems]
        return (*(page.result() for page in pages), *documents)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pages:
            self._thread.submit(self._pages.close).result()
        self._thread.shutdown()

    def _check_page(self, page: bytes) -> Check:
        if self._pages is None:
            self._pages = PageChecker()
        return self._pages.check(page.decode())


def _of(form: str, files: dict[str, bytes]) -> Iterator[bytes]:
    return (data for name, data in files.items() if name.endswith(f".{form}"))
