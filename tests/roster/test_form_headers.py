"""Columns are found by headers that are questions, in the wording of forms, registration pages, and surveys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cluster_kit.content import Content
from cluster_kit.roster.lists.columns import match_columns
from cluster_kit.roster.lists.staff_list import read_roster

Save = Callable[..., Path]

HEADERS = {
    "jurisdiction": [
        "State*",
        "State (two-letter abbreviation)",
        "State or Territory *",
        "1. Which state or territory do you represent?",
        "Which state or territory do you represent?",
        "What state are you representing at this workshop?",
        "Please select your state or territory:",
        "Your jurisdiction",
        "Which state CTE team will you join? Open-Ended Response",
    ],
    "name": [
        "Name*",
        "Name (first and last)",
        "Full name (as it should appear on your badge)",
        "Your full name",
        "What is your name?",
        "What's your full name?",
        "1. Please enter your first and last name:",
        "Q1: Full Name (required)",
        "Attendee's name",
        "Name as you would like it to appear",
        "What is your name? Open-Ended Response",
        "Contact Information Name",
        "Please tell us how to reach you: Name",
    ],
    "first": ["First Name *", "Your first name", "What is your first name?", "Contact Information First Name"],
    "last": ["Last Name*", "2. Your last name (family name)", "What is your last name?"],
    "email": [
        "Email Address",
        "E-mail*",
        "Email (work)",
        "Work e-mail address",
        "What is your email address?",
        "Please provide the e-mail address at which we can reach you.",
        "What's the best email to send the meeting link to?",
        "Contact information Email Address",
    ],
    "role": [
        "Role*",
        "Your role",
        "Your role on the team",
        "What is your role on the team?",
        "3. Which role best describes you?",
        "Please select the role you hold in your agency",
        "What is your position on your state team?",
        "Which of the following best describes your role? Response",
    ],
    "sessions": [
        "Sessions*",
        "Which sessions will you attend?",
        "Will you be able to join us for all sessions?",
        "Please check the sessions that you plan to attend (check all that apply)",
    ],
}
OTHERS = [
    "Name of your agency",
    "What is your supervisor's name?",
    "Company name",
    "Supervisor email",
    "Emergency contact email",
    "How long have you been in your current role?",
    "Name your biggest challenge",
    "Points - What is your name?",
    "Feedback - Your role on the team",
    "What topics should the sessions cover?",
    "Job title",
    "Zip code",
    "State agency or organization",
    "Anything else that you would like to tell us?",
]


@pytest.mark.parametrize(("column", "header"), [(column, one) for column, all_ in HEADERS.items() for one in all_])
def test_a_question_for_a_value_names_its_column(column: str, header: str) -> None:
    assert match_columns(["Start time", header, "Approval status"]) == {column: 1, "status": 2}


@pytest.mark.parametrize("header", OTHERS)
def test_another_question_names_none(header: str) -> None:
    assert match_columns(["Start time", header, "Approval status"]) == {"status": 2}


def test_a_row_with_an_address_is_no_header() -> None:
    assert match_columns(["What is your role?", "ana@ohio.gov"]) == {}


GOOGLE_FORMS = """\
Timestamp,Username,What is your name?,Which state or territory do you represent?,What is your role on the team?,\
Which sessions will you attend? (check all that apply),How long have you been in your role?
10/2/2026 9:14:03,ana@ohio.gov,"Reyes, Ana",Ohio,State CTE Director,"Session 1, Session 2",2 years
10/2/2026 9:20:44,tasi@doe.gu,Tasi Cruz,Guam,"Data and reporting, Program approval",Session 1,12
"""
MICROSOFT_FORMS = """\
ID,Start time,Completion time,Email,Name,Last modified time,Your full name,Points - Your full name,\
Email Address,Which state or territory do you represent?,What is your role on the team?,Sessions
1,10/2/26 9:14,10/2/26 9:16,anonymous,,,Ana Reyes,,ana@ohio.gov,Ohio,State CTE Director;,1; 2;
2,10/2/26 9:20,10/2/26 9:21,anonymous,,,Tasi Cruz,,tasi@doe.gu,Guam,Data and reporting;Program approval;,1;
"""
SURVEYMONKEY = """\
Respondent ID,Collector ID,Start Date,End Date,IP Address,Email Address,First Name,Last Name,Custom Data 1,\
Please tell us how to reach you:,,,Which state or territory do you represent?,Which role best describes you?,,\
Which sessions will you attend?
,,,,,,,,,Name,Company,Email Address,Response,Response,Other (please specify),Open-Ended Response
11,7,10/02/2026 09:14:03 AM,10/02/2026 09:16:03 AM,192.0.2.1,,,,,Ana Reyes,ODE,ana@ohio.gov,Ohio,\
State CTE Director,,1 and 2
12,7,10/02/2026 09:20:03 AM,10/02/2026 09:21:03 AM,192.0.2.2,,,,,Tasi Cruz,GCC,tasi@doe.gu,Guam,\
Data and reporting,,Session 1
"""
SURVEYMONKEY_PLAIN = """\
Respondent ID,What is your name?,What is your email address?,Which state or territory do you represent?,\
Your role on the team,Which sessions will you attend?
,Open-Ended Response,Open-Ended Response,Response,Response,Open-Ended Response
11,Ana Reyes,ana@ohio.gov,Ohio,State CTE Director,"1, 2"
12,Tasi Cruz,tasi@doe.gu,Guam,Data and reporting,1
"""
ZOOM = """\
Report Generated:,"Oct 2, 2026 09:12 AM"
Topic,Meeting ID,Scheduled Time,Duration (minutes),# Registered,# Cancelled
Session 1,912 3456 7890,"Oct 6, 2026 01:00 PM",90,2,0
Attendee Details
First Name,Last Name,Email,Job Title,Registration Time,Approval Status,Which state or territory do you represent?,\
What is your role on the team?,Which sessions will you attend?
Ana,Reyes,ana@ohio.gov,Director,"Oct 2, 2026",approved,Ohio,State CTE Director,"1, 2"
Tasi,Cruz,tasi@doe.gu,Lead,"Oct 2, 2026",approved,Guam,Data and reporting,1
"""
EVENTBRITE = """\
Order #,Order Date,First Name,Last Name,Email,Quantity,Ticket Type,Buyer Email,Attendee Status,\
What is your role on the team?,State you represent,Which sessions will you attend?,Supervisor's email
1,10/2/26,Ana,Reyes,ana@ohio.gov,1,General,pay@example.org,Attending,State CTE Director,Ohio,"1, 2",boss@ohio.gov
2,10/2/26,Tasi,Cruz,tasi@doe.gu,1,General,pay@example.org,Attending,Data and reporting,Guam,1,boss@doe.gu
"""
TEAMS = """\
First name\tLast name\tEmail\tRegistration time\tRegistration status\tYour state or territory\t\
Your role on the team (choose one)\tWhich sessions will you attend?
Ana\tReyes\tana@ohio.gov\t10/2/2026, 9:14:03 AM\tRegistered\tOhio\tState CTE Director\t1, 2
Tasi\tCruz\ttasi@doe.gu\t10/2/2026, 9:20:44 AM\tRegistered\tGuam\tData and reporting\t1
"""
OUTLOOK = """\
First Name,Middle Name,Last Name,Company,Department,Job Title,Business State,E-mail Address,E-mail Display Name,\
User 1,Sessions
Ana,,Reyes,ODE,CTE,Director,OH,ana@ohio.gov,Ana Reyes (ana@ohio.gov),State CTE Director,"1, 2"
Tasi,,Cruz,GCC,CTE,Lead,GU,tasi@doe.gu,Tasi Cruz (tasi@doe.gu),Data and reporting,1
"""
EXPORTS = {
    "Google Forms": GOOGLE_FORMS,
    "Microsoft Forms": MICROSOFT_FORMS,
    "SurveyMonkey with a group of fields": SURVEYMONKEY,
    "SurveyMonkey": SURVEYMONKEY_PLAIN,
    "Zoom": ZOOM,
    "Eventbrite": EVENTBRITE,
    "Teams": TEAMS,
    "Outlook": OUTLOOK,
}


@pytest.mark.parametrize("source", EXPORTS)
def test_an_export_with_questions_of_its_own_is_read(content: Content, save: Save, source: str) -> None:
    roster = read_roster(content, save(EXPORTS[source]))
    assert roster.problems == ()
    assert [(one.jurisdiction, one.name, one.email, one.role, one.sessions) for one in roster.rows] == [
        ("OH", "Ana Reyes", "ana@ohio.gov", "state_director", (1, 2)),
        ("GU", "Tasi Cruz", "tasi@doe.gu", "data", (1,)),
    ]
    several = [note.sentence for note in roster.notes if note.sentence.startswith("Several roles")]
    assert bool(several) == (source in {"Google Forms", "Microsoft Forms"})


def test_a_question_with_other_answers_is_not_read(content: Content, save: Save) -> None:
    text = (
        "Your name,State,What is your role on the team?,May we share your email address?\n"
        "Ana Reyes,OH,I keep everyone on time,Yes\nTasi Cruz,GU,I run the numbers,No\n"
    )
    roster = read_roster(content, save(text))
    assert roster.problems == ()
    assert [(one.name, one.role, one.email) for one in roster.rows] == [("Ana Reyes", "", ""), ("Tasi Cruz", "", "")]
    assert roster.mapping.unread == ("What is your role on the team?", "May we share your email address?")


def test_one_address_in_a_form_without_sign_in_is_read(content: Content, save: Save) -> None:
    text = "Name,State,Email\nAna Reyes,OH,anonymous\nTasi Cruz,GU,n/a\nLee Poe,OH,lee@ohio.gov\n"
    roster = read_roster(content, save(text))
    assert roster.problems == ()
    assert [one.email for one in roster.rows] == ["", "", "lee@ohio.gov"]


def test_a_chosen_column_stays_if_the_column_of_names_has_addresses(content: Content, save: Save) -> None:
    text = (
        "Timestamp,Username,What is your name?,State,What is your role on the team?,What you do\n"
        "1,ana@ohio.gov,Ana Reyes,OH,State CTE Director,Data and reporting\n"
        "2,tasi@doe.gu,Tasi Cruz,GU,Data and reporting,State CTE Director\n"
    )
    roster = read_roster(content, save(text), columns={"role": "What you do"})
    assert [(one.email, one.role) for one in roster.rows] == [
        ("ana@ohio.gov", "data"),
        ("tasi@doe.gu", "state_director"),
    ]


def test_the_first_role_of_a_state_is_used_and_a_list_of_roles_makes_no_facilitator(
    content: Content, save: Save
) -> None:
    roles = "Facilitator; State CTE Director"
    roster = read_roster(content, save(f"Name,State,Role\nFay Lee,,{roles}\nAna Reyes,OH,{roles}\n"))
    assert [(one.name, one.role) for one in roster.rows] == [("Ana Reyes", "state_director")]
    assert [one.sentence.partition(".")[0] for one in roster.problems] == ["The state is missing"]
