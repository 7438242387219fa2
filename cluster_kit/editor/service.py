"""Open, check, and save the files of a series: what the editor's page asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cluster_kit.content import load_content
from cluster_kit.content.budget import ExerciseTime, SegmentTime, estimate_alone, time_exercise
from cluster_kit.content.drafts import CheckedDraft, check_draft
from cluster_kit.content.errors import Problem
from cluster_kit.content.folders import Folders
from cluster_kit.content.models import Content, Depth, Exercise, When
from cluster_kit.editor.files import EditableFile, FileText, UnknownFileError, decode_utf8, list_files, sessions_of
from cluster_kit.editor.history import FileDraft, FileVersion
from cluster_kit.editor.messages import CheckRequest, RestoreRequest, SaveRequest
from cluster_kit.editor.preview import Previews
from cluster_kit.editor.protection import AnswerIndex, find_begun, find_sessions_using
from cluster_kit.editor.trees import TreeMerge, list_changes
from cluster_kit.editor.yaml_edits import UneditableFileError, edit_text, read_tree
from cluster_kit.editor.yaml_values import Tree
from cluster_kit.models import Json
from cluster_kit.settings import Settings
from cluster_kit.store import Store

MOST_VERSIONS = 30
MOST_CHANGES = 40


@dataclass(frozen=True)
class Refusal:
    """Why a save did not happen, and what the person can decide. ``reason`` is ``changed``, ``problems``, ``answers``,
    or ``begun``."""

    reason: str
    details: Json

    def as_json(self) -> Json:
        """The reason and its details."""
        return {"reason": self.reason, **self.details}


class EditingService:
    """The files of one series. Thread-safe: each save is excluded by the lock of its file."""

    def __init__(self, settings: Settings, series: str, store: Store, previews: Previews) -> None:
        self._settings, self._series, self._store, self._previews = settings, series, store, previews
        self._files = {file.name: file for file in list_files(settings, load_content(series, settings.content))}

    @property
    def names(self) -> list[str]:
        """The names of the files, in order."""
        return list(self._files)

    def find_file(self, name: str) -> EditableFile:
        """The file with this name. Raises ``UnknownFileError``."""
        if name not in self._files:
            raise UnknownFileError(name)
        return self._files[name]

    # --- opening --------------------------------------------------------------------------------------------

    def open(self, name: str) -> Json:
        """Everything that the page needs to edit a file."""
        file, content = self.find_file(name), self._load()
        with file.history.lock():
            now = file.read()
            version = file.history.keep(now.raw)
        return {
            "name": name,
            "series": {"id": self._series, "title": content.series.title},
            "files": [self._describe(file, content) for file in self._files.values()],
            **self._state(file, now),
            "version": version.number,
            "shared": self._shared(file),
            "uses": self._uses(content) if file.session is None else {},
            "answers": {key: count.model_dump() for key, count in self._index(file, content).counts().items()},
            "begun": self._begun(file, content),
            "drafts": [draft.model_dump(mode="json") for draft in file.history.drafts()],
            "limits": {"depths": [depth.value for depth in Depth]},
        }

    def _load(self) -> Content:
        return load_content(self._series, self._settings.content)

    def _describe(self, file: EditableFile, content: Content) -> Json:
        session = next((session for session in content.sessions if session.number == file.session), None)
        title = f"Session {session.number}: {session.title}" if session else "Exercises of several sessions"
        return {"name": file.name, "title": title}

    def _state(self, file: EditableFile, now: FileText) -> Json:
        shown = file.own if now.is_own else None
        return {"data": now.data, "base": now.digest, "own": str(shown) if shown else ""}

    def _shared(self, file: EditableFile) -> dict[str, Tree]:
        """The shared exercises by id, for a session that uses some of them."""
        shared = self._files.get("shared")
        if file.session is None or shared is None:
            return {}
        entries = shared.read().data.get("exercises")
        return {str(entry.get("id")): entry for entry in entries or [] if isinstance(entry, dict)}

    def _uses(self, content: Content) -> dict[str, list[int]]:
        ids = {exercise.id for session in content.sessions for exercise in session.exercises}
        return {id_: [session.number for session in find_sessions_using(content, id_)] for id_ in sorted(ids)}

    def _index(self, file: EditableFile, content: Content) -> AnswerIndex:
        return AnswerIndex(self._store, self._series, [session.number for session in sessions_of(file, content)])

    def _begun(self, file: EditableFile, content: Content) -> list[int]:
        return find_begun(content, self._store, sessions_of(file, content))

    # --- checking -------------------------------------------------------------------------------------------

    def check(self, name: str, request: CheckRequest) -> Json:
        """Keep a draft, and say what is wrong with it, what time it takes, and how an exercise looks."""
        file = self.find_file(name)
        now = file.read()
        base = self._base_text(file, request.base, now)
        if request.keep:
            draft = FileDraft(id=request.draft, base=request.base, at=datetime.now(UTC), data=request.data)
            file.history.keep_draft(draft)
        text = edit_text(base, request.data)
        checked = check_draft(self._series, self._settings.content, file.relative, text.encode())
        exercise = request.exercise
        session = file.session or self._first_session_using(checked.content, exercise)
        shown = self._previews.open(request.draft, checked.content, session, exercise) if checked.content else None
        return {
            "problems": self._list_problems(file, checked),
            "usable": checked.is_usable,
            "changes": len(list_changes(read_tree(base), request.data)),
            "newer": now.digest != request.base,
            "segments": [_time_in_words(time) for time in checked.time(session)] if file.session else [],
            "times": _exercise_times(checked, session),
            "preview": shown,
        }

    def _base_text(self, file: EditableFile, base: str, now: FileText) -> str:
        """The text that a draft began with; today's, if that version is not in the history any more."""
        raw = now.raw if now.digest == base else file.history.find_text(base)
        return decode_utf8(raw if raw is not None else now.raw)

    def _first_session_using(self, content: Content | None, exercise: str) -> int:
        using = find_sessions_using(content, exercise) if content else []
        return using[0].number if using else 1

    def _list_problems(self, file: EditableFile, checked: CheckedDraft) -> list[Json]:
        """The problems of the draft; ``here``: a field of this page can solve it. Then those of other files."""
        shared = self._files.get("shared")
        merged = Folders.over_shipped(self._settings.content).shown(shared.relative) if shared else ""

        def describe(problem: Problem, *, here: bool, blocks: bool) -> Json:
            where = "" if here else f"{problem.file}, line {problem.line}"
            return {"key": problem.key, "sentence": problem.sentence, "where": where, "blocks": blocks}

        return [
            *(describe(problem, here=True, blocks=True) for problem in checked.problems),
            *(
                describe(one, here=file.session is not None and one.file == merged, blocks=True)
                for one in checked.elsewhere
            ),
            *(describe(problem, here=False, blocks=False) for problem in checked.before),
        ]

    # --- saving ---------------------------------------------------------------------------------------------

    def save(self, name: str, request: SaveRequest) -> Json | Refusal:
        """Make a draft live, or say why not. Changes that others have saved meanwhile are merged, never overwritten."""
        file = self.find_file(name)
        with file.history.lock():
            now = file.read()
            file.history.keep(now.raw)
            data: dict[str, Tree] = request.data
            if now.digest != request.base:
                base = read_tree(self._base_text(file, request.base, now))
                merge = TreeMerge(request.choices)
                data = merge.merge(base, request.data, now.data)
                if merge.collisions or request.merge != now.digest:
                    return self._changed(now, base, request.data, merge)
            saved = self._put(file, now, edit_text(now.text, data), request)
        if isinstance(saved, Refusal):
            return saved
        file.history.discard(request.draft)
        return saved

    def _changed(self, now: FileText, base: dict[str, Tree], mine: dict[str, Tree], merge: TreeMerge) -> Refusal:
        details = {
            "newer": now.digest,
            "theirs": [change.model_dump() for change in list_changes(base, now.data)[:MOST_CHANGES]],
            "mine": [change.model_dump() for change in list_changes(base, mine)[:MOST_CHANGES]],
            "collisions": [collision.model_dump() for collision in merge.collisions],
        }
        return Refusal("changed", details)

    def _put(
        self, file: EditableFile, now: FileText, text: str, request: SaveRequest | RestoreRequest
    ) -> Json | Refusal:
        """Write a text if it has no problems and nothing needs a decision. Call it with the lock."""
        checked = check_draft(self._series, self._settings.content, file.relative, text.encode())
        if not checked.is_usable or checked.content is None:
            return Refusal("problems", {"problems": self._list_problems(file, checked)})
        if (begun := self._begun(file, checked.content)) and not request.unlocked:
            return Refusal("begun", {"sessions": begun})
        index = self._index(file, checked.content)
        risks = index.find_risks(now.data, read_tree(text))
        if {risk.key for risk in risks} - set(request.confirmed):
            return Refusal("answers", {"risks": [risk.model_dump() for risk in risks]})
        saved = file.write(text.encode())
        versions = file.history.versions()
        changes = len(list_changes(now.data, saved.data))
        return {**self._state(file, saved), "version": versions[-1].number, "changes": changes}

    # --- versions -------------------------------------------------------------------------------------------

    def versions(self, name: str) -> list[Json]:
        """The newest versions, the newest first, each with what it changed."""
        file = self.find_file(name)
        digest, known = file.read().digest, file.history.versions()
        live = next((one.number for one in reversed(known) if one.digest == digest), 0)
        shown = known[-MOST_VERSIONS:]
        before: Sequence[FileVersion | None] = [*known[-MOST_VERSIONS - 1 : -MOST_VERSIONS], *shown[:-1]]
        pairs = zip([*[None] * (len(shown) - len(before)), *before], shown, strict=True)
        return [self._describe_version(file, old, new, live) for old, new in pairs][::-1]

    def _describe_version(self, file: EditableFile, old: FileVersion | None, new: FileVersion, live: int) -> Json:
        changes: list[Any] = []
        try:
            if old:
                texts = (decode_utf8(file.history.read(one.number)) for one in (old, new))
                changes = list_changes(*map(read_tree, texts))
        except UneditableFileError:  # a version that was edited by hand; it cannot be restored here
            changes = []
        return {
            "number": new.number,
            "at": new.at.isoformat(),
            "live": new.number == live,
            "changes": [change.model_dump() for change in changes[:MOST_CHANGES]],
        }

    def restore(self, name: str, request: RestoreRequest) -> Json | Refusal:
        """Make an earlier version live, as a new version. Raises ``UnknownVersionError``."""
        file = self.find_file(name)
        with file.history.lock():
            now = file.read()
            file.history.keep(now.raw)
            if now.digest != request.base:
                return Refusal("newer", {})
            return self._put(file, now, decode_utf8(file.history.read(request.number)), request)

    def discard(self, name: str, draft: str) -> None:
        """Remove a draft."""
        self.find_file(name).history.discard(draft)


def _time_in_words(time: SegmentTime) -> Json:
    return {
        "kind": time.segment.kind.value,
        "minutes": time.segment.minutes,
        "host": time.segment.host_minutes,
        "moves": time.moves,
        "moving": time.moving,
        "given": time.given,
        "buffer": time.buffer,
        "needed": time.needed,
    }


def _exercise_times(checked: CheckedDraft, session: int) -> dict[str, Json]:
    part = next((one for one in checked.parts.sessions if one.number == session), None)
    exercises = [located.model for located in part.exercises] if part else []
    return {exercise.id: _exercise_time(checked, exercise) for exercise in exercises}


def _exercise_time(checked: CheckedDraft, exercise: Exercise) -> Json:
    in_room = exercise.when is When.SESSION
    time: ExerciseTime | None = time_exercise(exercise, checked.parts.instrument) if in_room else None
    alone = estimate_alone(exercise, checked.parts.instrument) if exercise.has_prework or not in_room else None
    return {
        "room": {
            "find": time.find,
            "read": time.read,
            "talk": time.talk,
            "write": time.write,
            "needed": time.needed,
            "given": exercise.minutes,
        }
        if time
        else None,
        "alone": {"needed": alone, "given": exercise.prework_minutes or exercise.about_minutes}
        if alone is not None
        else None,
    }
