"""A small workshop with an example of everything, for tests that do not need the shipped content."""

from __future__ import annotations

import datetime as dt

from cluster_kit.content import models as m

SCALE = (
    m.Anchor(value=1, label="Not yet"),
    m.Anchor(value=2, label="Started"),
    m.Anchor(value=3, label="In place"),
    m.Anchor(value=4, label="Sustained"),
)


def _item(item_id: str, text: str, depth: m.Depth) -> m.Item:
    return m.Item(
        id=item_id,
        text=text,
        guiding_questions=("Who decides?", "Where is it written?"),
        anchors=("Nobody has looked.", "A draft exists.", "It is in rule.", "It is reviewed each year."),
        evidence=("The rule's text",),
        depth=depth,
        roles=("director",),
    )


INSTRUMENT = m.Instrument(
    title="Policy Tool",
    version="1",
    wording="own",
    about="A sample instrument.",
    scale=SCALE,
    goals=(m.Question(id="why_now", text="Why now?", words=30),),
    plan=(m.Question(id="first_move", text="What comes first?", words=30),),
    areas=(
        m.PolicyArea(
            schema_version=1,
            id="alignment",
            title="Systems alignment",
            intro="How systems fit together.",
            items=(
                _item("shared_vision", "Systems share one vision.", m.Depth.ESSENTIAL),
                _item("joint_planning", "Agencies plan together.", m.Depth.STANDARD),
            ),
        ),
        m.PolicyArea(
            schema_version=1,
            id="data",
            title="Data",
            intro="How data fit together.",
            items=(_item("definitions", "Terms are defined once.", m.Depth.ESSENTIAL),),
        ),
    ),
)

EXERCISES = (
    m.Exercise(
        id="rate",
        title="Rate alone first",
        segment=m.SegmentKind.POLICY_TOOL,
        minutes=10,
        outcomes=("understand",),
        intent="See where your state stands.",
        keeps="a rating for each item",
        scope=m.Scope.PERSON,
        prompts=(m.ItemsPrompt(kind="items", id="ratings", label="The items", areas=("alignment", "data")),),
    ),
    m.Exercise(
        id="goals",
        title="Draft and rank goals",
        segment=m.SegmentKind.POLICY_TOOL,
        minutes=15,
        talk_minutes=5,
        outcomes=("goals",),
        intent="Agree on a few goals.",
        steps=("Talk.", "Write."),
        keeps="ranked goals",
        prompts=(
            m.QuestionsPrompt(kind="questions", id="needs", label="Needs", part="goals", questions=("why_now",)),
            m.TablePrompt(
                kind="table",
                id="goals",
                label="Goals",
                row_name="goal",
                expected_rows=2,
                columns=(
                    m.TextPrompt(kind="text", id="statement", label="Goal", words=20),
                    m.ChoicePrompt(
                        kind="choice",
                        id="test",
                        label="Can you tell when it is done?",
                        options=(m.Option(id="yes", label="Yes"), m.Option(id="no", label="No")),
                    ),
                    m.NumberPrompt(kind="number", id="rank", label="Rank", rank=True, minimum=1, maximum=30),
                ),
            ),
        ),
    ),
    m.Exercise(
        id="next_steps",
        title="Next steps",
        segment=m.SegmentKind.NEXT_STEPS,
        minutes=8,
        intent="Leave with next steps.",
        keeps="actions with owners and dates",
        prompts=(
            m.TablePrompt(
                kind="table",
                id="actions",
                label="Actions",
                row_name="action",
                expected_rows=2,
                columns=(
                    m.TextPrompt(kind="text", id="action", label="Action", words=12, check="plain_language"),
                    m.PersonPrompt(kind="person", id="lead", label="Lead"),
                    m.DatePrompt(kind="date", id="due", label="By when"),
                ),
            ),
            m.TablePrompt(
                kind="table",
                id="goal_check",
                label="Which goal does it serve?",
                rows_from=m.AnswerSource(exercise="goals", prompt="goals", column="statement"),
                columns=(m.TextPrompt(kind="text", id="how", label="How it helps", words=10),),
            ),
            m.ChoicePrompt(
                kind="choice", id="partners", label="Partners", options_from="audiences", many=True, other=True
            ),
            m.RatingPrompt(kind="rating", id="confidence", label="How sure are you?", scale=SCALE),
        ),
    ),
)


def small_content(*, fictional: bool = True) -> m.Content:
    """A series ``sample`` of one session with three exercises, two policy areas, and two jurisdictions."""
    session = m.Session(
        schema_version=1,
        number=1,
        id="alignment",
        title="Systems Alignment",
        question="Where do we stand?",
        purpose="To see where the state stands.",
        who=("director",),
        prepare=("Bring the state plan.",),
        outcomes=(m.Outcome(id="understand", text="Understand the tool"), m.Outcome(id="goals", text="Set goals")),
        segments=tuple(
            m.Segment(kind=kind, title=kind.value.replace("_", " ").capitalize(), minutes=18, purpose="A purpose.")
            for kind in m.SegmentKind
        ),
        exercises=EXERCISES,
    )
    return m.Content(
        version="sample",
        series=m.Series(
            schema_version=1,
            id="sample",
            title="Sample series",
            fictional=fictional,
            time_zone="America/New_York",
            schedule=(m.Meeting(session=1, date=dt.date(2027, 2, 16), start=dt.time(13), end=dt.time(14, 30)),),
        ),
        sessions=(session,),
        instrument=INSTRUMENT,
        framework=m.Framework(
            schema_version=1,
            title="Framework",
            note="",
            groupings=(
                m.Grouping(
                    id="building",
                    title="Building & Moving",
                    clusters=(
                        m.Cluster(
                            id="construction",
                            title="Construction",
                            sub_clusters=(m.SubCluster(id="skilled_trades", title="Skilled Trades"),),
                        ),
                    ),
                ),
            ),
        ),
        jurisdictions=(
            m.Jurisdiction(code="OH", name="Ohio", kind="state", time_zones=("America/New_York",)),
            m.Jurisdiction(code="GU", name="Guam", kind="territory", time_zones=("Pacific/Guam",)),
        ),
        audiences=(
            m.Audience(id="learners", title="Learners", vision="Personal paths.", cares_about=("A good job",)),
            m.Audience(id="industries", title="Industries", vision="Skilled people.", cares_about=("Skills",)),
        ),
        roles=(m.Role(id="director", title="State CTE Director", description="Leads CTE in the state."),),
        plain_language=m.PlainLanguage(
            schema_version=1,
            longest_sentence_words=25,
            highest_grade=9,
            terms=(m.PlainTerm(term="leverage", plain="use"),),
        ),
    )
