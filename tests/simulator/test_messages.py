"""What the line sends is CFX, in order, and the same every time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from padstone.cfx import decode_envelope, parse_instant
from padstone.simulator.line import pulse_line
from padstone.simulator.world import DEFAULT_START, Run, Settings, build, run

SETTINGS = Settings(units=12, seed=5)


def test_the_same_seed_and_start_give_the_same_bytes() -> None:
    assert run(SETTINGS).messages == run(SETTINGS).messages


def test_the_order_of_hashes_does_not_matter() -> None:
    script = (
        "import hashlib\n"
        "from padstone.simulator.world import Settings, run\n"
        "done = run(Settings(units=12, seed=5))\n"
        "print(hashlib.sha256(b''.join(text for _, text in done.messages)).hexdigest())\n"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


@pytest.mark.parametrize(
    "other", [replace(SETTINGS, seed=6), replace(SETTINGS, start=DEFAULT_START + timedelta(days=1))]
)
def test_another_seed_or_start_shares_no_identifier(other: Settings) -> None:
    first, second = run(SETTINGS), run(other)

    def identifiers(done: Run) -> set[str]:
        said = {json.loads(text)["UniqueID"] for _, text in done.messages}
        return said | set(done.ledger.units) | set(done.ledger.packages)

    assert not identifiers(first) & identifiers(second)


def test_the_same_story_is_told_at_another_time() -> None:
    first = run(SETTINGS)
    later = run(replace(SETTINGS, start=DEFAULT_START + timedelta(days=1)))
    assert [handle for handle, _ in first.messages] == [handle for handle, _ in later.messages]
    assert [(i.designator, i.lot, i.nozzle) for i in first.ledger.installations] == [
        (i.designator, i.lot, i.nozzle) for i in later.ledger.installations
    ]


def test_every_message_decodes_with_nothing_unknown_in_it(small_run: Run) -> None:
    handles = {station.handle for station in pulse_line().stations}
    unique = set()
    for handle, text in small_run.messages:
        envelope = decode_envelope(text)
        assert envelope.source == handle
        assert envelope.version == "2.1"
        unique.add(envelope.unique_id)
        assert "\\u007f" not in text.decode()
    assert len(unique) == len(small_run.messages)
    assert {handle for handle, _ in small_run.messages} == handles


def test_each_endpoint_speaks_in_the_order_of_time_with_seven_digits_and_a_zone(small_run: Run) -> None:
    last: dict[str, int] = {}
    for handle, text in small_run.messages:
        stamp = json.loads(text)["TimeStamp"]
        assert stamp[19] == "."
        assert stamp[27:] == "+01:00"
        ticks = parse_instant(stamp).ticks
        assert ticks > last.get(handle, 0)
        last[handle] = ticks


def test_every_transaction_begins_and_ends_once_between_arrival_and_departure(small_run: Run) -> None:
    started: Counter[str] = Counter()
    completed: Counter[str] = Counter()
    arrived: Counter[tuple[str, str]] = Counter()
    for handle, text in small_run.messages:
        envelope = json.loads(text)
        body, name = envelope["MessageBody"], envelope["MessageName"]
        work = body.get("TransactionID") or body.get("TransactionId")
        if name.endswith("UnitsArrived"):
            arrived[handle, body["PrimaryIdentifier"]] += 1
        elif name.endswith("UnitsDeparted"):
            arrived[handle, body["PrimaryIdentifier"]] -= 1
        elif name.endswith("WorkStarted"):
            started[work] += 1
        elif name.endswith("WorkCompleted"):
            completed[work] += 1
        elif work:
            assert (started[work], completed[work]) == (1, 0), name
    assert started == completed
    assert set(started.values()) == {1}
    assert set(arrived.values()) == {0}


def test_the_two_sides_have_their_own_recipe_and_surface(small_run: Run) -> None:
    said = {
        (body["RecipeName"], body["RelevantSurface"])
        for _, text in small_run.messages
        if (envelope := json.loads(text))["MessageName"].endswith("WorkStarted")
        and (body := envelope["MessageBody"])
        and body["RecipeName"].endswith(("TOP", "BOTTOM"))
    }
    assert said == {("HM1-BOTTOM", "SecondarySurface"), ("HM1-TOP", "PrimarySurface")}


def test_work_orders_follow_one_another() -> None:
    done = run(Settings(units=8, orders=2))
    assert len(done.ledger.header.work_orders) == 2
    assert len(done.ledger.units) == 16


def test_a_run_without_end_comes_piece_by_piece() -> None:
    world = build(Settings(units=4, orders=None))
    for _ in world:
        if len(world.ledger.header.work_orders) == 3:
            break
    assert len(world.ledger.units) == 12
    with pytest.raises(ValueError, match="without end"):
        run(Settings(units=4, orders=None))


def test_a_start_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        build(Settings(units=4, start=DEFAULT_START.replace(tzinfo=None)))
