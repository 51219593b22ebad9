"""Run as a program in a data folder of its own.

``books_of.py``: finish what is not interpreted yet, and print all that is known of every unit, as JSON.
``books_of.py replay FILE|URL``: first accept every batch that another database holds, in its order.
"""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from typing import Any

import django

django.setup()

import msgspec  # noqa: E402 - Django comes first
import psycopg  # noqa: E402 - as above
import zstandard  # noqa: E402 - as above

from padstone.features.certificate.queries import certificate  # noqa: E402 - as above
from padstone.features.production.models import Unit  # noqa: E402 - as above
from padstone.ingest.delivery import Delivery  # noqa: E402 - as above
from padstone.ingest.inbox import accept  # noqa: E402 - as above
from padstone.ingest.interpret import Interpreter  # noqa: E402 - as above
from padstone.ingest.models import Message  # noqa: E402 - as above
from padstone.kernel import clock  # noqa: E402 - as above
from padstone.platform.answers import json_bytes  # noqa: E402 - as above
from tests.shop_floor import AUDITOR  # noqa: E402 - as above

ORDER_OF_READING = {"as_of", "journal_no"}
"""Numbers that follow from when a message was interpreted, not from what it says."""


BATCHES = "SELECT door, sender, content_encoding, size_bytes, compressed FROM ingest_batch ORDER BY id"


def batches(place: str) -> list[tuple[Any, ...]]:
    if place.startswith("postgresql:"):
        with psycopg.connect(place) as server:
            return server.execute(BATCHES).fetchall()
    with closing(sqlite3.connect(f"file:{place}?mode=ro", uri=True)) as connection:
        return connection.execute(BATCHES).fetchall()


def replay(place: str) -> None:
    rows = batches(place)
    for door, sender, encoding, size, compressed in rows:
        body = zstandard.ZstdDecompressor().decompress(compressed, max_output_size=size)
        accept([Delivery(door, sender, body, encoding, None, clock.now())])


def books() -> dict[str, Any]:
    Interpreter().all()
    units = sorted(unit.identifier for unit in Unit.objects.all())
    states = Message.objects.values_list("message_id", "state").order_by("message_id", "state")
    return {
        "messages": [list(pair) for pair in states],
        "units": {
            unit: _timeless(msgspec.json.decode(json_bytes(certificate(AUDITOR, unit)))) for unit in units
        },
    }


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _timeless(member) for key, member in value.items() if key not in ORDER_OF_READING}
    if isinstance(value, list):
        return [_timeless(member) for member in value]
    return value


if __name__ == "__main__":
    if sys.argv[1:2] == ["replay"]:
        replay(sys.argv[2])
    sys.stdout.buffer.write(msgspec.json.encode(books()))
