"""A factory under test: messages through the front door, answers held against the ledger of the truth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime

from padstone.features.certificate.queries import Certificate, certificate
from padstone.features.genealogy.queries import Installation
from padstone.ingest.delivery import Delivery
from padstone.ingest.inbox import accept
from padstone.ingest.interpret import Interpreter
from padstone.kernel import clock
from padstone.kernel.actor import EVERYTHING, Actor, ActorKind
from padstone.simulator import ledger as truth

AUDITOR = Actor(ActorKind.PERSON, "auditor", EVERYTHING)
_AT_ONCE = 200


def deliver(messages: Sequence[bytes], *, door: str = "file", sender: str = "line") -> None:
    """Hand the messages to the inbox, as a door does."""
    for first in range(0, len(messages), _AT_ONCE):
        accept(
            [
                Delivery(door, sender, body, "", None, clock.now())
                for body in messages[first : first + _AT_ONCE]
            ]
        )


def build(messages: Sequence[bytes]) -> None:
    """Deliver the messages and interpret them to the end."""
    deliver(messages)
    Interpreter().all()


Fact = tuple[str, ...]


def fact_of_truth(one: truth.Installation) -> Fact:
    lane = f" lane {one.lane}" if one.lane else ""
    return (
        one.designator,
        " or ".join(sorted(one.packages)),
        one.certainty,
        one.part_number,
        one.station,
        f"{one.location_name}{lane}" if one.location_name else "",
        one.head,
        str(one.nozzle) if one.location_name else "",
        _moment(one.installed_at),
        _moment(one.removed_at),
    )


def facts_of_product(installations: Iterable[Installation]) -> list[Fact]:
    """One fact a placement: the candidates of a doubtful one stand together."""
    placements: dict[tuple[str, ...], list[Installation]] = defaultdict(list)
    for one in installations:
        placements[one.designator, one.station, str(one.installed_at), str(one.journal_no)].append(one)
    return sorted(
        (
            group[0].designator,
            " or ".join(sorted(one.package for one in group)),
            group[0].certainty,
            group[0].part,
            group[0].station,
            group[0].location,
            group[0].head,
            group[0].nozzle.split(" ")[0],
            _moment(group[0].installed_at),
            _moment(group[0].removed_at),
        )
        for group in placements.values()
    )


def _moment(at: str | datetime | None) -> str:
    """To the microsecond, in UTC."""
    if not at:
        return ""
    instant = at if isinstance(at, datetime) else datetime.fromisoformat(_six_digits(at))
    return instant.astimezone().isoformat()


def _six_digits(text: str) -> str:
    """CFX writes seven digits of a second; Python keeps six."""
    head, _, tail = text.partition(".")
    return f"{head}.{tail[:6]}{tail[7:]}" if tail else text


def differences(ledger: truth.Ledger) -> list[str]:
    """What the certificates say otherwise than the ledger, designator by designator. Empty: equal."""
    by_unit: dict[str, list[Fact]] = defaultdict(list)
    for one in ledger.installations:
        by_unit[one.unit].append(fact_of_truth(one))
    found = []
    for unit in ledger.units:
        answer = certificate(AUDITOR, unit)
        told = set(facts_of_product((*answer.installations, *answer.removed)))
        true = set(by_unit[unit])
        found += [f"{unit}: not in the certificate: {fact}" for fact in sorted(true - told)]
        found += [f"{unit}: not in the ledger: {fact}" for fact in sorted(told - true)]
        found += _other_differences(answer, ledger.units[unit])
    return found


def _other_differences(answer: Certificate, record: truth.UnitRecord) -> list[str]:
    aoi = [i for i in answer.inspections if i.method == "AOI"]
    defects = [defect for inspection in aoi for defect in inspection.defects]
    runs = _test_runs(answer)
    told = truth.UnitRecord(
        unit=answer.unit,
        panel=answer.panel,
        position=answer.position,
        work_order=answer.work_order,
        state=record.state,
        spi_inspections=sum(i.method == "SPI" for i in answer.inspections),
        aoi_inspections=len(aoi),
        defects_confirmed=sorted(d.designator for d in defects if d.verification == "DefectConfirmed"),
        false_calls=sorted(d.designator for d in defects if d.verification == "DefectRejected"),
        reflow_passes=sum("Reflow" in one.kind for one in answer.process_records),
        tests_passed=runs.count(True),
        tests_failed=runs.count(False),
        repairs=sorted(repair.designator for repair in answer.repairs if repair.designator),
    )
    return [
        f"{answer.unit}: {field.name} is {getattr(told, field.name)}, truly {getattr(record, field.name)}"
        for field in fields(truth.UnitRecord)
        if _ordered(getattr(told, field.name)) != _ordered(getattr(record, field.name))
    ]


def _test_runs(answer: Certificate) -> list[bool]:
    """Whether each run of the functional test passed. A run ends where a test's name comes again."""
    runs: list[dict[str, bool]] = [{}]
    for test in answer.tests:
        if test.name in runs[-1]:
            runs.append({})
        runs[-1][test.name] = test.result == "Passed"
    return [all(run.values()) for run in runs if run]


def _ordered(value: object) -> object:
    return sorted(value) if isinstance(value, list) else value
