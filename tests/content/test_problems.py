"""Each kind of invalid value: one problem, at its line, with a sentence on how to fix it."""

from __future__ import annotations

import pytest

from tests.content.conftest import Pack

SERIES, SESSION, SHARED = "series/2031/series.yaml", "series/2031/session_1.yaml", "series/2031/shared.yaml"
RATING = "scale: [{value: 1, label: Not at all}, {value: 2, label: Very}]"


def test_the_small_pack_has_no_problems(pack: Pack) -> None:
    assert pack.problems() == []


@pytest.mark.parametrize(
    ("old", "new", "key", "sentence"),
    [
        ("title: Draft goals", "titel: Draft goals", "exercises.goals.titel",
         "unknown key 'titel': did you mean 'title'?"),
        ("    title: Draft goals\n", "", "exercises.goals", "needs a title"),
        ("title: Draft goals", "title:", "exercises.goals.title", "title is empty: write something there"),
        ("title: Draft goals", 'title: "  "', "exercises.goals.title", "title is empty: write something there"),
        ("title: Draft goals", "title: [a]", "exercises.goals.title", "title must be text, not a list"),
        ("minutes: 20", "minutes: ten", "exercises.goals.minutes", "minutes must be a whole number, not 'ten'"),
        ("minutes: 20", "minutes: -1", "exercises.goals.minutes", "minutes must be at least 0, not '-1'"),
        ("minutes: 20", "minutes: 2.5", "exercises.goals.minutes", "minutes must be a whole number, not '2.5'"),
        ("expected_rows: 2", "expected_rows: 0", "exercises.goals.prompts.goals.expected_rows",
         "expected_rows must be more than 0, not '0'"),
        ("minimum: 1", "minimum: low", "exercises.goals.prompts.goals.columns.rank.minimum",
         "minimum must be a number, not 'low'"),
        ("minimum: 1, maximum: 9", "rank: true, whole: false", "exercises.goals.prompts.goals.columns.rank.whole",
         "a rank is a whole number"),
        ("minimum: 1, maximum: 9", "minimum: 2, rank: true", "exercises.goals.prompts.goals.columns.rank.minimum",
         "ranks begin with 1, so the minimum cannot be 2"),
        ("minimum: 1, maximum: 9", "rank: true, maximum: 9", "exercises.goals.prompts.goals.columns.rank.maximum",
         "the table can have 30 rows, so ranks go beyond the maximum (9)"),
        ("minimum: 1", "minimum: nan", "exercises.goals.prompts.goals.columns.rank.minimum",
         "minimum must be a number, not 'nan'"),
        ("depth: standard", "depth: standart", "exercises.goals.prompts.goals.columns.evidence.depth",
         "depth must be one of essential, standard, full, not 'standart': did you mean 'standard'?"),
        ("kind: number,", "kind: numbr,", "exercises.goals.prompts.goals.columns.rank",
         "kind must be one of text, choice, rating, number, date, person, file, not 'numbr': did you mean 'number'?"),
        ("kind: number,", "kind: table,", "exercises.goals.prompts.goals.columns.rank",
         "kind must be one of text, choice, rating, number, date, person, file, not 'table'"),
        ("{kind: number, id: rank,", "{id: rank,", "exercises.goals.prompts.goals.columns.rank",
         "needs a kind, such as kind: text"),
        ("id: rank", "id: Rank!", "exercises.goals.prompts.goals.columns.Rank!.id",
         "'Rank!' is not an id: use small letters, digits and underscores, and begin with a letter"),
        ("many: true", "many: perhaps", "exercises.goals.prompts.help.columns.who.many",
         "many must be true or false, not 'perhaps'"),
        ("options_from: audiences", "options_from: audience", "exercises.goals.prompts.help.columns.who.options_from",
         "options_from must be one of clusters, cross_cutting_clusters, groupings, sub_clusters, audiences, roles, "
         "areas, items, jurisdictions, not 'audience': did you mean 'audiences'?"),
        ("options_from: audiences", "options_from: [learners]", "exercises.goals.prompts.help.columns.who.options_from",
         "options_from must be the name of a list (such as clusters), or an exercise, a prompt and a column"),
        ("rows_from: {exercise: goals,", "rows_from: {session: last, exercise: goals,",
         "exercises.goals.prompts.help.rows_from.session",
         "session must be this, earlier, or a session's number, not 'last'"),
        ("prompt: goals, column: statement", "column: statement", "exercises.goals.prompts.help.rows_from",
         "needs a prompt"),
        ("questions: [why_now]", "questions: why_now", "exercises.goals.prompts.needs.questions",
         "questions must be a list, with a dash (-) before each entry, not 'why_now'"),
        ("questions: [why_now]", "questions: [why_now], label2: x", "exercises.goals.prompts.needs.label2",
         "unknown key 'label2': did you mean 'label'?"),
        ("questions: [why_now]", "questions: [why_now], wholly_else: x", "exercises.goals.prompts.needs.wholly_else",
         "unknown key 'wholly_else': it has no meaning here; remove it"),
        ("label: How sure are you?", "label: [x]", "exercises.goals.prompts.confidence.label",
         "label must be text, not a list"),
        (RATING, "scale: [low, {value: 2, label: Very}]", "exercises.goals.prompts.confidence.scale.1",
         "entry 1 of scale must be made of keys (such as id: ...), not 'low'"),
        ("keeps: ranked goals", "keeps: ranked goals\n    steps: [one, 2, ]\n    scope: group", "exercises.goals.scope",
         "scope must be one of person, team, not 'group'"),
        ("who: [director, data]", "who: director", "who",
         "who must be a list, with a dash (-) before each entry, not 'director'"),
        ("{kind: framing, title: Framing,", "{kind: framing, title: Framing, or so,", "segments.1.or so",
         "unknown key 'or so': within { }, put a text that has a comma in quotes"),
    ],
)  # fmt: skip
def test_one_mistake_is_one_problem_at_its_place(pack: Pack, old: str, new: str, key: str, sentence: str) -> None:
    pack.change(SESSION, old, new)
    assert [(file, found, text) for file, _, found, text in pack.problems()] == [(SESSION, key, sentence)]


def test_a_problem_stands_at_the_line_of_its_key(pack: Pack) -> None:
    pack.change(SESSION, "talk_minutes: 5", "talk_minutes: some")
    [(file, line, _, _)] = pack.problems()
    assert (file, line) == (SESSION, pack.line(SESSION, "talk_minutes: some"))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("date: 2031-02-18", "date: 18.2.2031", "date must be a day such as 2027-02-16, not '18.2.2031'"),
        ("date: 2031-02-18", "date: 20310218", "date must be a day such as 2027-02-16, not '20310218'"),
        ("date: 2031-02-18", "date: 2031-02-30",
         "date must be a day of the calendar, such as 2027-02-16, not '2031-02-30'"),
        ("start: 13:00", "start: 1 pm", "start must be a time such as 13:00, not '1 pm'"),
        ("start: 13:00", "start: 780", "start must be a time such as 13:00, not '780'"),
        ("start: 13:00", "start: 25:00", "start must be a time of day, such as 13:00, not '25:00'"),
        ("title: A small series", "title: A small series\nfictional: perhaps",
         "fictional must be true or false, not 'perhaps'"),
    ],
)  # fmt: skip
def test_days_and_times_are_said_plainly(pack: Pack, old: str, new: str, sentence: str) -> None:
    pack.change(SERIES, old, new)
    assert sentence in pack.sentences()


def test_a_code_in_small_letters_is_said_plainly(pack: Pack) -> None:
    pack.change("jurisdictions.yaml", "code: OH", "code: oh")
    assert pack.sentences() == ["code must be two capital letters such as OH, not 'oh'"]


def test_a_shared_exercise_is_blamed_once_and_where_it_stands(pack: Pack) -> None:
    pack.change(SHARED, "minutes: 6", "minutes: six")
    assert [(file, text) for file, _, _, text in pack.problems()] == [
        (SHARED, "minutes must be a whole number, not 'six'")
    ]


def test_what_replaces_a_shared_key_is_blamed_in_the_session(pack: Pack) -> None:
    pack.change("series/2031/session_2.yaml", "minutes: 7", "minutes: seven")
    assert [(file, key) for file, _, key, _ in pack.problems()] == [
        ("series/2031/session_2.yaml", "exercises.next_steps.minutes")
    ]


def test_an_exercise_that_nobody_shares_is_a_problem(pack: Pack) -> None:
    pack.change(SESSION, "use: next_steps", "use: next_step")
    assert pack.sentences() == [
        "there is no shared exercise 'next_step' in shared.yaml: did you mean 'next_steps'?",
    ]


def test_problems_of_all_files_are_reported_at_once_in_order(pack: Pack) -> None:
    pack.change("roles.yaml", "title: Data", "titel: Data")
    pack.change("framework.yaml", "note: A small framework.", "note: 'A small framework.")
    pack.change(SESSION, "minutes: 20", "minutes: ten")
    pack.change(SESSION, "scope: person", "scope: nobody")
    pack.change("instrument/areas/data.yaml", "depth: essential", "depth: deep")
    problems = pack.problems()
    assert [file for file, *_ in problems] == [
        "framework.yaml", "instrument/areas/data.yaml", "roles.yaml", SESSION, SESSION,
    ]  # fmt: skip
    assert problems == sorted(problems)
