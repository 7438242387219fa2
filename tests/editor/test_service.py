"""Saving: versions, merges, problems, answers, and sessions that have begun. Real files, processes, and stores."""

from __future__ import annotations

import copy
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cluster_kit.content import check_content, load_content
from cluster_kit.content.folders import SHIPPED
from cluster_kit.editor.history import FileHistory, UnknownVersionError
from cluster_kit.editor.messages import CheckRequest, RestoreRequest, SaveRequest
from cluster_kit.editor.service import EditingService, Refusal
from cluster_kit.sessions import SessionLog
from cluster_kit.sessions.facilitation import BeginSegment
from cluster_kit.settings import Settings
from cluster_kit.store import Person, Store
from tests.answers import new_answer
from tests.editor.conftest import SERIES, open_service

DRAFT = "draft-of-the-test"
AUTHORITY = "exercises.goals.prompts.goals.columns.authority"
SHIPPED_TEXT = (SHIPPED / "series" / SERIES / "session_1.yaml").read_text(encoding="utf-8")


def find(data: dict[str, Any], exercise: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in data["exercises"] if exercise in (one.get("id"), one.get("use")))
    return found


def edit(opened: dict[str, Any], exercise: str, **values: Any) -> SaveRequest:
    """A save with these values of one exercise."""
    data = copy.deepcopy(opened["data"])
    find(data, exercise).update(values)
    return SaveRequest(draft=DRAFT, base=opened["base"], data=data)


def save(service: EditingService, request: SaveRequest, name: str = "session_1") -> dict[str, Any]:
    saved = service.save(name, request)
    assert isinstance(saved, dict), saved
    return saved


def refuse(service: EditingService, request: SaveRequest, name: str = "session_1") -> Refusal:
    refused = service.save(name, request)
    assert isinstance(refused, Refusal)
    return refused


def own_file(settings: Settings, name: str = "session_1") -> Path:
    return settings.content / "series" / SERIES / f"{name}.yaml"


def test_a_save_writes_the_shipped_file_with_one_line_changed(service: EditingService, settings: Settings) -> None:
    opened = service.open("session_1")
    assert opened["own"] == ""
    saved = save(service, edit(opened, "goals", title="Our goals for the state"))
    assert saved["own"] == str(own_file(settings))
    assert own_file(settings).read_text(encoding="utf-8") == SHIPPED_TEXT.replace(
        "title: Our statewide goals", "title: Our goals for the state"
    )
    assert (
        load_content(SERIES, settings.content).get_session(1).find_exercise("goals").title == "Our goals for the state"
    )  # type: ignore[union-attr]
    assert check_content(settings.content) == []


def test_every_save_can_be_undone_and_redone(service: EditingService, settings: Settings) -> None:
    opened = service.open("session_1")
    first = save(service, edit(opened, "goals", title="First"))
    second = save(service, edit(first, "goals", title="Second"))
    assert [one["number"] for one in service.versions("session_1")] == [3, 2, 1]
    shipped = service.restore("session_1", RestoreRequest(draft=DRAFT, base=second["base"], number=1))
    assert isinstance(shipped, dict)
    assert not own_file(settings).exists()  # the shipped text again, which upgrades may improve
    again = service.restore("session_1", RestoreRequest(draft=DRAFT, base=shipped["base"], number=3))
    assert isinstance(again, dict)
    assert find(again["data"], "goals")["title"] == "Second"
    versions = service.versions("session_1")
    assert [one["live"] for one in versions] == [True, False, False, False, False]
    assert versions[3]["changes"][0] == {
        "key": "exercises.goals.title",
        "where": "First › title",
        "before": "Our statewide goals",
        "after": "First",
    }
    with pytest.raises(UnknownVersionError, match="version 99"):
        service.restore("session_1", RestoreRequest(draft=DRAFT, base=again["base"], number=99))


def test_a_version_with_problems_cannot_go_live_and_its_draft_stays(
    service: EditingService, settings: Settings
) -> None:
    opened = service.open("session_1")
    request = edit(opened, "goals", minutes="x", title=None)
    checked = service.check(
        "session_1", CheckRequest(draft=DRAFT, base=request.base, data=request.data, exercise="goals")
    )
    assert {
        (one["key"], one["sentence"]) for one in checked["problems"] if one["key"].startswith("exercises.goals.")
    } == {
        ("exercises.goals.minutes", "minutes must be a whole number, not 'x'"),
        ("exercises.goals.title", "title is empty: write something there"),
    }
    assert not checked["usable"]
    refused = refuse(service, request)
    assert refused.reason == "problems"
    assert not own_file(settings).exists()
    [draft] = service.open("session_1")["drafts"]
    assert draft["data"] == request.data
    service.discard("session_1", DRAFT)
    assert service.open("session_1")["drafts"] == []


def test_problems_that_an_edit_causes_in_other_files_block_it(service: EditingService) -> None:
    opened = service.open("session_1")
    data = copy.deepcopy(opened["data"])
    find(data, "goals")["id"] = "goals_renamed"
    refused = refuse(service, SaveRequest(draft=DRAFT, base=opened["base"], data=data))
    assert refused.reason == "problems"
    elsewhere = [one["sentence"] for one in refused.details["problems"] if "session_2.yaml, line" in one["where"]]
    assert any("goals" in sentence for sentence in elsewhere)


def test_the_time_budget_follows_an_edit(service: EditingService) -> None:
    opened = service.open("session_1")

    def check(**values: Any) -> dict[str, Any]:
        data = edit(opened, "goals", **values).data
        return service.check("session_1", CheckRequest(draft=DRAFT, base=opened["base"], data=data, exercise="goals"))

    before, after = check(), check(minutes="15", talk_minutes="6")
    times = [checked["times"]["goals"]["room"] for checked in (before, after)]
    assert (times[0]["given"], times[1]["given"]) == (12, 15)
    assert times[1]["needed"] == pytest.approx(times[0]["needed"] + 3)
    segments = [next(s for s in one["segments"] if s["kind"] == "policy_tool") for one in (before, after)]
    assert segments[1]["needed"] == segments[0]["needed"] + 3
    assert [one["key"] for one in after["problems"]] == ["segments.2.minutes"]


def test_the_preview_is_the_form_of_the_draft(service: EditingService) -> None:
    opened = service.open("session_1")
    data = edit(opened, "goals", title="<b>Bold</b>").data
    preview = service.check("session_1", CheckRequest(draft=DRAFT, base=opened["base"], data=data, exercise="goals"))[
        "preview"
    ]
    assert preview["schema"]["title"] == "<b>Bold</b>"
    assert [one["id"] for one in preview["schema"]["prompts"]] == ["goals", "access_check", "left_out"]
    assert preview["opening"]["answers"]["rows"] == {"goals": []}


def test_two_saves_of_different_fields_are_merged_after_both_are_shown(service: EditingService) -> None:
    opened = service.open("session_1")
    theirs = save(service, edit(opened, "goals", title="Theirs"))
    request = edit(opened, "use_the_tool", title="Mine")
    refused = refuse(service, request)
    assert refused.reason == "changed"
    assert [one["after"] for one in refused.details["theirs"]] == ["Theirs"]
    assert [one["after"] for one in refused.details["mine"]] == ["Mine"]
    assert refused.details["collisions"] == []
    merged = save(service, request.model_copy(update={"merge": refused.details["newer"]}))
    assert [find(merged["data"], one)["title"] for one in ("goals", "use_the_tool")] == ["Theirs", "Mine"]
    assert merged["version"] == theirs["version"] + 1


def test_two_saves_of_one_field_need_a_choice(service: EditingService) -> None:
    opened = service.open("session_1")
    save(service, edit(opened, "goals", title="Theirs"))
    request = edit(opened, "goals", title="Mine", keeps="mine")
    refused = refuse(service, request)
    [collision] = refused.details["collisions"]
    assert (collision["before"], collision["mine"], collision["theirs"]) == ("Our statewide goals", "Mine", "Theirs")
    unanswered = request.model_copy(update={"merge": refused.details["newer"]})
    assert refuse(service, unanswered).reason == "changed"
    saved = save(service, unanswered.model_copy(update={"choices": {collision["key"]: "mine"}}))
    assert (find(saved["data"], "goals")["title"], find(saved["data"], "goals")["keeps"]) == ("Mine", "mine")


def test_a_file_that_was_changed_by_hand_is_merged_with_its_comments(
    service: EditingService, settings: Settings
) -> None:
    opened = service.open("session_1")
    own_file(settings).parent.mkdir(parents=True)
    by_hand = SHIPPED_TEXT.replace("question: Where", "# my comment\nquestion: Today, where")
    own_file(settings).write_text(by_hand, encoding="utf-8")
    request = edit(opened, "goals", title="Mine")
    saved = save(service, request.model_copy(update={"merge": refuse(service, request).details["newer"]}))
    assert saved["data"]["question"].startswith("Today, where")
    assert own_file(settings).read_text(encoding="utf-8") == by_hand.replace(
        "title: Our statewide goals", "title: Mine"
    )


SAVE_MANY = """
import sys
from cluster_kit.editor.service import Refusal
from cluster_kit.editor.messages import SaveRequest
from cluster_kit.settings import Settings
from pathlib import Path
from tests.editor.conftest import open_service
from tests.editor.test_service import find
home, exercise, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
with open_service(Settings(home)) as service:
    opened = service.open("session_1")
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(count):
        find(opened["data"], exercise)["title"] = f"{exercise} {number}"
        request = SaveRequest(draft=f"draft-{exercise}".replace("_", "-"), base=opened["base"], data=opened["data"])
        saved = service.save("session_1", request)
        while isinstance(saved, Refusal):
            assert saved.reason == "changed" and not saved.details["collisions"], saved
            saved = service.save("session_1", request.model_copy(update={"merge": saved.details["newer"]}))
        opened = saved
"""


def test_two_processes_that_save_at_once_lose_nothing(settings: Settings) -> None:
    count, names = 6, ("goals", "use_the_tool")
    command = [sys.executable, "-c", SAVE_MANY, str(settings.home)]
    both = [
        subprocess.Popen(
            [*command, name, str(count)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in names
    ]
    for process in both:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    results = [process for process in both]
    for process in results:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    for process in results:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
    with open_service(settings) as service:
        data = service.open("session_1")["data"]
        assert [find(data, name)["title"] for name in names] == [f"{name} {count - 1}" for name in names]
        titles = {one["after"] for version in service.versions("session_1") for one in version["changes"]}
        assert titles == {f"{name} {number}" for name in names for number in range(count)}
        assert len(service.versions("session_1")) == 1 + 2 * count


KILLED = """
import os, signal, sys
from pathlib import Path
from cluster_kit.editor import files
from cluster_kit.settings import Settings
from tests.editor.conftest import open_service
from tests.editor.test_service import edit
with open_service(Settings(Path(sys.argv[1]))) as service:
    opened = service.open("session_1")
    files.write_atomically = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
    service.save("session_1", edit(opened, "goals", title="Never live"))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_save_that_is_killed_between_its_writes_leaves_the_live_file_whole(settings: Settings) -> None:
    with open_service(settings) as service:
        first = save(service, edit(service.open("session_1"), "goals", title="Live"))
    killed = subprocess.run([sys.executable, "-c", KILLED, str(settings.home)], check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    with open_service(settings) as service:
        opened = service.open("session_1")  # the lock of the killed process is gone
        assert opened["base"] == first["base"]
        assert check_content(settings.content) == []
        lost = next(
            one for one in service.versions("session_1") if any(c["after"] == "Never live" for c in one["changes"])
        )
        assert not lost["live"]
        restored = service.restore("session_1", RestoreRequest(draft=DRAFT, base=opened["base"], number=lost["number"]))
        assert isinstance(restored, dict)
        assert find(restored["data"], "goals")["title"] == "Never live"


# --- answers --------------------------------------------------------------------------------------------------


@pytest.fixture
def answered(settings: Settings) -> Settings:
    """Answers of three states to the goals of session 1."""
    settings.home.mkdir(parents=True)
    with Store.open(settings.db_url) as store:
        rows = [
            new_answer(place, value, id=f"{state}-{place}-{row}", jurisdiction=state, row=row)
            for state in ("OH", "GU", "TX")
            for place, value, row in (
                ("goals.goals.authority", "law" if state == "OH" else "us", "r1"),
                ("goals.goals.support", "said_yes", "r1"),
                ("goals.left_out", f"What {state} left out", ""),
                ("organizing_structure.systems.today", "own", "k12"),
            )
        ]
        store.append(rows)
    return settings


def test_answers_are_counted_for_each_question(answered: Settings) -> None:
    with open_service(answered) as service:
        answers = service.open("session_1")["answers"]
    assert answers["goals.left_out"] == {"answers": 3, "states": 3}
    assert answers["goals.goals.authority"] == {"answers": 3, "states": 3}
    assert answers["goals.goals"] == {"answers": 6, "states": 3}


def _without(data: dict[str, Any], kind: str) -> None:
    goals = find(data, "goals")["prompts"]
    table = goals[0]
    authority = next(one for one in table["columns"] if one["id"] == "authority")
    match kind:
        case "question":
            goals[:] = [one for one in goals if one["id"] != "left_out"]
        case "kind":
            left_out = next(one for one in goals if one["id"] == "left_out")
            left_out.pop("words")
            left_out["kind"] = "date"
        case "option":
            authority["options"] = [one for one in authority["options"] if one["id"] != "law"]
        case "column":
            table["columns"] = [one for one in table["columns"] if one["id"] != "support"]
        case "row":
            rows = find(data, "organizing_structure")["prompts"][0]["rows"]
            rows[:] = [one for one in rows if one["id"] != "k12"]


@pytest.mark.parametrize(
    ("kind", "key", "words"),
    [
        ("question", "exercises.goals.prompts.left_out", "is removed, and has 3 answers from 3 states"),
        ("kind", "exercises.goals.prompts.left_out", "becomes another kind of question, and has 3"),
        ("option", f"{AUTHORITY}.options.law", "is removed, and has 1 answer from 1 state"),
        ("column", AUTHORITY.replace("authority", "support"), "is removed, and has 3 answers from 3 states"),
        ("row", "exercises.organizing_structure.prompts.systems.rows.k12", "is removed, and has 3 answers"),
    ],
)  # fmt: skip
def test_what_has_answers_is_removed_on_purpose_only(answered: Settings, kind: str, key: str, words: str) -> None:
    with open_service(answered) as service:
        opened = service.open("session_1")
        data = copy.deepcopy(opened["data"])
        _without(data, kind)
        request = SaveRequest(draft=DRAFT, base=opened["base"], data=data)
        refused = refuse(service, request)
        assert refused.reason == "answers"
        [risk] = refused.details["risks"]
        assert risk["key"] == key
        assert words in risk["sentence"]
        assert "stay in the record" in risk["sentence"]
        save(service, request.model_copy(update={"confirmed": (key,)}))
        with Store.open(answered.db_url) as store:
            assert len(store.current(SERIES)) == 12


def test_labels_change_freely(answered: Settings) -> None:
    with open_service(answered) as service:
        opened = service.open("session_1")
        data = copy.deepcopy(opened["data"])
        for prompt in find(data, "goals")["prompts"]:
            prompt["label"] = "Another label"
        for option in find(data, "goals")["prompts"][0]["columns"][2]["options"]:
            option["label"] = f"Another {option['id']}"
        save(service, SaveRequest(draft=DRAFT, base=opened["base"], data=data))


def test_a_session_that_has_begun_is_locked_until_someone_unlocks_it(settings: Settings) -> None:
    settings.home.mkdir(parents=True)
    with Store.open(settings.db_url) as store:
        facilitator = Person(id="fay", series=SERIES, jurisdiction="", name="Fay Sample")
        session = load_content(SERIES).get_session(1)
        SessionLog(store, SERIES, session).do(facilitator, BeginSegment(), subject="framing")
    with open_service(settings) as service:
        opened = service.open("session_1")
        assert opened["begun"] == [1]
        assert service.open("session_2")["begun"] == []
        request = edit(opened, "goals", title="New")
        refused = refuse(service, request)
        assert (refused.reason, refused.details) == ("begun", {"sessions": [1]})
        save(service, request.model_copy(update={"unlocked": True}))
        assert service.open("shared")["begun"] == [1]


# --- shared exercises -----------------------------------------------------------------------------------------


def test_a_session_overrides_a_shared_text_and_the_shared_file_stays(
    service: EditingService, settings: Settings
) -> None:
    opened = service.open("session_1")
    assert opened["shared"]["next_steps"]["title"]
    save(service, edit(opened, "next_steps", title="Our own next steps"))
    assert not own_file(settings, "shared").exists()
    content = load_content(SERIES, settings.content)
    titles = [session.find_exercise("next_steps").title for session in content.sessions]  # type: ignore[union-attr]
    assert titles[0] == "Our own next steps"
    assert "Our own next steps" not in titles[1:]


def test_a_shared_exercise_changes_in_every_session(service: EditingService, settings: Settings) -> None:
    opened = service.open("shared")
    assert opened["uses"]["next_steps"] == [1, 2, 3, 4]
    save(service, edit(opened, "next_steps", title="Steps for all"), "shared")
    content = load_content(SERIES, settings.content)
    assert {session.find_exercise("next_steps").title for session in content.sessions} == {"Steps for all"}  # type: ignore[union-attr]


# --- the history's own files ----------------------------------------------------------------------------------


@pytest.mark.parametrize("draft", ["../../escape", "a/b-c-d-e-f", "short", "Upper-Case-1", "x" * 65, "null\x00byte-1"])
def test_a_draft_stays_in_its_folder(tmp_path: Path, draft: str) -> None:
    history = FileHistory(tmp_path / "versions", tmp_path / "drafts")
    with pytest.raises(ValueError, match="not the id of a draft"):
        history.discard(draft)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_draft_is_skipped(tmp_path: Path) -> None:
    history = FileHistory(tmp_path / "versions", tmp_path / "drafts")
    (tmp_path / "drafts").mkdir()
    (tmp_path / "drafts" / "damaged-draft.json").write_text("{", encoding="utf-8")
    assert history.drafts() == []
