"""Processor seconds per 1,000 lines of a bill, from a file's bytes to the report, at growing lengths.

python bench/design_files.py [lines ...]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from padstone.features.design.domain.bill import Bill, BillLine, MakerPart
from padstone.features.design.domain.check_parts import Lifecycle, PartFacts
from padstone.features.design.domain.crosscheck import cross_check
from padstone.features.design.domain.difference import compare_bills
from padstone.features.design.domain.placement import Placed, Placement
from padstone.features.design.domain.reading import read_bill, read_placement
from padstone.features.design.domain.sources import Source
from padstone.features.design.domain.writing import bill_csv, bill_xlsx

LENGTHS = (1_000, 5_000, 20_000)
EACH = 4
"""Designators of a line."""

WIDE = 200
"""Components in one row of the board."""


def made_up_bill(lines: int) -> Bill:
    return Bill(
        "made up",
        tuple(
            BillLine(
                description=f"RES {number} 1% 0402",
                footprint="R_0402_1005Metric",
                manufacturer="Maker",
                mpn=f"RC0402FR-{number:06d}L",
                quantity=Decimal(EACH),
                designators=tuple(f"R{number * EACH + n}" for n in range(EACH)),
                alternates=(MakerPart("Other", f"ALT-{number}"),),
            )
            for number in range(1, lines + 1)
        ),
    )


def bill_as_a_client_writes_it(bill: Bill) -> bytes:
    rows = ["Qty,Reference,Description,Package,Manufacturer,MPN"]
    for line in bill.lines:
        names = ",".join(line.designators)
        rows.append(f'{EACH},"{names}",{line.description},{line.footprint},{line.manufacturer},{line.mpn}')
        rows.append(f",,,,Other,{line.alternates[0].number}")
    return "\n".join(rows).encode()


def made_up_placement(bill: Bill) -> Placement:
    names = [name for line in bill.lines for name in line.designators]
    step_x, step_y = Decimal("1.4"), Decimal("0.9")
    return Placement(
        "made up",
        tuple(
            Placed(0, name, number % WIDE * step_x, number // WIDE * step_y, package="R_0402_1005Metric")
            for number, name in enumerate(names)
        ),
    )


def placement_as_a_client_writes_it(placement: Placement) -> bytes:
    rows = ["Ref,Val,Package,PosX,PosY,Rot,Side"]
    rows += [
        f"{placed.designator},10k,{placed.package},{placed.x},{placed.y},0,top" for placed in placement.placed
    ]
    return "\n".join(rows).encode()


def works(length: int) -> Mapping[str, Callable[[], object]]:
    bill = made_up_bill(length)
    placement = made_up_placement(bill)
    later = replace(bill, lines=bill.lines[10:] + bill.lines[:5])
    csv, xlsx = Source("bom.csv", bill_as_a_client_writes_it(bill)), Source("bom.xlsx", bill_xlsx(bill))
    places = Source("xy.csv", placement_as_a_client_writes_it(placement))
    facts = {
        index: PartFacts(part_number=line.mpn, lifecycle=Lifecycle.ACTIVE, rohs=True, approved_sources=1)
        for index, line in enumerate(bill.lines)
    }
    return {
        "read CSV": lambda: read_bill(csv),
        "read XLSX": lambda: read_bill(xlsx),
        "read places": lambda: read_placement(places),
        "compare": lambda: compare_bills(bill, later),
        "check": lambda: cross_check(bill, placement, facts=facts, today=date(2026, 1, 1)),
        "write CSV": lambda: bill_csv(bill),
    }


def seconds(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


def main() -> None:
    lengths = [int(argument) for argument in sys.argv[1:]] or LENGTHS
    print(f"Processor seconds per 1,000 lines of {EACH} designators and one alternate each")
    print("  lines" + "".join(f"{name:>13}" for name in works(1)))
    for length in lengths:
        figures = (seconds(work) * 1_000 / length for work in works(length).values())
        print(f"{length:>7}" + "".join(f"{figure:13.3f}" for figure in figures))


if __name__ == "__main__":
    main()
