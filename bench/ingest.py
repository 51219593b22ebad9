"""From bytes at the door to committed facts, beside the bare decoding of the same messages.

Both run in this process, in turn, over the same messages; only the ratio says anything about
Padstone, the absolute figures are this machine's. On PostgreSQL, two ingest processes beside one as well.

    BENCH_PANELS=400 BENCH_UNITS=200 python bench/ingest.py
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from statistics import median
from typing import Any
from urllib.parse import quote

from inside.database import UNITS, Watch, on_each_database, seconds
from inside.streams import PLACEMENTS, Stream, line, placing, simulated

PANELS = int(os.environ.get("BENCH_PANELS", "400"))
AT_ONCE = 100
"""Messages that the door takes with one commit."""
REPEATED = 3
"""Bare decoding is quick: of each tenth the median of so many runs counts. Against their best, which flatters
it, since ours runs once, the ratio is told beside.
"""


def of_a_placer() -> None:
    measure(placing(PANELS))


def of_a_line() -> None:
    measure(line(max(PANELS // 4, 1)))


def of_the_simulator() -> None:
    measure(simulated(UNITS))


def measure(stream: Stream) -> None:
    from padstone.ingest.interpret import Interpreter
    from padstone.platform.collecting import keep_what_is_here

    interpreter = Interpreter()
    keep(stream.before)
    interpreter.all()
    keep_what_is_here()  # as ingestd does when it begins
    watches = {name: Watch() for name in STAGES}
    door, books = Part(watches), Part(watches)
    with ExitStack() as watching:
        for name, stages in stages_of_the_path().items():
            for owner, function in stages:
                watching.enter_context(watches[name].on(owner, function))
        bare = bare_busy = best = 0.0
        for tenth in tenths(stream.messages):  # in turn, since the machine's speed changes within a minute
            runs = [decoding(tenth) for _ in range(REPEATED)]
            bare += median(took for took, _ in runs)
            bare_busy += median(busy for _, busy in runs)
            best += min(runs)[0]
            door.take(partial(keep, tenth))
            books.take(interpreter.all)
    whole = sum(door.took) + sum(books.took)
    both = [sum(pair) for pair in zip(door.busy, books.busy, strict=True)]
    check(stream)
    size = sum(map(len, stream.messages)) / len(stream.messages)
    print(f"  {stream.name}: {len(stream.messages):,} messages of {size:,.0f} bytes")
    told("bare msgspec decode", stream, bare)
    told("bytes → committed facts", stream, whole)
    print(
        f"    ratio: {bare / whole:.4f} of the speed of bare decoding ({best / whole:.4f} of its best runs')"
    )
    print(f"    {bare_busy / sum(both):.4f} by this process's processor time, which neighbours disturb less")
    door.print_shares("door", whole)
    books.print_shares("books", whole)
    speeds = [len(tenth) / spent for tenth, spent in zip(tenths(stream.messages), both, strict=True)]
    print(f"    last tenth: {speeds[-1] / speeds[0]:.2f} of the first tenth's speed, by processor time")
    print(f"    peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


def tenths(messages: Sequence[bytes]) -> list[Sequence[bytes]]:
    """Of whole messages, and of at least as many as the door takes at once."""
    step = max(-(-len(messages) // 10), AT_ONCE)
    return [messages[first : first + step] for first in range(0, len(messages), step)]


class Part:
    """How long a part of the path took, time after time, and each stage in it."""

    def __init__(self, watches: dict[str, Watch]) -> None:
        self.took: list[float] = []
        self.busy: list[float] = []
        self._watches = watches
        self._stages = dict.fromkeys(watches, 0.0)

    def take(self, work: Callable[[], object]) -> None:
        before = {name: watch.seconds for name, watch in self._watches.items()}
        began = time.process_time()
        self.took.append(seconds(work))
        self.busy.append(time.process_time() - began)
        for name, watch in self._watches.items():
            self._stages[name] += watch.seconds - before[name]

    def print_shares(self, name: str, whole: float) -> None:
        took = sum(self.took)
        rest = took - sum(self._stages.values())
        shares = [
            f"{one} {spent / whole:.0%}" for one, spent in self._stages.items() if spent / whole >= 0.005
        ]
        print(f"    {name} {took / whole:.0%}: " + ", ".join([*shares, f"the rest {rest / whole:.0%}"]))


STAGES = ("split", "decode", "recognise", "compress", "unpack", "commit")


def stages_of_the_path() -> dict[str, list[tuple[object, str]]]:
    """The functions in which each stage's time is spent. None of them calls another."""
    from django.db import connection

    from padstone import cfx
    from padstone.ingest import inbox, interpret, repeating

    return {
        "split": [(cfx, "split")],
        "decode": [(cfx, "decode_body_with_notes")],
        "recognise": [(repeating.KnownReports, "recognise")],
        "compress": [(inbox.zstandard, "compress")],
        "unpack": [(interpret, "unpacked")],
        "commit": [(connection, "_commit")],
    }


def decoding(messages: Sequence[bytes]) -> tuple[float, float]:
    """Seconds, and seconds of processor time, that it takes to decode envelopes and bodies to the product's
    own types, and to throw them away.
    """
    from padstone import cfx

    def decode() -> None:
        for message in messages:
            for head in cfx.split(message):
                if isinstance(head, cfx.Head):
                    cfx.decode_body(head.message_name, head.body)

    began = time.process_time()
    return seconds(decode), time.process_time() - began


def keep(messages: Sequence[bytes]) -> None:
    from padstone.ingest.delivery import Delivery
    from padstone.ingest.inbox import accept
    from padstone.kernel import clock

    for first in range(0, len(messages), AT_ONCE):
        group = messages[first : first + AT_ONCE]
        accept([Delivery("file", "bench", body, "", None, clock.now()) for body in group])


def interpret() -> None:
    from padstone.ingest.interpret import Interpreter

    Interpreter().all()


def check(stream: Stream) -> None:
    """Nothing may be left out: a path that refuses its messages is quick."""
    from padstone.ingest.models import Message, State

    told = len(stream.before) + len(stream.messages)
    done = Message.objects.filter(state=State.DONE).count()
    if done != told:
        left = Message.objects.exclude(state=State.DONE).values_list("state", "code", "reason")[:3]
        raise AssertionError(f"{told - done} of {told} messages are not on the books: {list(left)}")


# --- one process beside two -------------------------------------------------------------------------------


def of_processes() -> None:
    """The same messages of two placers, taken in and interpreted by one process and by two."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return
    panels = PANELS // 2
    for station in (1, 2, 3, 4):
        keep(placing(panels, (station,)).before)
    interpret()
    alone = at_work([(1, 2)], panels)
    shared = at_work([(3,), (4,)], panels)
    print(f"  {2 * panels:,} messages of two placers, each taken in and interpreted")
    stream = Stream("", [], [b""] * (2 * panels), 2 * panels * PLACEMENTS)
    told("one ingest process", stream, alone)
    told("two ingest processes", stream, shared)
    print(f"    ratio: {alone / shared:.2f} of the speed of one")


def at_work(shares: Sequence[Sequence[int]], panels: int) -> float:
    """Seconds until every process has done what it was given, and nothing is left to interpret."""
    from django.db import connection

    from padstone.ingest.models import Message, State

    surroundings = {**os.environ, "PADSTONE_DATABASE_URL": url_of(connection.settings_dict)}
    processes = [
        subprocess.Popen(
            [sys.executable, __file__, "--ingest", str(panels), *map(str, stations)],
            env=surroundings,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for stations in shares
    ]
    for process in processes:
        expect(process, b"ready")
    started = time.perf_counter()
    for process in processes:
        if process.stdin is not None:
            process.stdin.write(b"go\n")
            process.stdin.flush()
    for process in processes:
        expect(process, b"done")
    took = time.perf_counter() - started
    for process in processes:
        process.communicate()
    if Message.objects.exclude(state=State.DONE).exists():
        raise AssertionError("not everything is on the books")
    return took


def expect(process: subprocess.Popen[bytes], word: bytes) -> None:
    said = process.stdout.readline() if process.stdout is not None else b""
    if said.strip() != word:
        raise AssertionError(f"an ingest process said {said!r} and not {word!r}")


def url_of(settings: dict[str, Any]) -> str:
    user, password = quote(settings["USER"], safe=""), quote(settings["PASSWORD"], safe="")
    return f"postgresql://{user}:{password}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"


def ingest(panels: int, stations: Sequence[int]) -> None:
    """What a process of its own does: take in and interpret, until nothing is left."""
    import django

    django.setup()
    from padstone.ingest.interpret import Interpreter
    from padstone.platform.collecting import keep_what_is_here

    messages = placing(panels, stations).messages
    interpreter = Interpreter()
    interpreter.some()  # connected, and the statements known
    keep_what_is_here()
    print("ready", flush=True)
    sys.stdin.readline()
    for first in range(0, len(messages), AT_ONCE):
        keep(messages[first : first + AT_ONCE])
        interpreter.all()
    interpreter.all()
    print("done", flush=True)


def told(what: str, stream: Stream, took: float) -> None:
    rates = f"{len(stream.messages) / took:>12,.0f} messages/s{stream.placements / took:>14,.0f} placements/s"
    print(f"    {what:<26}{rates}")


if __name__ == "__main__":
    if "--ingest" in sys.argv:
        panels, *stations = map(int, sys.argv[sys.argv.index("--ingest") + 1 :])
        ingest(panels, stations)
    else:
        on_each_database(__file__, of_a_placer, of_a_line, of_the_simulator, of_processes)
