"""How long a bill takes: read, matched against the parts of the books, cross-checked.

``python bench/design.py [--parts 100000] [--lines 1000 5000 20000]``, on an empty database of its own. Prints
seconds of processor time for each 1,000 lines, and the plan by which the database looks parts up.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time

MAKERS = ("Halden Passives", "Corvid Capacitors", "Nordlys Semi", "Brasswood", "Ilex Devices")
WORDS = ("resistor", "capacitor", "inductor", "driver", "regulator", "connector", "crystal", "sensor")


def part_number(number: int) -> str:
    return f"{100 + number % 900}-{number:06d}"


def maker_number(number: int) -> str:
    return f"XQ{number * 7919 % 1_000_003:07d}-{'ABCDEFGH'[number % 8]}{number % 97:02d}"


def parts_csv(count: int) -> bytes:
    chance = random.Random(1)
    rows = ["part_number,description,category,manufacturer,mpn,approval,lifecycle,resistance,package"]
    rows += [
        f"{part_number(n)},{chance.choice(WORDS)} {chance.randrange(1, 999)}k 0402,resistor,"
        f"{chance.choice(MAKERS)},{maker_number(n)},approved,active,{chance.randrange(1, 999)}k,0402"
        for n in range(count)
    ]
    return "\n".join(rows).encode()


def bill_csv(lines: int, parts: int) -> bytes:
    """Every other line names the house's number, the rest the maker's; one in a hundred is unknown."""
    chance = random.Random(2)
    rows = ["Part Number,MPN,Manufacturer,Qty,References"]
    place = 0
    for n in range(lines):
        count = chance.randrange(1, 6)
        names = " ".join(f"R{place + i + 1}" for i in range(count))
        place += count
        wanted = chance.randrange(parts)
        house = part_number(wanted) if n % 2 else ""
        maker = maker_number(wanted) if n % 100 else f"NONE-{n}"
        rows.append(f"{house},{maker},,{count},{names}")
    return "\n".join(rows).encode()


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--parts", type=int, default=100_000)
    asked.add_argument("--lines", type=int, nargs="+", default=[1_000, 5_000, 20_000])
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PADSTONE_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "padstone.config.settings"
        measure(given.parts, given.lines)


def measure(parts: int, sizes: list[int]) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from padstone.features.design import commands, queries
    from padstone.features.parts.cards import found_parts
    from padstone.features.parts.commands import import_parts
    from padstone.kernel.actor import EVERYTHING, Actor, ActorKind

    call_command("migrate", verbosity=0)
    actor = Actor(ActorKind.PERSON, "bench", EVERYTHING)
    began = time.process_time()
    report = import_parts(actor, content=parts_csv(parts), file_name="parts.csv")
    spent = time.process_time() - began
    print(f"{report.parts} parts imported: {spent:.1f} s, {spent / parts * 1e6:.0f} µs each")
    for size in sizes:
        began = time.process_time()
        told = commands.take_in(
            actor, file_name="bill.csv", content=bill_csv(size, parts), product=f"P{size}", revision="A"
        )
        taken = time.process_time()
        found = queries.readiness(actor, told.revision_id)
        checked = time.process_time()
        print(
            f"{size} lines, {told.matched} matched: {(taken - began) / size * 1000:.2f} s to take in and "
            f"{(checked - taken) / size * 1000:.2f} s to check for each 1,000 lines "
            f"({len(found.findings)} findings)"
        )
    began = time.process_time()
    hits = [str(one) for one in found_parts("XQ00 resis")[:100]]
    print(f"search of {parts} parts: {(time.process_time() - began) * 1000:.0f} ms, {len(hits)} shown")
    if connection.vendor == "sqlite":
        print(found_parts("XQ00").explain(), file=sys.stdout)


if __name__ == "__main__":
    main()
