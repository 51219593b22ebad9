"""In order per machine, however the messages were delivered."""

from __future__ import annotations

from padstone.ingest.models import Message, State
from tests.ingest.factory import (
    AOI,
    INSTALLED,
    PLACER,
    STARTED,
    Factory,
    installed,
    placed,
    placements,
    started,
)


def journal(source: str) -> list[str]:
    rows = Message.objects.filter(source=source, state=State.DONE).order_by("journal_no")
    return [row.message_id for row in rows]


def test_each_machines_messages_come_onto_the_books_as_they_came_in(factory: Factory) -> None:
    sent: dict[str, list[str]] = {PLACER: [], AOI: []}
    for number in range(1, 40):
        source = AOI if number % 3 else PLACER
        sent[source].append(f"m{number}")
        raw = factory.envelope(STARTED, started(number, f"P{number}"), Source=source, UniqueID=f"m{number}")
        factory.deliver(raw)
    factory.interpreter.all(limit=7)
    assert {source: journal(source) for source in sent} == sent


def test_a_woken_message_comes_after_what_woke_it(factory: Factory) -> None:
    factory.deliver(
        factory.envelope(INSTALLED, installed(1, placed("P1", 1, "R1", "C1")), UniqueID="late"),
        factory.envelope(STARTED, started(1, "P1"), UniqueID="start"),
    )
    factory.interpret()
    factory.deliver(factory.envelope(STARTED, started(2, "P2"), UniqueID="other"))
    factory.interpret()
    assert journal(PLACER) == ["start", "other"]
    factory.receive("R1")
    assert journal(PLACER) == ["start", "other", "late"]
    assert placements(factory, "P1") == [("C1", "R1")]
