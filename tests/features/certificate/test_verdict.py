"""One word for a board: the gravest thing that is known of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from padstone.features.certificate.queries import Certificate, Unexpected
from padstone.features.certificate.verdict import Word, verdict_on
from padstone.features.production.lookups import WorkPass
from padstone.features.quality.queries import DefectLine, InspectionLine, RepairLine, TestLine

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)

EMPTY = Certificate(
    unit="U1",
    panel="P1",
    position=1,
    work_order="WO-1",
    product="HM-1",
    revision="A",
    as_of=1,
    installations=(),
    removed=(),
    missing=(),
    unexpected=(),
    stood_in=(),
    passes=(),
    rejections=(),
    inspections=(),
    tests=(),
    process_records=(),
    repairs=(),
    applied=(),
    tools=(),
    events=(),
)


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def passed(station: str, *, status: str = "", done: bool = True) -> WorkPass:
    return WorkPass(
        station=station,
        kind="aoi",
        lane=1,
        recipe_name="",
        recipe_revision="",
        surface="",
        work_order="WO-1",
        started_at=START,
        completed_at=at(1) if done else None,
        result="Completed" if done else "",
        unit_status=status,
        operators=(),
        events=(),
    )


def inspected(minutes: int, result: str, *verifications: str) -> InspectionLine:
    return InspectionLine(
        station="AOI",
        method="AOI",
        name="OPTICAL",
        recipe_name="",
        inspector="",
        result=result,
        verification="",
        at=at(minutes),
        measurements=(),
        defects=tuple(DefectLine("D", "", "R1", "", verification, "") for verification in verifications),
    )


def after_test(minutes: int, result: str) -> TestLine:
    return TestLine("FCT", "FCT", "BOOT", "", result, at(minutes), (), ())


def repaired(minutes: int, result: str) -> RepairLine:
    return RepairLine("Bench", "", "R1", result, "", (), "", at(minutes))


@pytest.mark.parametrize(
    ("known", "word"),
    [
        (EMPTY, Word.COMPLETE),
        (replace(EMPTY, product="", revision=""), Word.RECORDED),
        (replace(EMPTY, missing=("R1",)), Word.INCOMPLETE),
        (replace(EMPTY, missing=("R1",), passes=(passed("Placer", done=False),)), Word.IN_WORK),
        (replace(EMPTY, passes=(passed("Placer", done=False), passed("Oven"))), Word.COMPLETE),
        (replace(EMPTY, unexpected=(Unexpected(designator="R1", part="X", expected_part="Y"),)), Word.CHECK),
        (replace(EMPTY, inspections=(inspected(1, "Failed", "DefectConfirmed"),)), Word.FAILED),
        (replace(EMPTY, inspections=(inspected(1, "Failed", "NotVerifiedYet"),)), Word.FAILED),
        (replace(EMPTY, inspections=(inspected(1, "Failed", "DefectRejected"),)), Word.COMPLETE),
        (
            replace(EMPTY, inspections=(inspected(1, "Failed", "DefectRejected", "DefectConfirmed"),)),
            Word.FAILED,
        ),
        (replace(EMPTY, inspections=(inspected(1, "Failed"),)), Word.FAILED),
        (replace(EMPTY, inspections=(inspected(1, "Failed"), inspected(2, "Passed"))), Word.COMPLETE),
        (replace(EMPTY, inspections=(inspected(2, "Failed"), inspected(1, "Passed"))), Word.FAILED),
        (
            replace(EMPTY, inspections=(inspected(1, "Failed"),), tests=(after_test(2, "Passed"),)),
            Word.FAILED,
        ),
        (replace(EMPTY, tests=(after_test(1, "Error"),)), Word.FAILED),
        (
            replace(EMPTY, tests=(after_test(1, "Failed"),), repairs=(repaired(2, "RepairSuccessful"),)),
            Word.CHECK,
        ),
        (
            replace(EMPTY, tests=(after_test(2, "Failed"),), repairs=(repaired(1, "RepairSuccessful"),)),
            Word.FAILED,
        ),
        (replace(EMPTY, repairs=(repaired(1, "Scrap"),)), Word.SCRAPPED),
        (replace(EMPTY, passes=(passed("A", status="Scrap"),)), Word.SCRAPPED),
        (replace(EMPTY, passes=(passed("A", status="Fail"), passed("B", status="Pass"))), Word.COMPLETE),
        (replace(EMPTY, passes=(passed("A", status="Pass"), passed("B", status="Fail"))), Word.FAILED),
        (replace(EMPTY, missing=("R1",), passes=(passed("A", status="Scrap"),)), Word.SCRAPPED),
    ],
)
def test_the_gravest_thing_names_the_board(known: Certificate, word: Word) -> None:
    assert verdict_on(known).word == word


def test_every_reason_is_told_once() -> None:
    known = replace(
        EMPTY,
        missing=("R1", "R2"),
        passes=(passed("Printer", status="Scrap"), passed("SPI", status="Scrap")),
        tests=(after_test(1, "Failed"),),
    )
    assert verdict_on(known).reasons == (
        "Taken in as scrap since Printer.",
        "BOOT at FCT: Failed.",
        "2 designators of the bill of materials are not filled.",
    )
