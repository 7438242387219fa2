"""CIP codes of courses that a list names by their SCED codes (School Courses for the Exchange of Data)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from cluster_kit.crosswalk.codes import series_of
from cluster_kit.crosswalk.findings import FindingCollector
from cluster_kit.crosswalk.inventory import Program
from cluster_kit.crosswalk.reference import Reference


def code_courses(programs: Iterable[Program], reference: Reference, notes: FindingCollector) -> tuple[Program, ...]:
    """The programs, with a CIP code where only a SCED code is given and the imported table has one for it.

    If the table has several CIP codes of one series, the series is used (``01.01``).
    """
    return tuple(_code_course(program, reference, notes) for program in programs)


def _code_course(program: Program, reference: Reference, notes: FindingCollector) -> Program:
    if program.code or not program.sced:
        return program
    codes = reference.courses.get(program.sced, ())
    series = {series_of(code) for code in codes}
    if not codes:
        notes.add("sced_unknown", program.row, program.sced)
    elif len(series) > 1:
        notes.add("sced_several", program.row, f"{program.sced}: {', '.join(codes[:4])}")
    else:
        code = codes[0] if len(codes) == 1 else series.pop()
        notes.add("sced_used", program.row, f"{program.sced}: {code}")
        return replace(program, code=code)
    return program
