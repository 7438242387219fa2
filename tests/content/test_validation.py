"""Checks across files: each test breaks one thing in the small pack and gets one problem."""

from __future__ import annotations

import pytest

from tests.content.conftest import Pack

SERIES, SESSION, LATER = "series/2031/series.yaml", "series/2031/session_1.yaml", "series/2031/session_2.yaml"
HEAD = "instrument/instrument.yaml"
AREA, DATA = "instrument/areas/alignment.yaml", "instrument/areas/data.yaml"
HELP = "rows_from: {exercise: goals, prompt: goals, column: statement}"
EARLIER = "rows_from: {session: earlier, exercise: next_steps, prompt: actions, column: action}"
QUESTIONS = "{kind: questions, id: needs, label: Needs, part: goals, questions: [why_now]}"

BREAKS = [
    # ids are unique
    (LATER, "id: action_review", "id: next_steps",
     "there is another exercise 'next_steps' in this session: each needs its own"),
    (SESSION, "id: help\n", "id: goals\n", "there is another prompt 'goals' above: each needs its own"),
    (SESSION, "id: rank", "id: test", "there is another column 'test' above: each needs its own"),
    (SESSION, "{id: no, label: No}", "{id: yes, label: No}", "there is another option 'yes' above: each needs its own"),
    (LATER, "id: pathways", "id: alignment", "another session has the id 'alignment': each needs its own"),
    (AREA, "id: joint_planning", "id: shared_vision", "there is another item 'shared_vision' in the instrument"),
    (DATA, "id: definitions", "id: shared_vision", "there is another item 'shared_vision' in the instrument"),
    (HEAD, "id: first_move", "id: why_now", "there is another question 'why_now' above: each needs its own"),
    (HEAD, "[alignment, data]", "[alignment, data, data]", "there is another area 'data' above: each needs its own"),
    ("roles.yaml", "roles:\n", "roles:\n  - {id: data, title: D, description: D.}\n",
     "there is another role 'data' above: each needs its own"),
    ("audiences.yaml", "id: industries", "id: learners",
     "there is another audience 'learners' above: each needs its own"),
    ("jurisdictions.yaml", "code: GU", "code: OH", "there is another jurisdiction 'OH' above: each needs its own"),
    ("jurisdictions.yaml", "tile: [1, 0]", "tile: [0, 0]",
     "there is another jurisdiction on the tile '0, 0' above: each needs its own"),
    ("framework.yaml", "id: digital", "id: construction",
     "there is another Cluster 'construction' above: each needs its own"),
    ("framework.yaml", "id: web", "id: skilled_trades",
     "there is another Sub-Cluster 'skilled_trades' above: each needs its own"),
    ("plain_language.yaml", "- {term: leverage, plain: use}", "- {term: use, plain: a}\n  - {term: Use, plain: b}",
     "there is another term 'use' above: each needs its own"),
    # files and folders say the same
    (SERIES, "id: 2031", "id: 2032", "the id must be the folder's name, '2031', not '2032'"),
    (LATER, "number: 2", "number: 3", "the number must be that of the file's name, 2"),
    (AREA, "id: alignment", "id: aligned", "the id must be the file's name, 'alignment', not 'aligned'"),
    # whatever is named exists
    (SESSION, "who: [director, data]", "who: [director, date]", "there is no role 'date': did you mean 'data'?"),
    (SESSION, "who: [director, data]", "who: [data, data]", "role 'data' is listed 2 times: once is enough"),
    (AREA, "roles: [director]", "roles: [directors]", "there is no role 'directors': did you mean 'director'?"),
    (SESSION, "areas: [alignment, data]", "areas: [alignment, dat]",
     "there is no area in the instrument 'dat': did you mean 'data'?"),
    (SESSION, "questions: [why_now]", "questions: [why_now, why_then]",
     "there is no question in the instrument's goals 'why_then': did you mean 'why_now'?"),
    (SESSION, "questions: [why_now]", "questions: [first_move, why_now]",
     "there is no question in the instrument's goals 'first_move'"),
    (SESSION, "    outcomes: [understand]", "    outcomes: [understand, goal]",
     "there is no outcome in session 1 'goal': did you mean 'goals'?"),
    ("jurisdictions.yaml", "Pacific/Guam", "Pacific/Gaum",
     "'Pacific/Gaum' is not the name of a time zone, such as America/New_York or Pacific/Guam"),
    (SERIES, "time_zone: America/New_York", "time_zone: ../etc",
     "'../etc' is not the name of a time zone, such as America/New_York or Pacific/Guam"),
    # the instrument
    (AREA, "[Nobody has looked., A draft exists., It is in rule.]", "[Nobody has looked., A draft exists.]",
     "needs 3 anchors, one for each point of the scale, and has 2"),
    (HEAD, "{value: 3, label: In place}", "{value: 2, label: In place}",
     "the values of a scale must rise from point to point"),
    # outcomes
    (SESSION, "    outcomes: [understand]\n", "", "no exercise answers the outcome 'understand'"),
    # time
    (SESSION, "minutes: 35", "minutes: 34", "the segments add up to 59 minutes, and the schedule gives the session 60"),
    (SERIES, "end: 14:00", "end: 12:00", "the session must end after it starts"),
    (SERIES, "date: 2031-05-13", "date: 2031-02-18", "sessions must be in the order of their numbers and dates"),
    (LATER, "minutes: 7", "minutes: 11",
     "the segment has 11 minutes and needs 14.5: 1.5 for 1 move between rooms, 11 of exercises, 2 of buffer"),
    (SESSION, "title: Peers, minutes: 5,", "title: Peers, minutes: 5, host_minutes: 4,",
     "the segment has 5 minutes and needs 7.5: 4 for the facilitator, 1.5 for 1 move between rooms, 2 of buffer"),
    (LATER, "    minutes: 7\n    outcomes: [review]",
     "    minutes: 7\n    outcomes: []\n  - use: next_steps\n    id: few\n"
     "    when: follow_up\n    minutes: 0\n    talk_minutes: 0\n    about_minutes: 5\n    outcomes: [review]",
     "the outcome 'review' has 0 minutes of exercises in the room, and needs 5"),
    (LATER, "about_minutes: 10", "about_minutes: 1", "reading and answering take about 3.3 minutes, not 1"),
    (SESSION, "    talk_minutes: 5\n", "    talk_minutes: 5\n    prework_minutes: 5\n",
     "nothing is asked before the session: mark a prompt with before: true"),
    (SESSION, "label: The items, areas", "label: The items, before: true, areas",
     "a prompt is marked before: true: say how long it takes"),
    (LATER, "    about_minutes: 10\n", "    about_minutes: 10\n    prework_minutes: 5\n",
     "is for exercises in the room: a prework exercise has none"),
    (LATER, "about_minutes: 10", "minutes: 3\n    about_minutes: 10",
     "a prework exercise takes no time in the room: say about_minutes instead"),
    (LATER, "    about_minutes: 10\n", "", "a prework exercise needs about_minutes: how long it takes"),
    (LATER, "minutes: 7", "minutes: 7\n    about_minutes: 3", "about_minutes is for prework and follow-up: remove it"),
    (SESSION, "    minutes: 5\n", "", "an exercise in the room needs minutes, or when: prework or follow_up"),
    (SESSION, "    talk_minutes: 5\n", "", "a team needs time to talk before it writes: give talk_minutes"),
    (SESSION, "minutes: 20", "minutes: 10",
     "0.75 minutes to find it, about 0.1 to read, 5 to talk, and about 9.2 to answer do not fit in 10: ask less, mark "
     "prompts as before: true or depth: standard, or give more minutes"),
    # prompts hold together
    (SESSION, "options_from: audiences, many: true", "many: true", "a choice needs either options or options_from"),
    (SESSION, "options_from: audiences,", "options_from: audiences, options: [{id: a, label: A}, {id: b, label: B}],",
     "a choice needs either options or options_from"),
    (SESSION, ", {id: no, label: No}]", "]", "a choice needs at least two options"),
    (SESSION, HELP, HELP + "\n        rows: [{id: a, label: A}]", "give rows or rows_from, not both"),
    (LATER, EARLIER, "rows: [{id: a, label: A}, {id: a, label: B}]",
     "there is another row 'a' above: each needs its own"),
    (LATER, EARLIER, "rows: [{id: a, label: A}, {id: b, label: B}]\n        expected_rows: 1\n        max_rows: 1",
     "has 2 rows, more than max_rows (1)"),
    (LATER, EARLIER, "rows: [{id: a, label: A}, {id: b, label: B}]\n        rows_each: 3",
     "rows_each (3) divides fixed rows, and the table has 2"),
    (LATER, EARLIER, EARLIER + "\n        max_rows: 2", "expected_rows (3) is more than max_rows (2)"),
    (SESSION, "label: Goals\n", "label: Goals\n        path: [test, tes]\n",
     "there is no choice column 'tes' with options of its own: did you mean 'test'?"),
    (SESSION, "minimum: 1, maximum: 9", "minimum: 9, maximum: 1", "minimum (9) is more than maximum (1)"),
    (SESSION, ", {value: 2, label: Very}]", "]", "a scale needs at least two points"),
    (SESSION, "{value: 2, label: Very}", "{value: 1, label: Very}",
     "the values of a scale must rise from point to point"),
    # depth
    (SESSION, "label: How, words: 10", "label: How, words: 10, depth: full",
     "the first column names the row, so it must be asked at the table's own depth, essential"),
    (SESSION, "areas: [alignment, data]}", "areas: [alignment, data], depth: standard}",
     "asks nothing at essential depth: at least one prompt must be essential"),
    (SESSION, QUESTIONS, "{kind: questions, id: needs, label: Needs, part: plan, questions: [first_move]}",
     "none of these questions is asked at essential depth"),
    (SESSION, HELP, "rows_from: {exercise: goals, prompt: goals, column: evidence}",
     "column 'evidence' is asked from standard depth on, and this already from essential on"),
    # sources
    (SESSION, HELP, "rows_from: {exercise: goal, prompt: goals, column: statement}",
     "there is no exercise 'goal' there: did you mean 'goals'?"),
    (SESSION, HELP, "rows_from: {exercise: goals, prompt: goalz, column: statement}",
     "there is no prompt 'goalz' there: did you mean 'goals'?"),
    (SESSION, HELP, "rows_from: {exercise: goals, prompt: goals, column: statements}",
     "there is no column 'statements' there: did you mean 'statement'?"),
    (SESSION, HELP, "rows_from: {exercise: goals, prompt: goals, column: rank}",
     "column 'rank' is of kind number: name one of kind text"),
    (SESSION, HELP, "rows_from: {exercise: rate, prompt: ratings, column: note}",
     "prompt 'ratings' is no table: rows and options come from a table's text column"),
    (SESSION, HELP, "rows_from: {exercise: goals, prompt: help, column: how}",
     "its rows come from something asked further down: move that above, or this below"),
    (SESSION, HELP, "rows_from: {exercise: next_steps, prompt: actions, column: action}",
     "its rows come from something asked further down: move that above, or this below"),
    (SESSION, HELP, "rows_from: {session: earlier, exercise: goals, prompt: goals, column: statement}",
     "this is the first session: none is earlier"),
    (SESSION, HELP, "rows_from: {session: 2, exercise: goals, prompt: goals, column: statement}",
     "session 2 is later than this one: its answers are not there yet"),
    (LATER, "session: earlier, exercise: next_steps", "session: 1, exercise: next_step",
     "there is no exercise 'next_step' there: did you mean 'next_steps'?"),
    (SESSION, "options_from: audiences,", "options_from: {exercise: goals, prompt: goals, column: test},",
     "column 'test' is of kind choice: name one of kind text"),
    # what opens a session
    (LATER, "session: 1, exercise: goals", "session: 2, exercise: goals", "must be a session before this one, not 2"),
    (LATER, "exercise: goals, prompt: goals, columns", "exercise: gaols, prompt: goals, columns",
     "there is no exercise 'gaols' there: did you mean 'goals'?"),
    (LATER, "prompt: ratings", "prompt: rating", "there is no prompt 'rating' there: did you mean 'ratings'?"),
    (LATER, "columns: [statement]", "columns: [statement, why]", "there is no column 'why'"),
    (LATER, "columns: [statement]", "columns: [statement, evidence]",
     "column 'evidence' is asked from standard depth on, and every team looks back: name an essential one"),
    (LATER, "prompt: ratings", "prompt: ratings, columns: [rating, notes]",
     "there is no column 'notes': did you mean 'note'?"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "sentence"), BREAKS)
def test_one_break_is_one_problem_in_its_file(pack: Pack, file: str, old: str, new: str, sentence: str) -> None:
    pack.change(file, old, new)
    assert [(found, text) for found, _, _, text in pack.problems()] == [(file, sentence)]


@pytest.mark.parametrize(
    ("table", "options", "sentence"),
    [
        (
            "        id: goals\n        label",
            "[{id: b, label: B}, {id: a, label: A}]",
            "must have the same options in the same order",
        ),
        (
            "        id: help\n        label",
            "[{id: a, label: A}, {id: b, label: B}]",
            "a path is drawn of rows that people add",
        ),
    ],
)
def test_a_path_leads_between_the_same_systems_over_rows_that_people_add(
    pack: Pack, table: str, options: str, sentence: str
) -> None:
    start = "{kind: choice, id: start, label: From, options: [{id: a, label: A}, {id: b, label: B}]}"
    end = f"{{kind: choice, id: end, label: To, options: {options}}}"
    name = {
        "        id: goals\n        label": "statement, label: Goal",
        "        id: help\n        label": "how, label: How",
    }[table]
    pack.change(SESSION, table, table.replace("label", "path: [start, end]\n        label"))
    pack.change(
        SESSION, f"- {{kind: text, id: {name}", f"- {start}\n          - {end}\n          - {{kind: text, id: {name}"
    )
    assert any(sentence in said for said in pack.sentences())


def test_segments_come_in_their_order(pack: Pack) -> None:
    pack.change(LATER, "  - {kind: framing, title: Framing, minutes: 4, purpose: To begin.}\n", "")
    assert pack.sentences() == [
        "a session has these segments, in this order: framing, policy_tool, peer_discussion, state_examples, "
        "next_steps",
        "the segments add up to 26 minutes, and the schedule gives the session 30",
    ]


def test_a_problem_across_files_stands_at_its_line(pack: Pack) -> None:
    pack.change(SESSION, HELP, "rows_from: {exercise: goals, prompt: goals, column: rank}")
    [(file, line, key, _)] = pack.problems()
    assert (file, line) == (SESSION, pack.line(SESSION, "column: rank"))
    assert key == "exercises.goals.prompts.help.rows_from.column"


def test_a_broken_exercise_hides_neither_the_others_nor_blames_them(pack: Pack) -> None:
    pack.change(SESSION, "title: Draft goals", "titel: Draft goals")
    pack.change(SESSION, "areas: [alignment, data]", "areas: [alignment, dat]")
    assert pack.sentences() == [
        "there is no area in the instrument 'dat': did you mean 'data'?",
        "unknown key 'titel': did you mean 'title'?",
    ]


def test_a_broken_item_hides_no_other(pack: Pack) -> None:
    pack.change(AREA, "depth: standard", "depth: deep")
    pack.change(AREA, "roles: [director]", "roles: [rector]")
    assert len(pack.problems()) == 2


def test_a_missing_file_of_roles_does_not_blame_who_names_them(pack: Pack) -> None:
    (pack.path / "roles.yaml").unlink()
    assert pack.sentences() == ["this file is missing"]


def test_a_prompt_from_an_area_without_essential_items_has_nothing_to_rate(pack: Pack) -> None:
    pack.change(SESSION, "areas: [alignment, data]", "areas: [data]")
    pack.change("instrument/areas/data.yaml", "depth: essential", "depth: full")
    assert pack.sentences() == ["these areas have no item to rate at essential depth"]


def test_an_outcome_belongs_to_one_session_only(pack: Pack) -> None:
    pack.change(LATER, "{id: review,", "{id: goals,")
    pack.change(LATER, "outcomes: [review]\n    intent", "outcomes: [goals]\n    intent")
    pack.change(LATER, "minutes: 7\n    outcomes: [review]", "minutes: 7\n    outcomes: [goals]")
    assert pack.sentences() == ["session 1 has an outcome 'goals' too: each needs its own"]
