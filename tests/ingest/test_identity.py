"""Once for every message: what is the same message, what only claims to be, and who said it."""

from __future__ import annotations

import pytest

from padstone.features.sites.models import Endpoint
from padstone.ingest.models import Batch, State
from tests.ingest.factory import (
    AOI,
    ARRIVED,
    HEARTBEAT,
    PLACER,
    STARTED,
    Factory,
    books,
    codes,
    installed,
    placed,
    started,
)

DEPARTED = "CFX.Production.UnitsDeparted"


def test_the_same_message_again_is_repeated_and_changes_nothing(factory: Factory) -> None:
    raw = factory.envelope(STARTED, started(1, "P1"))
    (first,) = factory.deliver(raw)
    factory.interpret()
    before = books()
    (again,) = factory.deliver(raw)
    factory.interpret()
    assert factory.receipt.repeated == 1
    assert (factory.line(first).state, factory.line(again).state) == (State.DONE, State.REPEATED)
    assert factory.bytes_of(again) == raw
    assert books() == before


def test_a_new_time_stamp_is_no_new_message(factory: Factory) -> None:
    body = started(1, "P1")
    factory.tell(STARTED, body, UniqueID="same")
    line = factory.tell(STARTED, body, UniqueID="same", TimeStamp="2026-01-01T00:00:00Z")
    assert line.state == State.REPEATED


def test_the_same_id_with_other_content_is_rejected_and_kept(factory: Factory) -> None:
    factory.tell(STARTED, started(1, "P1"), UniqueID="same")
    raw = factory.envelope(STARTED, started(2, "P2"), UniqueID="same")
    (row,) = factory.deliver(raw)
    before = books()
    factory.interpret()
    line = factory.line(row)
    assert (line.state, line.code) == (State.REJECTED, "same_id_other_content")
    assert "UniqueID same" in line.reason
    assert factory.bytes_of(row) == raw
    assert books() == before
    assert factory.works()


def test_the_same_id_under_another_name_is_other_content(factory: Factory) -> None:
    """An arrival and a departure have the same body."""
    body = {"PrimaryIdentifier": "P1", "Units": []}
    assert factory.tell(ARRIVED, body, UniqueID="same").state == State.DONE
    assert factory.tell(DEPARTED, body, UniqueID="same").code == "same_id_other_content"


def test_two_machines_may_use_the_same_id(factory: Factory) -> None:
    first = factory.tell(STARTED, started(1, "P1"), UniqueID="1")
    second = factory.tell(STARTED, started(2, "P2"), UniqueID="1", Source=AOI)
    assert (first.state, second.state) == (State.DONE, State.DONE)


def test_a_batch_that_comes_twice(factory: Factory) -> None:
    pieces = [factory.envelope(STARTED, started(number, f"P{number}")) for number in range(1, 6)]
    factory.deliver(b"\n".join(pieces))
    factory.interpret()
    before = books()
    rows = factory.deliver(b"[" + b",".join(pieces) + b"]")
    factory.interpret()
    assert [row.state for row in rows] == [State.REPEATED] * 5
    assert (factory.receipt.received, factory.receipt.repeated) == (0, 5)
    assert books() == before


def test_a_message_twice_within_one_delivery(factory: Factory) -> None:
    raw = factory.envelope(STARTED, started(1, "P1"))
    other = factory.envelope(STARTED, started(2, "P2"), UniqueID="id-1")
    rows = factory.deliver(b"\n".join((raw, raw, other)))
    assert [row.state for row in rows] == ["received", "repeated", "rejected"]


def test_without_an_id_the_content_is_the_identity(factory: Factory) -> None:
    raw = factory.envelope(STARTED, started(1, "P1"), UniqueID=None)
    other = factory.envelope(STARTED, started(2, "P2"), UniqueID=None)
    rows = factory.deliver(raw, other, raw)
    factory.interpret()
    assert [factory.line(row).state for row in rows] == ["done", "done", "repeated"]


@pytest.mark.parametrize("given", ["x" * 201, "x" * 20_000, "with a \x00 in it"])
def test_an_id_that_cannot_be_kept_is_an_identity_all_the_same(factory: Factory, given: str) -> None:
    assert factory.tell(STARTED, started(1, "P1"), UniqueID=given).state == State.DONE
    assert factory.tell(STARTED, started(1, "P1"), UniqueID=given).state == State.REPEATED
    assert factory.tell(STARTED, started(2, "P2"), UniqueID=given).code == "same_id_other_content"


def test_a_rejected_message_may_be_sent_again_corrected_under_its_id(factory: Factory) -> None:
    wrong = factory.tell(STARTED, started(1, "P1") | {"Units": 7}, UniqueID="same")
    right = factory.tell(STARTED, started(1, "P1"), UniqueID="same")
    assert (wrong.state, right.state) == (State.REJECTED, State.DONE)


class TestSource:
    def test_without_one_the_sender_of_the_delivery_speaks(self, factory: Factory) -> None:
        raw = factory.envelope(STARTED, started(1, "P1"), Source=None)
        (row,) = factory.deliver(raw, sender="SMT.PRINTER.1")
        factory.interpret()
        assert (factory.line(row).state, row.source) == (State.DONE, "SMT.PRINTER.1")
        assert Endpoint.objects.get().handle == "SMT.PRINTER.1"

    def test_without_any_it_is_rejected(self, factory: Factory) -> None:
        (row,) = factory.deliver(factory.envelope(STARTED, started(1, "P1"), Source=None), sender="")
        factory.interpret()
        line = factory.line(row)
        assert (line.state, line.code) == (State.REJECTED, "no_source")
        assert "Source" in line.reason
        assert factory.works()

    def test_a_long_one_is_a_machine_like_any_other(self, factory: Factory) -> None:
        handles = ["H" * 399 + ending for ending in "AB"]
        for number, handle in enumerate(handles):
            assert factory.start(number, f"P{number}", Source=handle).state == State.DONE
        stations = {endpoint.station.name for endpoint in Endpoint.objects.select_related("station")}
        assert len(stations) == 2

    @pytest.mark.parametrize("handle", ["H" * 401, "SMT\x00PLACER"])
    def test_one_that_cannot_be_kept_is_rejected(self, factory: Factory, handle: str) -> None:
        raw = factory.envelope(HEARTBEAT, {}, Source=handle)
        (row,) = factory.deliver(raw)
        assert (row.state, row.code) == (State.REJECTED, "source_unusable")
        assert "handle" in row.reason
        assert factory.bytes_of(row) == raw
        assert factory.works()

    @pytest.mark.parametrize("sender", ["x" * 5_000, "gate\x00way", "stra\udcdfe.json"])
    def test_a_transport_may_call_itself_anything(self, factory: Factory, sender: str) -> None:
        (row,) = factory.deliver(factory.envelope(STARTED, started(1, "P1")), sender=sender)
        factory.interpret()
        assert factory.line(row).state == State.DONE
        assert len(Batch.objects.get().sender) <= 400


class TestReportedTwice:
    """The same again under another UniqueID: the machine means it, and it still happened once."""

    def test_work_started(self, factory: Factory) -> None:
        factory.start(1, "P1", (1, 2))
        before = books()
        line = factory.start(1, "P1", (1, 2))
        assert (line.state, codes(line)) == (State.DONE, ["started_twice"])
        assert books() == before

    @pytest.mark.parametrize(
        ("panel", "units", "source"), [("P2", (1, 2), PLACER), ("P1", (1, 2), AOI), ("P1", (1,), PLACER)]
    )
    def test_work_started_otherwise(
        self, factory: Factory, panel: str, units: tuple[int, ...], source: str
    ) -> None:
        factory.start(1, "P1", (1, 2))
        factory.tell(HEARTBEAT, {}, Source=AOI)
        before = books()
        line = factory.start(1, panel, units, Source=source)
        assert (line.state, line.code) == (State.REJECTED, "transaction_known_otherwise")
        assert "TransactionID" in line.reason
        assert "P1" in line.reason
        assert books() == before

    def test_work_completed(self, factory: Factory) -> None:
        factory.start(1, "P1", TimeStamp="2026-05-04T12:00:00Z", door="file")
        factory.complete(1, TimeStamp="2026-05-04T12:01:00Z", door="file")
        line = factory.complete(1, TimeStamp="2026-05-04T12:02:00Z", door="file")
        assert (line.state, codes(line)) == (State.DONE, ["completed_twice"])
        (work,) = factory.certificate("P1").passes
        assert work.completed_at is not None
        assert work.completed_at.minute == 1

    def test_materials_installed(self, factory: Factory) -> None:
        factory.receive("R1")
        factory.start(1, "P1")
        factory.install(1, placed("P1", 1, "R1", "C1", "C2"))
        before = books()
        line = factory.install(1, placed("P1", 1, "R1", "C1", "C2"))
        assert (line.state, codes(line)) == (State.DONE, ["placed_twice"])
        assert "2 placements" in line.flags[0].reason
        assert books() == before

    def test_materials_installed_with_more(self, factory: Factory) -> None:
        factory.receive("R1")
        factory.start(1, "P1")
        factory.install(1, placed("P1", 1, "R1", "C1"))
        line = factory.install(1, placed("P1", 1, "R1", "C1", "C2"))
        assert (line.state, codes(line)) == (State.DONE, ["placed_twice"])
        assert [one.designator for one in factory.certificate("P1").installations] == ["C1", "C2"]

    def test_materials_installed_otherwise(self, factory: Factory) -> None:
        factory.receive("R1", "R2")
        factory.start(1, "P1")
        factory.install(1, placed("P1", 1, "R1", "C1", "C2"))
        before = books()
        line = factory.install(1, placed("P1", 1, "R2", "C1", "C2"))
        assert (line.state, line.code) == (State.REJECTED, "already_placed")
        assert "C1" in line.reason
        assert books() == before
        assert factory.works()

    def test_a_designator_twice_in_one_report(self, factory: Factory) -> None:
        factory.receive("R1", "R2")
        factory.start(1, "P1")
        before = books()
        line = factory.install(1, placed("P1", 1, "R1", "C1"), placed("P1", 1, "R2", "C1"))
        assert (line.state, line.code) == (State.REJECTED, "placed_twice")
        assert "C1" in line.reason
        assert books() == before
        assert factory.works()

    def test_a_designator_twice_in_the_same_words_is_one_placement(self, factory: Factory) -> None:
        factory.receive("R1")
        factory.start(1, "P1")
        assert factory.install(1, placed("P1", 1, "R1", "C1", "C1")).state == State.DONE
        assert len(factory.certificate("P1").installations) == 1

    def test_what_hands_placed_and_what_was_not_placed(self, factory: Factory) -> None:
        factory.receive("R1")
        factory.start(1, "P1")
        part = {"ReferenceDesignator": "C1", "InstallationTime": "2026-05-04T12:00:00Z"}
        by_hand = placed("P1", 1, "R1", CarrierLocation=None, InstalledComponents=[part])
        failed = placed(
            "P1",
            1,
            "R1",
            "C2",
            NonInstalledComponents=[
                {
                    "ReferenceDesignator": "C3",
                    "RejectionReason": "ErrorAfterPickUp",
                    "NonInstallationTime": "2026-05-04T12:00:01Z",
                }
            ],
        )
        factory.tell("CFX.Production.Assembly.MaterialsInstalled", installed(1, by_hand, failed))
        before = books()
        line = factory.tell("CFX.Production.Assembly.MaterialsInstalled", installed(1, by_hand, failed))
        assert (line.state, codes(line)) == (State.DONE, ["placed_twice"])
        assert books() == before
