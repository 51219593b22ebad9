"""What refers to something that nobody has told of yet waits for it, and comes out as if in order."""

from __future__ import annotations

from itertools import permutations

import pytest

from padstone.features.genealogy.queries import Installation
from padstone.ingest.interpret import retry
from padstone.ingest.models import Message, State
from padstone.kernel.errors import Conflict, NotFound
from tests.ingest.factory import (
    AOI,
    AUDITOR,
    COMPLETED,
    INITIALIZED,
    INSPECTED,
    INSTALLED,
    RECEIPT,
    SPLICED,
    STARTED,
    Factory,
    books,
    codes,
    completed,
    installed,
    placed,
    placements,
    received,
    started,
    transaction,
)

INSPECTION = {
    "TransactionId": transaction(9),
    "InspectedUnits": [
        {"UnitIdentifier": "P1", "UnitPositionNumber": 1, "OverallResult": "Passed", "Inspections": []}
    ],
}


def facts(factory: Factory, unit: str) -> list[Installation]:
    """Without the number under which they came onto the books."""
    return sorted(factory.certificate(unit).installations, key=lambda one: one.designator)


def test_a_unit_nobody_has_told_of(factory: Factory) -> None:
    waiting = factory.tell(INSPECTED, INSPECTION, Source=AOI)
    assert (waiting.state, waiting.code, waiting.awaits) == (State.WAITING, "unknown_unit", "unit:P1")
    assert "P1" in waiting.reason
    assert "barcode" in waiting.reason
    assert factory.works()
    factory.start(1, "P1")
    woken = factory.line(Message.objects.get(pk=waiting.id))
    assert (woken.state, woken.awaits, woken.reason, woken.attempts) == (State.DONE, "", "", 2)
    assert len(factory.certificate("P1").inspections) == 1


def test_a_reel_that_was_never_received(factory: Factory) -> None:
    factory.start(1, "P1")
    waiting = factory.install(1, placed("P1", 1, "R1", "C1", "C2"))
    assert (waiting.state, waiting.code, waiting.awaits) == (State.WAITING, "unknown_package", "package:R1")
    assert "R1" in waiting.reason
    assert "MaterialsInitialized" in waiting.reason
    assert placements(factory, "P1") == []
    assert factory.works()
    factory.receive("R1")
    assert factory.line(Message.objects.get(pk=waiting.id)).state == State.DONE
    assert placements(factory, "P1") == [("C1", "R1"), ("C2", "R1")]


def test_a_message_that_waits_for_two_things_one_after_the_other(factory: Factory) -> None:
    waiting = factory.install(1, placed("P1", 1, "R1", "C1"), placed("P1", 1, "R2", "C2", slot="F2"))
    row = Message.objects.get(pk=waiting.id)
    assert factory.line(row).awaits == f"transaction:{transaction(1)}"
    factory.start(1, "P1")
    assert factory.line(row).awaits == "package:R1"
    factory.receive("R1")
    assert factory.line(row).awaits == "package:R2"
    factory.receive("R2")
    assert factory.line(row).state == State.DONE
    assert placements(factory, "P1") == [("C1", "R1"), ("C2", "R2")]


def test_an_unknown_transaction(factory: Factory) -> None:
    waiting = factory.complete(1)
    assert (waiting.state, waiting.code) == (State.WAITING, "unknown_transaction")
    assert waiting.awaits == f"transaction:{transaction(1)}"
    assert "WorkStarted" in waiting.reason
    factory.start(1, "P1")
    assert factory.line(Message.objects.get(pk=waiting.id)).state == State.DONE
    (work,) = factory.certificate("P1").passes
    assert work.result == "Completed"


def test_any_order_gives_the_same_books(factory: Factory) -> None:
    at = "2026-05-04T12:00:0{}Z"
    told = [
        (INITIALIZED, received("R1", "R2"), RECEIPT),
        (STARTED, started(1, "P1", (1, 2)), "SMT.PLACER.1"),
        (
            INSTALLED,
            installed(1, placed("P1", 1, "R1", "C1"), placed("P1", 2, "R2", "C1", slot="F2")),
            "SMT.PLACER.1",
        ),
        (COMPLETED, completed(1), "SMT.PLACER.1"),
    ]
    outcomes = []
    for run, order in enumerate(permutations(range(len(told)))):
        names = {"R1": f"R1-{run}", "R2": f"R2-{run}", "P1": f"P1-{run}"}
        bodies = []
        for place in order:
            name, body, source = told[place]
            raw = factory.envelope(
                name, body, Source=source, TimeStamp=at.format(place), UniqueID=f"{run}-{place}"
            )
            for plain, own in names.items():
                raw = raw.replace(f'"{plain}"'.encode(), f'"{own}"'.encode())
            bodies.append(raw.replace(b"00000001-0000", f"{run + 1:08x}-0000".encode()))
        factory.deliver(*bodies, door="file")
        factory.interpret()
        certificate = factory.certificate(f"P1-{run}:2")
        outcomes.append(
            (
                [(i.designator, i.package[:2], i.installed_at) for i in certificate.installations],
                [(w.started_at, w.completed_at, w.result) for w in certificate.passes],
            )
        )
    assert not Message.objects.exclude(state=State.DONE).exists()
    assert all(outcome == outcomes[0] for outcome in outcomes)


def test_one_delivery_in_reverse(factory: Factory) -> None:
    """What wakes a message may stand behind it in the same batch."""
    rows = factory.deliver(
        factory.envelope(COMPLETED, completed(1)),
        factory.envelope(INSTALLED, installed(1, placed("P1", 1, "R1", "C1"))),
        factory.envelope(STARTED, started(1, "P1")),
        factory.envelope(INITIALIZED, received("R1")),
    )
    factory.interpret()
    assert {factory.line(row).state for row in rows} == {State.DONE}
    assert placements(factory, "P1") == [("C1", "R1")]


def test_a_waiting_message_does_not_block_its_own_machine(factory: Factory) -> None:
    waiting = factory.install(1, placed("P1", 1, "R1", "C1"))
    assert factory.start(2, "P2").state == State.DONE
    assert factory.line(Message.objects.get(pk=waiting.id)).state == State.WAITING


def test_a_splice_onto_a_reel_that_was_never_received(factory: Factory) -> None:
    factory.receive("R1")
    place = {"LocationIdentifier": "uid-F1", "LocationName": "F1"}
    body = {
        "DepletedMaterial": {**place, "MaterialPackage": {"UniqueIdentifier": "R1"}},
        "NewlyActiveMaterial": {**place, "MaterialPackage": {"UniqueIdentifier": "R2"}},
    }
    before = books()
    waiting = factory.tell(SPLICED, body)
    assert waiting.awaits == "package:R2"
    assert books() == before
    factory.receive("R2")
    assert factory.line(Message.objects.get(pk=waiting.id)).state == State.DONE


def test_parts_without_a_package_wait_for_a_loading(factory: Factory) -> None:
    factory.receive("R1")
    factory.start(1, "P1")
    unnamed = placed("P1", 1, "R1", "C1") | {"Material": None}
    waiting = factory.install(1, unnamed)
    assert (waiting.state, waiting.code) == (State.WAITING, "package_not_named")
    assert "MaterialsLoaded" in waiting.reason


def test_parts_placed_by_hand_without_a_package_are_rejected(factory: Factory) -> None:
    """Nothing that could come would say which package it was."""
    factory.start(1, "P1")
    line = factory.install(1, placed("P1", 1, "R1", "C1", CarrierLocation=None) | {"Material": None})
    assert (line.state, line.code) == (State.REJECTED, "package_not_named")
    assert "package" in line.reason


class TestRetry:
    def test_a_waiting_one(self, factory: Factory) -> None:
        waiting = factory.complete(1)
        retry(AUDITOR, message_id=waiting.id)
        factory.interpret()
        line = factory.line(Message.objects.get(pk=waiting.id))
        assert (line.state, line.attempts) == (State.WAITING, 2)

    def test_a_rejected_one(self, factory: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
        """After the reason is gone, say in a newer release, it goes through."""
        with monkeypatch.context() as patch:
            patch.setattr("padstone.cfx.KNOWN_MESSAGES", frozenset())
            rejected = factory.start(1, "P1")
        assert rejected.state == State.REJECTED
        retry(AUDITOR, message_id=rejected.id)
        factory.interpret()
        line = factory.line(Message.objects.get(pk=rejected.id))
        assert (line.state, line.code, line.reason, codes(line)) == (State.DONE, "", "", [])

    def test_what_is_on_the_books_is_not_taken_up_again(self, factory: Factory) -> None:
        line = factory.start(1, "P1")
        with pytest.raises(Conflict, match="nothing to take up"):
            retry(AUDITOR, message_id=line.id)

    def test_what_cannot_be_read_is_not_taken_up_again(self, factory: Factory) -> None:
        (row,) = factory.deliver(b"no message")
        with pytest.raises(Conflict, match="nothing to take up"):
            retry(AUDITOR, message_id=row.pk)

    def test_what_was_sent_again_meanwhile_is_not_taken_up_again(self, factory: Factory) -> None:
        wrong = factory.tell(STARTED, started(1, "P1") | {"Units": 7}, UniqueID="same")
        factory.tell(STARTED, started(1, "P1"), UniqueID="same")
        with pytest.raises(Conflict, match="sent again"):
            retry(AUDITOR, message_id=wrong.id)

    def test_what_there_is_not(self, factory: Factory) -> None:
        with pytest.raises(NotFound):
            retry(AUDITOR, message_id=1)
