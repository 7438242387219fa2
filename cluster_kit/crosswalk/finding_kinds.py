"""Texts for each kind of finding, shared by reports and questions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FindingKind:
    """Texts for one kind of finding. ``{rows}``, ``{example}``, and ``{count}`` (of rows) are filled in.

    ``question`` is for a data lead to bring to the next meeting; empty if there is nothing to ask.
    """

    sentence: str
    question: str = ""


# --- the file -------------------------------------------------------------------------------------------------

FILE_KINDS = {
    "macros": FindingKind("The workbook carries macros. They were not run, and nothing of them is kept."),
    "separator": FindingKind("The file's columns are separated by {example}, and were read so."),
    "old_encoding": FindingKind(
        "{rows}: the text is not UTF-8, and was read as Windows-1252 (such as {example}). Check names with accents."
    ),
    "mixed_encoding": FindingKind(
        "{rows}: the text is in another encoding than the rest of the file, and was read as Windows-1252 (such as "
        "{example}). Check names with accents.",
        "Which system writes part of our program list in another encoding, and can it export UTF-8?",
    ),
    "sheets_passed_over": FindingKind("These sheets were passed over: {example}."),
    "header_rows": FindingKind("The column names are in two rows ({example}), and were read together."),
    "column_by_content": FindingKind(
        "The column {example} was taken for the CIP code because of what its cells hold. If it is another: --column "
        "cip=NAME."
    ),
    "code_and_title": FindingKind(
        "The CIP code and the title are in one cell, and were separated (such as {example})."
    ),
    "own_code_and_title": FindingKind(
        "A code and the title are in one cell, and were separated (such as {example}). The code was kept as your own, "
        "because nothing says that it is a CIP code. If it is one, name the column for both: --column cip=NAME "
        "--column title=NAME."
    ),
    "merged_cells": FindingKind(
        "{rows}: a cell is merged with the one above, and its text was used in each of its rows (such as {example}). "
        "Numbers of students in merged cells were counted once."
    ),
    "cip_edition": FindingKind(
        "The column of codes is of the CIP edition of {example}. Codes that changed later are replaced only if the "
        "table of changes from 2010 to 2020 has been imported.",
        "When does our system move from the CIP codes of {example} to those of 2020?",
    ),
    "no_level": FindingKind("The column {example} holds no levels of education, and was not read as such."),
    "several_tables": FindingKind("The sheet has several tables (column names in rows {example}). All were read."),
    "too_many_cells": FindingKind(
        "{rows}: more cells than there are columns (such as {example}), so it is not clear what belongs where. "
        "These rows were left out. Put quotation marks around text that has commas in it."
    ),
    "totals": FindingKind("{rows}: totals, left out of the list (such as {example})."),
    "repeated_header": FindingKind("{rows}: the column names once more, left out of the list."),
    "heading": FindingKind(
        "{rows}: a heading above longer codes and not a program, left out of the list (such as {example})."
    ),
    "earlier_year": FindingKind(
        "{rows}: an earlier year of a program that is listed for several (such as {example}). Each program was counted "
        "once, with its newest year."
    ),
    "ended_year": FindingKind(
        "{rows}: the newest row of the program is older than the newest year of the list (such as {example}). It was "
        "kept.",
        "Are these programs still offered? Their newest row is of an earlier year ({rows}, such as {example}).",
    ),
    "notes": FindingKind("{rows}: a note and not a program, left out of the list (such as {example})."),
    "no_cip_column": FindingKind(
        "No column holds CIP codes. The columns are: {example}. Proposals rest on titles and former Clusters alone. If "
        "there is such a column, name it: --column cip=NAME.",
        "Which of our systems holds the CIP code of each program, and can this list carry it?",
    ),
    "no_title_column": FindingKind(
        "No column holds program or course titles. The columns are: {example}. If there is one, name it: "
        "--column title=NAME."
    ),
}

# --- CIP codes ------------------------------------------------------------------------------------------------

CODE_KINDS = {
    "code_missing": FindingKind(
        "{rows}: no CIP code.",
        "Who assigns a CIP code to the programs that have none ({count}: {rows})?",
    ),
    "code_placeholder": FindingKind(
        "{rows}: {example} is what a system writes for an unknown code. The programs were read without a code.",
        "Which CIP codes belong to the programs that have {example} in our list ({rows})?",
    ),
    "code_date": FindingKind(
        "{rows}: the CIP code is a date ({example}), because a spreadsheet program changed it. The code is lost: "
        "format the column as text and type it again. The programs were read without a code.",
        "Who can type the CIP codes again that a spreadsheet program turned into dates ({rows})?",
    ),
    "code_unreadable": FindingKind(
        "{rows}: {example!r} is not a CIP code. A code has six digits, such as 01.0101. The programs were read without "
        "a code.",
        "What is the right CIP code where our list has something else ({rows}, such as {example!r})?",
    ),
    "code_soc": FindingKind(
        "{rows}: {example} looks like an occupation code (SOC), not like a CIP code. The programs were read without a "
        "code.",
        "Why does our CIP column hold occupation codes ({rows})?",
    ),
    "code_number": FindingKind(
        "{rows}: the CIP code had lost zeros or its dot, as happens when it is kept as a number (such as {example}). "
        "They were put back. Format the column as text to keep them."
    ),
    "code_cleaned": FindingKind(
        "{rows}: spaces, quotation marks or footnote signs around the CIP code were taken off (such as {example!r})."
    ),
    "code_with_title": FindingKind(
        "{rows}: the cell has a title beside the CIP code (such as {example}). They were separated, and the title was "
        "used where the list has no other."
    ),
    "code_several": FindingKind(
        "{rows}: several CIP codes in one cell (such as {example}). The first was taken.",
        "Which single CIP code does each program report under that has several ({rows})?",
    ),
    "code_state_digits": FindingKind(
        "{rows}: more than six digits (such as {example}). The first six were read as the CIP code, the rest as "
        "your state's own."
    ),
    "code_group": FindingKind(
        "{rows}: {example} names a group of CIP codes, not a single one. Proposals rest on the whole group.",
        "Which six-digit code does each program have that is listed under a shorter one ({rows}, such as {example})?",
    ),
    "code_retired": FindingKind(
        "{rows}: CIP codes that were retired in 2020 (such as {example}). The code that took their place was used.",
        "When does our system move to the CIP codes of 2020? These still have older ones: {rows}.",
    ),
    "code_unknown": FindingKind(
        "{rows}: the CIP code is not in the crosswalk (such as {example}). Proposals rest on codes that begin alike.",
        "Are these CIP codes right? The crosswalk does not list them ({rows}, such as {example}).",
    ),
}

# --- everything else ------------------------------------------------------------------------------------------

OTHER_KINDS = {
    "sced_used": FindingKind(
        "{rows}: no CIP code, but a SCED course code that the imported crosswalk places under one (such as {example}), "
        "which was used."
    ),
    "sced_several": FindingKind(
        "{rows}: the SCED course code belongs to several CIP codes (such as {example}), so none was used.",
        "Under which CIP code does each course count whose SCED code belongs to several ({rows}, such as {example})?",
    ),
    "sced_unknown": FindingKind(
        "{rows}: the SCED course code {example} is in no imported crosswalk. To import one with columns SCED Code and "
        "CIP Code: cluster-kit crosswalk import FILE.xlsx"
    ),
    "title_missing": FindingKind(
        "{rows}: no title.", "What are the programs called that have a code and no title ({rows})?"
    ),
    "former_unknown": FindingKind(
        "{rows}: {example!r} is not one of the former Clusters. It was kept, and not used for proposals.",
        "Which of the former Clusters does {example!r} mean ({rows})?",
    ),
    "count_unreadable": FindingKind("{rows}: {example!r} is not a number of learners. It was read as not known."),
    "count_suppressed": FindingKind("{rows}: a number of learners is withheld ({example}). It was read as not known."),
    "count_negative": FindingKind(
        "{rows}: a number of learners is below zero ({example}). It was read as not known.",
        "Why are some numbers of learners below zero ({rows})?",
    ),
    "more_concentrators": FindingKind(
        "{rows}: more concentrators than learners enrolled (such as {example}).",
        "Do we count concentrators and enrollment in the same year and for the same learners? Some programs have "
        "more concentrators than learners enrolled ({rows}).",
    ),
    "duplicate": FindingKind(
        "{rows}: the same as an earlier row in every column that was read (such as {example}). Counted once.",
        "Why does our list hold some programs twice ({rows})?",
    ),
    "same_program": FindingKind(
        "{rows}: an earlier row has the same code, title, level and place with other numbers (such as {example}). "
        "All were kept.",
        "Is this one program or two: {example}? Some rows repeat a program with other numbers ({rows}).",
    ),
    "title_differs": FindingKind(
        "{rows}: the title does not fit the CIP code (such as {example}).",
        "Does the CIP code fit the program? Some titles are far from what their code means ({rows}, for example "
        "{example}).",
    ),
    "former_differs": FindingKind(
        "{rows}: the former Cluster did not become a Cluster that the CIP code belongs to (such as {example}).",
        "Which is right, the CIP code or the former Cluster? They disagree for some programs ({rows}, for example "
        "{example}).",
    ),
    "one_title_many_codes": FindingKind(
        "{rows}: programs of one title have different CIP codes (such as {example}).",
        "Should programs with the same title report under the same CIP code ({rows}, such as {example})?",
    ),
    "sample_crosswalk": FindingKind(
        "No published crosswalk has been imported, so proposals rest on the kit's own small sample of {example} codes. "
        "Use them to try things out, and for nothing else. To import: cluster-kit crosswalk import FILE.xlsx"
    ),
    "decision_lost": FindingKind(
        "A decision names a Cluster that the Framework does not have, and was passed over ({example}). Decide again."
    ),
    "agreement": FindingKind("Code and former Cluster agree in {example} programs whose code leaves no choice."),
}

KINDS = FILE_KINDS | CODE_KINDS | OTHER_KINDS
