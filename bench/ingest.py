"""From bytes in the inbox to committed facts, beside the bare decoding of the same messages.

Both run in this process, one after the other, over the same messages; only the ratio says anything about
Padstone, the absolute figures are this machine's.
"""

from __future__ import annotations

from collections.abc import Sequence

from inside.database import UNITS, Watch, on_each_database, seconds

AT_ONCE = 200


def compare() -> None:
    from django.db import connection

    from padstone import cfx
    from padstone.ingest.delivery import Delivery
    from padstone.ingest.inbox import accept
    from padstone.ingest.interpret import Interpreter
    from padstone.kernel import clock
    from padstone.simulator import world

    run = world.run(world.Settings(units=UNITS))
    messages = [message for _, message in run.messages]
    placements = len(run.ledger.installations)

    def decode() -> None:
        for message in messages:
            for head in cfx.split(message):
                if isinstance(head, cfx.Head):
                    cfx.decode_body(head.message_name, head.body)

    def keep() -> None:
        for group in in_groups(messages):
            accept([Delivery("file", "bench", body, "", None, clock.now()) for body in group])

    def interpret() -> None:
        Interpreter().all()

    decode()  # plans are made at the first meeting
    bare = seconds(decode)
    decoding, committing = Watch(), Watch()
    with decoding.on(cfx, "decode_body_with_notes"), committing.on(connection, "_commit"):
        kept = seconds(keep)
        committed_at_the_door = committing.seconds
        interpreted = seconds(interpret)
    whole = kept + interpreted
    line("bare msgspec decode", len(messages), placements, bare)
    line("bytes → committed facts", len(messages), placements, whole)
    print(f"    ratio: {bare / whole:.4f} of the speed of bare decoding")
    parts = {
        "inbox": kept - committed_at_the_door,
        "decoding": decoding.seconds,
        "commits": committing.seconds,
    }
    parts["interpretation"] = whole - sum(parts.values())
    print("    of it: " + ", ".join(f"{name} {took / whole:.0%}" for name, took in parts.items()))


def in_groups(messages: Sequence[bytes]) -> Sequence[Sequence[bytes]]:
    return [messages[first : first + AT_ONCE] for first in range(0, len(messages), AT_ONCE)]


def line(what: str, messages: int, placements: int, took: float) -> None:
    print(f"    {what:<26}{messages / took:>12,.0f} messages/s{placements / took:>14,.0f} placements/s")


if __name__ == "__main__":
    on_each_database(__file__, compare)
