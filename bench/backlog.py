"""A backlog in a broker, fetched by one ingest process: how fast, and with how much memory at its most.

    python bench/backlog.py --messages 1000000

The broker is a RabbitMQ of the bench's own (Debian's package rabbitmq-server), the database the embedded one.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.adapters.amqp.rabbit import Rabbit  # noqa: E402 - found by the line above
from tests.end_to_end.plant import Plant, planted  # noqa: E402 - as above

QUEUE = "/amq/queue/cfx"
MOST_MEBIBYTES = 400
ENDPOINTS = 8
AT_ONCE = 20_000
LOOKS_EVERY = 10.0  # seconds: each look counts all that is there, and takes from what it measures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=20_000)
    count = parser.parse_args().messages
    script = next(Path("/usr/lib/rabbitmq/lib").glob("rabbitmq_server-*/sbin/rabbitmq-server"), None)
    if script is None:
        print("    skipped: Debian's package rabbitmq-server is not installed")
        return
    with tempfile.TemporaryDirectory() as folder, running(str(script), Path(folder)) as rabbit:
        took = fill(rabbit, count)
        print(f"    {count:,} messages put into the broker in {took:.0f} s")
        with planted(Path(folder) / "plant", brokers=rabbit.url(QUEUE)) as ours:
            drain(ours, count)


@contextlib.contextmanager
def running(script: str, folder: Path) -> Iterator[Rabbit]:
    (folder / "rabbit").mkdir()
    rabbit = Rabbit(script, folder / "rabbit")
    try:
        rabbit.start()
        yield rabbit
    finally:
        rabbit.close()


def fill(rabbit: Rabbit, count: int) -> float:
    from padstone.simulator.amqp import AmqpSender  # Proton may be absent

    began = time.monotonic()
    sender = AmqpSender(rabbit.sending_to(QUEUE), most_kept=AT_ONCE)
    for number in range(count):
        handle = f"Bench.Machine.{number % ENDPOINTS}"
        head = {
            "MessageName": "CFX.Heartbeat",
            "Version": "2.1",
            "TimeStamp": f"2026-05-04T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}Z",
            "UniqueID": f"bench-{number}",
            "Source": handle,
        }
        body = {"CFXHandle": handle, "HeartbeatFrequency": "00:00:05"}
        sender.send("Bench.Filler.1", [json.dumps(head | {"MessageBody": body}).encode()])
    sender.close(3600)
    return time.monotonic() - began


def drain(ours: Plant, count: int) -> None:
    began = time.monotonic()
    process = ours.ingestd()
    most = stored_after = 0.0
    looks = [(0.0, 0)]
    while (done := ours.done()) < count:
        looks.append((time.monotonic() - began, done))
        most = max(most, peak(process.pid))
        if not stored_after and ours.stored() >= count:
            stored_after = time.monotonic() - began
        if process.poll() is not None:
            raise SystemExit(
                f"ingestd ended with {process.returncode} after {done:,} messages:\n{ours.said()[-2000:]}"
            )
        time.sleep(min(LOOKS_EVERY, count / 20_000))
    most = max(most, peak(process.pid))
    took = time.monotonic() - began
    looks.append((took, done))
    if stored_after:
        print(f"    all of them stored after {stored_after:.0f} s")
    print(f"    all of them on the books after {took:.0f} s: {count / took:,.0f} messages/s")
    print(f"    the last quarter at {last_over_first(looks, count // 4):.2f} times the speed of the first")
    verdict = "under" if most < MOST_MEBIBYTES else "OVER"
    print(f"    ingestd's memory at its most: {most:.0f} MiB ({verdict} {MOST_MEBIBYTES})")


def last_over_first(looks: Sequence[tuple[float, int]], part: int) -> float:
    """How many a second in the last such part, over how many in the first. ``looks``: how many were done
    when.
    """
    took, count = looks[-1]
    first = next(look for look in looks if look[1] >= part)
    last = next(look for look in reversed(looks) if look[1] <= count - part)
    return (count - last[1]) / (took - last[0]) / (first[1] / first[0])


def peak(pid: int) -> float:
    """The most memory that a process has had so far, in MiB."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    main()
