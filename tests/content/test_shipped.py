"""Shipped content: its counts, and absence of problems."""

from __future__ import annotations

import collections
import datetime as dt
import re
from pathlib import Path

import pytest
import yaml

from cluster_kit.content import Content, Depth, When, check_content, list_series, load_content
from cluster_kit.content.budget import estimate_alone, sum_prework
from cluster_kit.content.facilitation import load_facilitation
from cluster_kit.content.folders import SHIPPED
from cluster_kit.content.instrument_models import Item
from cluster_kit.content.rates import PREWORK_MINUTES


@pytest.fixture(scope="module")
def content() -> Content:
    return load_content("2026")


def test_what_ships_has_no_problems() -> None:
    assert [str(problem) for problem in check_content()] == []
    assert "2026" in list_series()


def test_the_dates_and_times_are_those_of_the_series(content: Content) -> None:
    one, two = dt.time(13), dt.time(14)
    assert [(m.session, m.date.isoformat(), m.start, m.end) for m in content.series.schedule] == [
        (1, "2026-02-17", one, dt.time(14, 30)),
        (2, "2026-05-12", one, two),
        (3, "2026-08-04", one, two),
        (4, "2026-11-17", one, two),
    ]
    assert content.series.time_zone == "America/New_York"


def test_there_are_four_sessions_and_sixteen_outcomes(content: Content) -> None:
    assert [session.number for session in content.sessions] == [1, 2, 3, 4]
    assert [len(session.outcomes) for session in content.sessions] == [5, 4, 4, 3]


def test_every_outcome_is_answered_by_an_exercise_that_keeps_something(content: Content) -> None:
    for session in content.sessions:
        answered = {outcome for exercise in session.exercises for outcome in exercise.outcomes if exercise.keeps}
        assert answered == {outcome.id for outcome in session.outcomes}


def test_the_prework_of_each_session_takes_one_person_half_an_hour_at_most(content: Content) -> None:
    for session in content.sessions:
        before = [exercise for exercise in session.exercises if exercise.has_prework]
        assert 0 < sum_prework(before) <= PREWORK_MINUTES, session.id
        assert sum(estimate_alone(exercise, content.instrument) for exercise in before) <= sum_prework(before)


def test_there_are_57_jurisdictions(content: Content) -> None:
    kinds = [jurisdiction.kind for jurisdiction in content.jurisdictions]
    assert len(kinds) == 57
    assert (kinds.count("state"), kinds.count("district")) == (50, 1)
    assert kinds.count("territory") + kinds.count("freely_associated_state") == 6
    assert len({jurisdiction.name for jurisdiction in content.jurisdictions}) == 57


def test_states_with_two_time_zones_have_both(content: Content) -> None:
    assert len(content.get_jurisdiction("TN").time_zones) > 1
    assert len(content.get_jurisdiction("OH").time_zones) == 1


def test_the_framework_is_whole(content: Content) -> None:
    framework = content.framework
    assert len(framework.groupings) == 6
    assert len(framework.clusters) == 14
    assert sum(cluster.cross_cutting for cluster in framework.clusters) == 3
    assert sum(len(cluster.sub_clusters) for cluster in framework.clusters) == 71


def test_the_instrument_has_three_parts_and_more_than_forty_items(content: Content) -> None:
    instrument = content.instrument
    assert len(instrument.items) >= 40
    assert instrument.goals
    assert instrument.plan
    for area in instrument.areas:
        assert {Depth.ESSENTIAL, Depth.STANDARD, Depth.FULL} <= {item.depth for item in area.items}
        assert 1 <= sum(item.depth == Depth.ESSENTIAL for item in area.items) <= 3


def test_each_exercise_in_the_room_has_cues_for_stuck_teams(content: Content) -> None:
    in_room = {(s.number, e.id) for s in content.sessions for e in s.exercises if e.when == When.SESSION}
    assert content.hosting
    assert {(one.session, one.exercise) for one in content.hosting.cues} == in_room


def test_peers_use_a_different_method_in_each_session(content: Content) -> None:
    ids = {1: "conversation", 2: "pathway_redesign", 3: "peer_discussion", 4: "peer_discussion"}
    in_peer_rooms = [
        (s.number, e.id) for s in content.sessions for e in s.exercises if e.place == "peers" and e.when == When.SESSION
    ]
    assert dict(in_peer_rooms) == ids
    words = {s.number: " ".join(e.steps) for s in content.sessions for e in s.exercises if ids.get(s.number) == e.id}
    assert "each person leads once" in words[1]
    assert "clients" in words[2]
    assert "So what" in words[3]
    assert "read it aloud, once" in words[4]


def test_next_steps_of_the_last_session_begin_with_a_15_percent_solution_that_is_a_row_of_their_own(
    content: Content,
) -> None:
    (last,) = [e for e in content.get_session(4).exercises if e.id == "next_steps"]
    assert "15 percent solution" in " ".join(last.steps)
    assert last.prompts[0].depth is Depth.ESSENTIAL
    texts = [text for e in content.get_session(4).exercises if e.id != "next_steps" for text in e.steps]
    assert "15 percent" not in " ".join(texts), "an earlier exercise would have to be essential"


def test_a_client_in_troika_consulting_has_time_to_present_to_answer_and_to_listen(content: Content) -> None:
    exercise = next(e for e in content.get_session(2).exercises if e.id == "pathway_redesign")
    assert exercise.talk_minutes == 2 * 6
    steps = load_facilitation(content).get_session_steps(2).steps
    (messages,) = [step.messages for step in steps if step.exercise == exercise.id]
    for client in ("Client 1", "Client 2"):
        starts = [message.minute for message in messages if message.text.startswith(client)]
        presents, listens, says_what_helps = starts
        assert (listens - presents, says_what_helps - listens) == (2, 3)
    assert "client or not" in messages[-2].text, "the third state writes, too"


def _example(item: Item) -> str:
    """The review that point 4 gives as an example, without the words that say so."""
    return item.anchors[-1].removeprefix("For example: ")


def test_the_highest_point_says_that_it_is_an_example(content: Content) -> None:
    """Beside points 1 to 3, it would be read as what a state must have."""
    assert [item.id for item in content.instrument.items if not item.anchors[-1].startswith("For example: ")] == []


def test_no_two_items_share_an_anchor(content: Content) -> None:
    anchors = [anchor for item in content.instrument.items for anchor in item.anchors]
    assert len(set(anchors)) == len(anchors)


def test_the_highest_point_says_when_it_is_reviewed_and_where_the_decision_can_be_read(content: Content) -> None:
    empty = re.compile(r"\b(?:changed|adjusted|revised|shortened) or confirmed\b")
    occasion = re.compile(r"\b(?:each|every|annual|years?|twice)\b", re.IGNORECASE)
    document = re.compile(
        r"\b(?:agenda|agreement|budget|calendar|catalog|chart|edition|guid(?:e|ance)|history|item|letter|list|log|manual|memorandum|minutes|"
        r"notes?|notice|page|plan|preface|procedure|report|resolution|standards|statement|text|version|vote[sd]?)\b"
    )
    for item in content.instrument.items:
        highest = _example(item)
        assert not empty.search(highest), item.id
        assert occasion.search(highest), item.id
        assert document.search(highest), item.id
        assert len(highest.split()) >= 15, item.id


def test_the_highest_points_follow_the_calendars_that_states_keep(content: Content) -> None:
    """Not "A reviews B each year" 79 times: plans, agreements, catalogs, and licenses have cycles of their own."""
    highest = {item.id: _example(item) for item in content.instrument.items}
    cycles = {
        "state plans": r"state plan|\bplan cycle|Perkins V revision|two-year WIOA modification|second year",
        "federal reports and local needs": r"\bCLNA\b|\(CAR\)|4S1",
        "budgets and awards": r"\bbudget|\baward\b|audits|grant notice|tuition",
        "editions of codes": r"\b(?:CIP|SOC|SCED)\b|state projections",
        "catalogs and collections": r"\bcatalogs?\b|\bcollections?\b|\bschedules\b|course registration|course codes",
        "terms of agreements and contracts": r"\bterm\b|end date|three years|two years|contract|eligibility is renewed",
        "approvals and rules": r"due for review|comes up for renewal|not renewed|standards review|application window",
    }
    for name, words in cycles.items():
        assert sum(bool(re.search(words, text)) for text in highest.values()) >= 3, name
    some = re.compile("|".join(cycles.values()))
    assert sum(bool(some.search(text)) for text in highest.values()) >= len(highest) / 2
    yearly = re.compile(r"\b(?:each|every|once a) year\b|\bannual\b|\byear's\b", re.IGNORECASE)
    assert sum(bool(yearly.search(text)) for text in highest.values()) < len(highest) / 2


def test_the_highest_points_differ_in_form(content: Content) -> None:
    """Not "The document says C" as the last sentence of most."""
    highest = [_example(item) for item in content.instrument.items]
    document = (
        r"agenda|agreement|budget|calendar|catalog|chart|edition|guide|guidance|history|list|log|manual|memorandum|"
        r"minutes|notes|notice|plan|report|resolution|standards|text|version"
    )
    says = r"says?|lists?|names?|gives?|records?|marks?|shows?|prints?|cites?"
    form = re.compile(rf"\b(?:{document})\b (?:[a-z' ]{{0,30}})?\b(?:{says})\b")
    assert sum(bool(form.search(text.split(". ")[-1])) for text in highest) < len(highest) * 0.4
    assert sum(bool(re.match(r"Each|Every|Once|Twice|Annual", text)) for text in highest) < len(highest) / 4


def test_the_highest_point_follows_no_formula(content: Content) -> None:
    highest = {item.id: _example(item) for item in content.instrument.items}
    formula = re.compile(r"\bset (?:cycle|schedule)\b|\bon record\b")
    assert [id_ for id_, words in highest.items() if formula.search(words)] == []
    uses: collections.Counter[tuple[str, ...]] = collections.Counter()
    for words in highest.values():
        tokens = re.findall(r"[\w']+", words.lower())
        uses.update({tuple(tokens[start : start + 5]) for start in range(len(tokens) - 4)})
    assert {words: count for words, count in uses.items() if count > 3} == {}


def test_the_highest_points_do_not_pair_what_is_kept_with_what_is_dropped(content: Content) -> None:
    """Not "kept, reworded, or dropped" in every third: the rule itself says that a review may keep the policy."""
    keep = r"\b(?:keep(?:s|ing)?|kept|continue[sd]?|confirms?|reaffirms?|stays?)\b"
    drop = (
        r"\b(?:amend|chang|clos|drop|end(?:s|ed)?\b|merge|mov|redesign|remov|reopen|replac|reword|split|withdrawn)\w*"
    )
    between = r"[^.;]{0,30}\b(?:and|or)\b[^.;]{0,25}"
    pair = re.compile(f"{keep}{between}{drop}|{drop}{between}{keep}", re.IGNORECASE)
    pairs = [item.id for item in content.instrument.items if pair.search(_example(item))]
    assert len(pairs) <= 6, pairs
    following = [item.id for item in content.instrument.items if re.search(r"\bnext\b", _example(item))]
    assert len(following) <= 12, following


def test_every_session_has_the_rule_for_the_highest_point_of_the_instrument(content: Content) -> None:
    """A state that was told that every part of point 4 must be true would rate lower than one that read the rule."""
    rule = re.search(r"Choose point 4 if [^.]+\.", content.instrument.rule)
    assert rule
    for session in content.sessions:
        rating = [
            exercise for exercise in session.exercises if any(prompt.kind == "items" for prompt in exercise.prompts)
        ]
        assert any(rule.group() in step for exercise in rating for step in exercise.steps), session.number
    guides = Path(__file__).parents[2] / "facilitator_guide"
    for text in [*guides.glob("*.md"), *SHIPPED.rglob("*.yaml")]:
        words = " ".join(text.read_text(encoding="utf-8").replace("\n> ", " ").split())
        assert not re.search(r"(?:3 or 4 only|points 3 and 4 are|Three and four need)", words), text.name


def test_the_second_point_describes_one_situation(content: Content) -> None:
    """Not "Rules differ, staff are not trained, or a count can be derived": three states of affairs for one rating.

    Nor a list of what may be missing, such as "some but not all of participation, credentials, and placement".
    """
    alternative = re.compile(r", or (?:\w+ ){1,4}(?:is|are|has|have|do|does|can|cannot|lacks?|leaves?)\b")
    series = re.compile(r"[^,.(]+, [^,.]+, (?:and|or) ")
    kinds = re.compile(r"(?:policy|rule|waiver), (?:a )?(?:pilot|waiver), or (?:a )?(?:draft|consortium)")
    for item in content.instrument.items:
        second = item.anchors[1]
        assert not alternative.search(second), item.id
        # How far the policy has come, or where learners move, is one situation. A list of what it lacks is not.
        missing = series.search(kinds.sub("policy", second))
        assert not missing or item.id == "fp_change_course", item.id
        assert len(second.split()) <= 28, item.id


def test_the_second_point_can_be_read_alone(content: Content) -> None:
    """Not "with all that point 3 names": a team on a phone has one description before it at a time."""
    assert [item.id for item in content.instrument.items if re.search(r"\bpoint \d", item.anchors[1])] == []


def test_the_second_point_follows_no_formula(content: Content) -> None:
    """It says what is missing, rather than "At least one has it. It does not yet …" 79 times."""
    second = [item.anchors[1] for item in content.instrument.items]
    third = len(second) / 3
    for formula in (r"\byet\b", r"\bat least one\b", r"^Staff have\b"):
        assert sum(bool(re.search(formula, words, re.IGNORECASE)) for words in second) < third, formula


def test_the_second_points_differ_in_form(content: Content) -> None:
    """Not "X exists. No Y covers Z." 79 times: a rater reads dozens of them in a row."""
    second = [item.anchors[1] for item in content.instrument.items]
    for form in (r"\. ", r"\bbut\b", r"\bwith(?:out| no)\b", r"\b(?:while|although)\b"):
        assert sum(bool(re.search(form, words)) for words in second) < len(second) * 0.4, form


def test_an_open_question_asks_one_thing(content: Content) -> None:
    """Not "Who is responsible, who must approve it, and who is the backup?": the rest belongs in the help."""
    instrument = content.instrument
    another = re.compile(r",? (?:and|or),? (?:in |from |before |for |by )?(?:who|which|what|how|when|where|why)\b")
    for question in (*instrument.goals, *instrument.plan):
        assert question.text.count("?") == 1, question.id
        assert not another.search(question.text), question.id


def test_a_guiding_question_asks_one_thing(content: Content) -> None:
    """Not "Which agreement permits the link, and when does it expire?"."""
    another = re.compile(
        r",? and,? (?:(?:against|at|before|by|for|from|in|with) )?"
        r"(?:who|which|what|how|when|where|why|are|can|could|do|does|is|should|would)\b"
    )
    for item in content.instrument.items:
        for question in item.guiding_questions:
            assert question.count("?") == 1, (item.id, question)
            asked = next(part for part in re.split(r"(?<=[.)]) ", question) if "?" in part)
            assert not another.search(asked.replace("and, where your state uses them,", "and")), (item.id, question)


def test_equal_access_is_rated_by_every_team(content: Content) -> None:
    essential = {item.id for item in content.instrument.items if item.depth == Depth.ESSENTIAL}
    assert {"pa_equal_access", "dr_learner_groups"} <= essential
    assert next(q for q in content.instrument.goals if q.id == "equal_access").depth == Depth.ESSENTIAL


def test_the_introductions_of_the_areas_differ_in_form(content: Content) -> None:
    introductions = [area.intro for area in content.instrument.areas]
    assert sum("This area asks whether" in words for words in introductions) <= 2


def test_descriptions_are_short_enough_to_rate_quickly(content: Content) -> None:
    lengths = [
        [len(words.split()) for words in (*item.anchors[:-1], _example(item))] for item in content.instrument.items
    ]
    assert max(max(points) for points in lengths) <= 40
    assert max(max(points[:3]) for points in lengths) <= 33


def test_no_piece_of_evidence_repeats_another(content: Content) -> None:
    for item in content.instrument.items:
        first_parts = [re.split(r"[,(]", piece)[0].strip().lower() for piece in item.evidence]
        assert len(set(first_parts)) == len(first_parts), item.id


def test_the_highest_point_can_be_met_by_keeping_the_policy(content: Content) -> None:
    """A review that finds nothing to change is still a review, so a document that lists changes lists the rest too."""
    change = re.compile(r"\b(?:add|amend|chang|mov|remov|revis|rewr)\w*\b", re.IGNORECASE)
    document = re.compile(r"\b(?:change (?:log|notice|page)|list of changes|revision (?:history|note))\b")
    other = re.compile(
        r"\b(?:agreed|answers?|continued|decisions?|declined|each|kept|keep|none|reasons?|renewed|stays?|votes?|why)\b"
    )
    for item in content.instrument.items:
        result = document.sub("", _example(item).split(". ")[-1])
        assert other.search(result) or not change.search(result), item.id


def test_every_segment_that_people_write_in_has_an_exercise(content: Content) -> None:
    for session in content.sessions:
        in_room = {exercise.segment for exercise in session.exercises if exercise.when == When.SESSION}
        assert {"policy_tool", "peer_discussion", "next_steps"} <= in_room
        hosted = {segment.kind for segment in session.segments if segment.host_minutes}
        assert "state_examples" in in_room | hosted


def test_the_audiences_of_the_vision_the_partners_and_the_roles_are_there(content: Content) -> None:
    named = [audience.id for audience in content.audiences if audience.vision]
    assert named == ["learners", "educators", "industries", "state_leaders"]
    partners = [audience.id for audience in content.audiences if not audience.vision]
    assert partners == ["workforce_partners", "colleges", "superintendents", "counselors", "families"]
    assert "state_director" in {role.id for role in content.roles}


def test_statements_on_funds_name_the_people_who_manage_them(content: Content) -> None:
    named = {item.id for item in content.instrument.items if "fiscal" in item.roles}
    assert named == {"fc_cost_of_change", "fc_state_formulas", "fc_funding_source", "fc_joined_funds"}
    for session in content.sessions:
        rated = {area for exercise in session.exercises for prompt in exercise.prompts for area in _areas(prompt)}
        assert ("fiscal" in session.who) == ("funding_capacity" in rated), session.number


def test_statements_on_access_name_the_people_who_coordinate_it(content: Content) -> None:
    areas = content.instrument.areas
    named = {item.id: area.id for area in areas for item in area.items if "access" in item.roles}
    assert set(named) == {"pa_equal_access", "fc_civil_rights", "ca_nontraditional", "fp_who_takes_part"}
    for session in content.sessions:
        rated = {area for exercise in session.exercises for prompt in exercise.prompts for area in _areas(prompt)}
        assert ("access" in session.who) == bool(rated & set(named.values())), session.number


def _areas(prompt: object) -> tuple[str, ...]:
    return tuple(getattr(prompt, "areas", ()))


def test_a_state_that_adapted_titles_can_be_at_point_3(content: Content) -> None:
    """Descriptions name the modernized Clusters, which the introduction defines, and not the 14 of the Framework."""
    assert '"Modernized Clusters" means the Clusters your state has adopted or adapted' in content.instrument.about
    for item in content.instrument.items:
        if item.id != "sa_adoption_decision":
            texts = (item.text, *item.anchors, *item.guiding_questions, *item.evidence)
            assert not any(re.search(r"\b14\b(?! years)", text) for text in texts), item.id


def test_what_people_read_names_clusters_by_their_framework_and_not_by_a_year() -> None:
    """Not "the Clusters of 2002": people know the former 16 and the 14 modernized Clusters."""
    by_year = re.compile(r"\bClusters of 20\d\d|\b1[46] of 20\d\d")
    for file in sorted((SHIPPED / "series").rglob("*.yaml")):
        read = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")]
        assert not by_year.search(" ".join(read)), file.name


def test_every_content_file_begins_with_its_version_or_a_comment(content: Content) -> None:
    files = sorted(SHIPPED.rglob("*.yaml"))
    assert files
    for file in files:
        lines = (line for line in file.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#"))
        assert next(lines) == "schema_version: 1", file.name


def test_every_content_file_can_be_read_where_pyyaml_has_no_libyaml() -> None:
    """Its own loader refuses more, such as a question mark without quotation marks within brackets."""
    for file in sorted(SHIPPED.rglob("*.yaml")):
        assert list(yaml.parse(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)), file.name


def test_point_four_is_explained_in_the_same_words_everywhere(content: Content) -> None:
    rule = re.search(r"Choose point 4 if [^.;]+", content.instrument.rule)
    assert rule
    assert "a date for the next" in rule[0]
    steps = " ".join(" ".join(path.read_text("utf-8").split()) for path in (SHIPPED / "series" / "2026").glob("*.yaml"))
    said = re.findall(r"Choose point 4 if [^.;]+", steps)
    assert said == [rule[0]] * 4
    assert rule[0].partition("you can show ")[2] in content.instrument.scale[-1].text
    spoken = " ".join(
        (Path(__file__).parents[2] / "facilitator_guide" / "session_1.md").read_text("utf-8").replace("> ", "").split()
    )
    assert rule[0].partition("you can show ")[2] in spoken
