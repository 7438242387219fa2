"""MkDocs hooks: add files from outside ``docs/`` to the site, and rewrite links between files.

Links in the repository lead from file to file, so that they work wherever its files are shown.
"""

from __future__ import annotations

import re
from pathlib import Path
from posixpath import relpath

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
# Files outside docs/, and their place on the site.
MOUNTED = {
    "CHANGELOG.md": "reference/changelog.md",
    "CONTRIBUTING.md": "how-to/contributing.md",
    "SECURITY.md": "reference/security.md",
    "facilitator_guide/README.md": "how-to/facilitator-guide/index.md",
    **{
        f"facilitator_guide/{name}.md": f"how-to/facilitator-guide/{name}.md"
        for name in (
            *("before_the_series", "checklists", "federal_questions", "when_things_fail"),
            *(f"session_{n}" for n in range(1, 5)),
        )
    },
    "worksheets/README.md": "how-to/fill-out-a-worksheet.md",
    "tests/insights/goldens/tiles.png": "explanation/tiles.png",
}
# Pages that take the place of a file on the site.
REPLACED = {"README.md": "index.md"}
TASK = re.compile(r"^(\s*- )\[ \] ", re.MULTILINE)  # which the repository's page shows as a box, and the site as text
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the files from outside ``docs/``."""
    for source, place in MOUNTED.items():
        files.append(File.generated(config, place, abs_src_path=str(ROOT / source)))
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Rewrite links to files outside ``docs/``. A link to a file without a page becomes text."""
    path = page.file.abs_src_path
    if path is None:
        return markdown
    folder = Path(path).parent

    def rewrite(link: re.Match[str]) -> str:
        target, hash_mark, anchor = link[3].partition("#")
        if not target or "://" in target:
            return link[0]
        source = (folder / target).resolve().relative_to(ROOT).as_posix()
        place = find_place(source)
        if place is None:
            return link[2]
        return f"{link[1]}[{link[2]}]({relpath(place, Path(page.file.src_uri).parent.as_posix())}{hash_mark}{anchor})"

    return TASK.sub(r"\1☐ ", LINK.sub(rewrite, markdown))


def find_place(source: str) -> str | None:
    """Where a file of the repository is on the site; None for a file that is not on it."""
    if source.startswith("docs/") and not source.endswith((".py", ".toml")):
        return source.removeprefix("docs/")
    return MOUNTED.get(source) or REPLACED.get(source)
