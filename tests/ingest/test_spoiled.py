"""Spoiled messages of every class, from the door to the books: each is kept once, and none is too much."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator

import pytest

from padstone.cfx import MESSAGE_TYPES
from padstone.cfx.shapes import plan_of
from padstone.ingest.models import Message, State
from tests.cfx.fuzz import made, spoiled
from tests.ingest.factory import Factory

SLICES = 4
SAMPLE, PROVED = 60, 10_000
AT_ONCE = 200


@pytest.mark.parametrize("seed", range(1, SLICES + 1))
def test_spoiled_messages_are_kept_and_interpreted_or_refused_for_a_reason(
    factory: Factory, seed: int, proving: bool, figure: Callable[[str], None]
) -> None:
    count = PROVED if proving else SAMPLE
    deliveries = list(_deliveries(count, random.Random(seed)))
    for first in range(0, count, AT_ONCE):
        some = deliveries[first : first + AT_ONCE]
        kept = factory.deliver(*some)
        assert len(kept) >= len(some)  # a spoiled one may look like several lines
        factory.interpret()
    failed = Message.objects.filter(state=State.FAILED)
    assert [(row.name, row.reason, factory.bytes_of(row)[:3000]) for row in failed[:3]] == []
    assert not Message.objects.filter(state=State.RECEIVED).exists()
    assert not Message.objects.filter(state=State.REJECTED, reason="").exists()
    assert factory.works()
    if proving:
        by_state = dict.fromkeys(Message.objects.values_list("state", flat=True), 0)
        for state in by_state:
            by_state[state] = Message.objects.filter(state=state).count()
        figure(f"{count} spoiled messages from the door to the books: {by_state}")


def _deliveries(count: int, chance: random.Random) -> Iterator[bytes]:
    """Envelopes as they should be around bodies that are not, and now and then the envelope spoiled too."""
    names = sorted(MESSAGE_TYPES)
    for number in range(count):
        name = chance.choice(names)
        document = made(plan_of(MESSAGE_TYPES[name]), chance, chance.randint(1, 5))
        head = {
            "MessageName": name,
            "UniqueID": f"u{number}",
            "Source": f"Vendor.Model.{number % 7}",
            "TimeStamp": "2031-02-03T04:05:06.1234567+01:00",
        }
        if chance.random() < 0.2:
            yield spoiled(head | {"MessageBody": document}, chance)
        else:
            yield json.dumps(head)[:-1].encode() + b', "MessageBody": ' + spoiled(document, chance) + b"}"
