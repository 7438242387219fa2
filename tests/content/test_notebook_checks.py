"""Notices about the notebooks of sessions: exercises left out or unknown, and cells that a page cannot show."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner

from cluster_kit.cli.content import content_app
from cluster_kit.content import load_content
from cluster_kit.content.notebook_checks import check_notebooks, find_calls, find_display_notices

CONTENT = load_content("2026")
ALL = "\n".join(f'workshop.exercise("{exercise.id}")' for exercise in CONTENT.get_session(1).exercises)


def write(folder: Path, *code: str, markdown: str = "# A session") -> Path:
    cells = [nbformat.v4.new_markdown_cell(markdown), *map(nbformat.v4.new_code_cell, code)]  # type: ignore[no-untyped-call]
    path = folder / "session_1_own.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)  # type: ignore[no-untyped-call]
    return path


def notices(folder: Path) -> list[str]:
    """Those of session 1, without the file's name."""
    found = [notice for notice in check_notebooks(CONTENT, folder) if "session_1_own" in notice.notebook]
    return [str(notice).partition("session_1_own.ipynb")[2] for notice in found]


def test_the_shipped_notebooks_show_every_exercise_and_nothing_that_a_page_cannot_show() -> None:
    assert check_notebooks(CONTENT) == []


def test_an_exercise_that_no_cell_shows_is_named_with_its_segment(tmp_path: Path) -> None:
    write(tmp_path, ALL.replace('workshop.exercise("goals")', "# workshop.exercise('goals') is a comment"))
    [notice] = notices(tmp_path)
    assert notice.startswith(": no cell shows goals: the page adds it at the end of “")


def test_a_call_of_an_exercise_that_does_not_exist_is_named_with_its_cell(tmp_path: Path) -> None:
    write(tmp_path, ALL, "%matplotlib inline\nworkshop.exercise('gaols')")
    [notice] = check_notebooks(CONTENT, tmp_path)[:1]
    assert (notice.cell, notice.is_error) == (3, True)
    assert notice.sentence == "session 1 has no exercise 'gaols': did you mean 'goals'?"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('w.exercise("a")', ["a"]),
        ("w.exercise(exercise_id='a')", ["a"]),
        ("%time\nw.exercise('a')\nw.exercise(name)", ["a"]),
        ("text = \"w.exercise('a')\"", []),
        ("this is not python\nw.exercise('a')", ["a"]),
    ],
)
def test_calls_are_found_in_code_and_not_in_text(source: str, found: list[str]) -> None:
    assert find_calls(source) == found


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("import plotly.express as px", "charts of plotly need a script"),
        ("from bokeh.plotting import figure", "charts of bokeh need a script"),
        ("from IPython.display import Javascript\nJavascript('1')", "a script does not run"),
        ("%%javascript\nalert(1)", "a script does not run"),
        ("HTML('<script>1</script>')", "a script does not run"),
        ("%%html\n<img src='https://example.org/a.png' alt='x'>", "a picture of another website"),
        ("Image(url='https://example.org/a.png')", "a picture of another website"),
        ("Image(filename='a.png')", "a picture has no alternative text"),
        ("Video('clip.mp4', embed=True)", "a recording does not play"),
    ],
)
def test_a_cell_that_a_page_cannot_show_says_what_and_how_to_change_it(
    tmp_path: Path, source: str, sentence: str
) -> None:
    write(tmp_path, ALL, source)
    [notice] = notices(tmp_path)
    assert notice.startswith(f", cell 3: {sentence}")
    assert notice.endswith(".")
    assert [str(one) for one in find_display_notices(CONTENT, tmp_path)] == [
        str(one) for one in check_notebooks(CONTENT, tmp_path) if one.cell == 3
    ]


@pytest.mark.parametrize(
    "source",
    [
        "Image(data=png, alt='A map')",
        "YouTubeVideo('abc')",
        "IFrame('https://example.org', 1, 1)",
        "import pandas",
        "interact(f, x=3)",
    ],
)
def test_a_cell_that_a_page_can_show_is_not_listed(tmp_path: Path, source: str) -> None:
    write(tmp_path, ALL, source)
    assert notices(tmp_path) == []


def test_markdown_cells_are_checked_too(tmp_path: Path) -> None:
    write(tmp_path, ALL, markdown="![a map](https://example.org/a.png) ![](b.png) <script>1</script>")
    assert [notice.partition(": ")[2][:9] for notice in notices(tmp_path)] == ["a script ", "a picture", "a picture"]


def test_a_damaged_or_missing_notebook_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "session_1_own.ipynb").write_text("{not json", "utf-8")
    assert notices(tmp_path) == [": this is not a whole notebook file: save it again in JupyterLab"]
    assert "session 2 has no notebook" in str(check_notebooks(CONTENT, tmp_path)[1])


def test_content_check_lists_them_and_fails_only_for_an_unknown_exercise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLUSTER_KIT_HOME", str(tmp_path / "home"))
    write(tmp_path, ALL, "import plotly")
    result = CliRunner().invoke(content_app, ["check", "--notebooks", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert "session_1_own.ipynb, cell 3: charts of plotly" in result.output
    write(tmp_path, ALL, "workshop.exercise('nothing_like_it')")
    result = CliRunner().invoke(content_app, ["check", "--notebooks", str(tmp_path), "--json"])
    assert result.exit_code == 1
    cells = [(notice["cell"], notice["is_error"]) for notice in json.loads(result.stdout)["notebooks"]]
    assert (3, True) in cells
    result = CliRunner().invoke(content_app, ["check", "--notebooks", str(tmp_path / "none")])
    assert result.exit_code != 0
    assert "is not a folder" in str(result.exception)
