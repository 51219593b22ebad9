"""Checks of a bill in itself and against the placement of its board."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from padstone.features.design.domain.bill import Bill, BillLine
from padstone.features.design.domain.designators import joined, natural_key
from padstone.features.design.domain.findings import Finding, Gravity
from padstone.features.design.domain.packages import family
from padstone.features.design.domain.placement import Placed, Placement

_NO_PART: Final = re.compile(
    r"(?i)(?:TP|MTG|MH|MK|H|HOLE|FID|FD|LOGO|REF|MP|G|NT|JP_|SJ|PAD|TEST)[0-9A-Za-z_\-]*"
)
"""Designators that stand for test points, holes, marks and nets: places without a part."""


def check_bill(bill: Bill) -> Iterator[Finding]:
    """Rules designator_twice, part_missing, quantity_differs, part_on_several_lines, not_used_but_billed."""
    yield from _twice(bill)
    parts: dict[tuple[str, ...], list[int]] = {}
    for index, line in enumerate(bill.lines):
        yield from _line(index, line)
        if line.fitted and line.part:
            parts.setdefault(_same_part(line), []).append(index)
    for indexes in parts.values():
        if len(indexes) > 1:
            rows = ", ".join(str(bill.lines[index].row) for index in indexes)
            yield Finding(
                "part_on_several_lines",
                Gravity.NOTE,
                bill.lines[indexes[0]].part,
                f"The same part stands on rows {rows}.",
                "Join the lines, if the same part is meant.",
                line=indexes[0],
            )
    unused = {name.casefold() for name in bill.not_used}
    conflicting = [name for line in bill.lines for name in line.designators if name.casefold() in unused]
    if conflicting:
        yield Finding(
            "not_used_but_billed",
            Gravity.MAJOR,
            joined(conflicting),
            "The bill says that they do not exist, and has a line for them.",
            "Correct one of the two.",
            tuple(conflicting),
        )


def _same_part(line: BillLine) -> tuple[str, ...]:
    return (
        line.part_number.casefold(),
        line.mpn.casefold(),
        ""
        if line.mpn or line.part_number
        else f"{line.value}/{line.footprint}/{line.description}".casefold(),
        line.assembly,
        "/".join(line.variants),
    )


def _twice(bill: Bill) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for index, line in enumerate(bill.lines):
        for name in line.designators:
            other = first.setdefault(name.casefold(), index)
            if other == index or _never_together(bill.lines[other], line):
                continue
            both = line.fitted and bill.lines[other].fitted
            yield Finding(
                "designator_twice",
                Gravity.BLOCKER if both else Gravity.MAJOR,
                name,
                f"Row {bill.lines[other].row} has it for {bill.lines[other].part or 'no part'},"
                f" row {line.row} for {line.part or 'no part'}.",
                "A designator takes one part: correct one of the lines.",
                (name,),
                index,
            )


def _never_together(one: BillLine, other: BillLine) -> bool:
    """Lines of different variants are never built on one board."""
    return bool(one.variants and other.variants) and not set(one.variants) & set(other.variants)


def _line(index: int, line: BillLine) -> Iterator[Finding]:
    if line.fitted and not line.part:
        yield Finding(
            "part_missing",
            Gravity.BLOCKER,
            joined(line.designators, 5) or f"row {line.row}",
            "The line is to be fitted and names no part.",
            "Give it a part, or mark it as not fitted.",
            line.designators,
            index,
        )
    if line.fitted and line.designators and line.quantity != len(line.designators):
        yield Finding(
            "quantity_differs",
            Gravity.MAJOR,
            line.part,
            f"Quantity {line.quantity.normalize():f}, and {len(line.designators)} designators.",
            "Correct the quantity or the designators.",
            line.designators,
            index,
        )


def check_against_placement(bill: Bill, placement: Placement) -> Iterator[Finding]:
    """Rules billed_not_placed, placed_not_billed, left_off_but_placed, placed_twice, footprint_differs."""
    where = placement.by_designator()
    billed: dict[str, int] = {}
    for index, line in enumerate(bill.lines):
        for name in line.designators:
            if line.fitted or name.casefold() not in billed:
                billed[name.casefold()] = index
    yield from _not_placed(bill, where)
    yield from _not_billed(bill, placement, billed)
    yield from _placed_twice(placement)
    yield from _footprints(bill, where)


def _not_placed(bill: Bill, where: dict[str, Placed]) -> Iterator[Finding]:
    for index, line in enumerate(bill.lines):
        if not line.fitted:
            continue
        missing = [name for name in line.designators if name.casefold() not in where]
        if missing:
            whole = len(missing) == len(line.designators)
            yield Finding(
                "billed_not_placed",
                Gravity.MAJOR,
                joined(missing),
                f"On the bill for {line.part or 'no part'}, and nowhere on the board"
                f"{' (the whole line: perhaps fitted by hand)' if whole else ''}.",
                "Add the places, or say that the parts are fitted by hand.",
                tuple(sorted(missing, key=natural_key)),
                index,
            )


def _not_billed(bill: Bill, placement: Placement, billed: dict[str, int]) -> Iterator[Finding]:
    orphans: list[str] = []
    marks: list[str] = []
    left_off: list[str] = []
    for placed in placement.placed:
        index = billed.get(placed.designator.casefold())
        if index is None:
            if placed.fiducial:
                continue
            (marks if _NO_PART.fullmatch(placed.designator) else orphans).append(placed.designator)
        elif not bill.lines[index].fitted:
            left_off.append(placed.designator)
    for names, rule, gravity, evidence, remedy in (
        (
            orphans,
            "placed_not_billed",
            Gravity.MAJOR,
            "On the board, and on no line of the bill.",
            "Add a line, or take the place away.",
        ),
        (
            marks,
            "placed_not_billed",
            Gravity.NOTE,
            "On the board without a line; by their names test points, holes or marks.",
            "Confirm that they take no part.",
        ),
        (
            left_off,
            "left_off_but_placed",
            Gravity.MINOR,
            "Not to be fitted, and in the placement.",
            "Leave them out of the machines' programs.",
        ),
    ):
        if names:
            ordered = tuple(sorted(set(names), key=natural_key))
            yield Finding(rule, gravity, joined(ordered), evidence, remedy, ordered)


def _placed_twice(placement: Placement) -> Iterator[Finding]:
    first: dict[str, Placed] = {}
    for placed in placement.placed:
        other = first.setdefault(placed.designator.casefold(), placed)
        if other is not placed:
            yield Finding(
                "placed_twice",
                Gravity.MAJOR,
                placed.designator,
                f"Rows {other.row} and {placed.row} both place it.",
                "Correct the placement; if it is of a panel, export a single board.",
                (placed.designator,),
            )


def _footprints(bill: Bill, where: dict[str, Placed]) -> Iterator[Finding]:
    """The package that a line speaks of against the one that the layout has, where the names of both tell."""
    for index, line in enumerate(bill.lines):
        said = family(line.footprint) or family(line.description)
        if not said or not line.fitted:
            continue
        other: dict[str, list[str]] = {}
        for name in line.designators:
            placed = where.get(name.casefold())
            there = family(placed.package) if placed else ""
            if there and there != said:
                other.setdefault(there, []).append(name)
        for there, names in other.items():
            yield Finding(
                "footprint_differs",
                Gravity.MAJOR,
                joined(names),
                f"The line of {line.part} says {said}; the layout has {there}.",
                "Take a part that fits, or correct the layout.",
                tuple(sorted(names, key=natural_key)),
                index,
            )
