"""Brokers fall, networks break, processes are killed: the facts are those of a day without all that."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from zlib import crc32

import pytest

from padstone import cfx
from padstone.simulator.amqp import AmqpSender
from tests.adapters.amqp.cutter import Cutter
from tests.adapters.amqp.rabbit import Rabbit
from tests.end_to_end.conftest import Day
from tests.end_to_end.plant import Planting
from tests.postgresql import migrated, new_database

QUEUE = "/amq/queue/cfx"
PATIENCE_S = 600.0
TAPE = "Recorder.Tape.1"


def portions(lines: Sequence[bytes], count: int) -> Iterator[list[bytes]]:
    for number in range(count):
        yield list(lines[number * len(lines) // count : (number + 1) * len(lines) // count])


@contextmanager
def telling(url: str) -> Iterator[AmqpSender]:
    """Who tells the day, and goes on telling until all of it is accepted."""
    sender = AmqpSender(url, most_kept=1_000_000)
    try:
        yield sender
        sender.flush(PATIENCE_S)
        assert not sender.rejected
    finally:
        sender.abandon()


@pytest.mark.long
def test_brokers_that_are_killed(
    day: Day, tmp_path: Path, plant: Planting, rabbit: Rabbit, proving: bool
) -> None:
    chance = random.Random(1)
    restarts = 20 if proving else 1
    with plant(tmp_path / "plant", brokers=rabbit.url(QUEUE)) as ours:
        ours.ingestd()
        ours.says("Subscribed to")
        with telling(rabbit.sending_to(QUEUE)) as sender:
            for portion in _but_last(day, restarts):
                before = ours.stored()
                sender.send(TAPE, portion)
                ours.wait_until_stored(before + 1)
                _some_time(chance)
                rabbit.kill()
                rabbit.start()
            sender.send(TAPE, _last(day, restarts))
        ours.wait_for(len(day.lines))
        assert ours.report() == day.facts


def test_networks_that_are_cut(
    day: Day, tmp_path: Path, plant: Planting, rabbit: Rabbit, proving: bool
) -> None:
    chance = random.Random(2)
    cuts = 20 if proving else 4
    near, far = Cutter(rabbit.port), Cutter(rabbit.port)
    try:
        broker = rabbit.url(QUEUE).replace(f":{rabbit.port}", f":{near.port}")
        with plant(tmp_path / "plant", brokers=broker) as ours:
            ours.ingestd()
            ours.says("Subscribed to")
            with telling(rabbit.sending_to(QUEUE).replace(f":{rabbit.port}", f":{far.port}")) as sender:
                for number, portion in enumerate(_but_last(day, cuts), start=1):
                    before = ours.stored()
                    sender.send(TAPE, portion)
                    ours.wait_until_stored(before + 1)
                    _some_time(chance)
                    (near, far)[number % 2].cut()
                    near.cut()
                sender.send(TAPE, _last(day, cuts))
            ours.wait_for(len(day.lines))
            assert ours.report() == day.facts
        assert near.cuts > cuts // 2
    finally:
        near.close()
        far.close()


def test_ingest_processes_that_are_killed(
    day: Day, tmp_path: Path, plant: Planting, rabbit: Rabbit, proving: bool
) -> None:
    chance = random.Random(3)
    kills = 50 if proving else 2
    with plant(tmp_path / "plant", brokers=rabbit.url(QUEUE)) as ours:
        for portion in _but_last(day, kills):
            before = ours.stored()
            process = ours.ingestd()
            with telling(rabbit.sending_to(QUEUE)) as sender:
                sender.send(TAPE, portion)
            ours.wait_until_stored(before + 1)
            _some_time(chance)
            process.kill()
            process.wait()
        ours.ingestd()
        with telling(rabbit.sending_to(QUEUE)) as sender:
            sender.send(TAPE, _last(day, kills))
        ours.wait_for(len(day.lines))
        assert ours.report() == day.facts


def test_several_processes_share_the_addresses_and_one_that_dies_is_stood_in_for(
    day: Day,
    tmp_path: Path,
    plant: Planting,
    rabbit: Rabbit,
    proving: bool,
    require_service: Callable[[str], str],
) -> None:
    """Each endpoint has its queue, each queue one process at a time; on PostgreSQL."""
    kills = 10 if proving else 1
    queues = ("/amq/queue/cfx.1", "/amq/queue/cfx.2")
    server = require_service("postgresql")
    with (
        new_database(server, like=migrated(server)) as database,
        plant(tmp_path / "plant", brokers=rabbit.url(*queues), database=database) as ours,
    ):
        pair = [ours.ingestd(), ours.ingestd()]
        for queue in queues:
            ours.says(f"Subscribed to {queue} ")
        for portion in _but_last(day, kills):
            _by_endpoint(rabbit, portion, queues)
            victim = pair.pop(0)
            victim.kill()
            victim.wait()
            pair.append(ours.ingestd())
        _by_endpoint(rabbit, _last(day, kills), queues)
        ours.wait_for(len(day.lines))
        assert ours.report() == day.facts


def test_the_embedded_database_has_one_ingest_process(
    tmp_path: Path, plant: Planting, require_service: Callable[[str], str]
) -> None:
    require_service("proton")
    with plant(tmp_path / "plant") as ours:
        first = ours.ingestd()
        ours.says("AMQP 1.0 on")
        second = ours.ingestd()
        assert second.wait(PATIENCE_S) == 1
        assert "works on" in ours.said()
        first.kill()
        first.wait()
        ours.ingestd()
        ours.says("AMQP 1.0 on", times=2)


def _but_last(day: Day, count: int) -> list[list[bytes]]:
    return list(portions(day.lines, count + 1))[:-1]


def _last(day: Day, count: int) -> list[bytes]:
    return list(portions(day.lines, count + 1))[-1]


def _by_endpoint(rabbit: Rabbit, lines: Sequence[bytes], queues: Sequence[str]) -> None:
    """Each endpoint's messages to the queue that is its own."""
    sorted_: dict[str, list[bytes]] = {queue: [] for queue in queues}
    for line in lines:
        (head,) = cfx.split(line)
        source = head.source or "" if isinstance(head, cfx.Head) else ""
        sorted_[queues[crc32(source.encode()) % len(queues)]].append(line)
    for queue, share in sorted_.items():
        with telling(rabbit.sending_to(queue)) as sender:
            sender.send(TAPE, share)


def _some_time(chance: random.Random) -> None:
    """So that the blow falls now here, now there."""
    threading.Event().wait(chance.uniform(0.0, 0.5))
