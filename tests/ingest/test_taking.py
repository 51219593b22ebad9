"""Endpoints that another process has in hand are left to it."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection

from padstone.ingest import taking
from padstone.ingest.models import Message, State
from tests.ingest.factory import HEARTBEAT, Factory


def states() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for source, state in Message.objects.values_list("source", "state"):
        found.setdefault(source, set()).add(state)
    return found


def test_what_another_has_in_hand_waits_for_it(factory: Factory) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("an embedded database has one writer")
    for source in ("A", "B", "A", "B"):
        factory.deliver(factory.envelope(HEARTBEAT, {"CFXHandle": source}, Source=source))
    where = connection.settings_dict
    with psycopg.connect(
        host=where["HOST"],
        port=where["PORT"],
        dbname=where["NAME"],
        user=where["USER"],
        password=where["PASSWORD"],
    ) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s, %s)", [taking.IN_HAND, taking.number_of("A")])
        factory.interpret()
        assert states() == {"A": {State.RECEIVED}, "B": {State.DONE}}
    factory.interpret()
    assert states() == {"A": {State.DONE}, "B": {State.DONE}}


def test_it_takes_the_oldest_first_and_no_more_than_asked(factory: Factory) -> None:
    for number in range(5):
        factory.deliver(factory.envelope(HEARTBEAT, {"CFXHandle": "A"}, Source="AB"[number % 2]))
    numbers = list(Message.objects.order_by("pk").values_list("pk", flat=True))
    assert [message.pk for message in taking.taken_up(3)] == numbers[:3]
    assert [message.pk for message in taking.taken_up(9)] == numbers
