"""What work orders want: their bills, less what is placed already."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from padstone.features.genealogy.lookups.orders import placed_for
from padstone.features.kitting.domain.needs import still_due, with_attrition
from padstone.features.kitting.domain.picking import Want
from padstone.features.parts.lookups import bill_lines
from padstone.features.parts.stand_ins import MERGED, stand_ins_of_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from padstone.features.parts.lookups import LineOnBooks
    from padstone.features.parts.stand_ins import StandIn
    from padstone.features.production.models import WorkOrder


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A line of the bill that no package is picked for, and why."""

    line: int
    part: str
    why: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an order wants, and the lines that its kit leaves out. What is not populated is not told."""

    wants: tuple[Want, ...]
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class _Bill:
    lines: tuple[LineOnBooks, ...]
    allowed: Mapping[int, Mapping[str, tuple[int, str]]]
    left_out: tuple[LeftOut, ...]


def wants_of(orders: Sequence[WorkOrder], on: date) -> dict[int, Wanted]:
    """By order. Each must have a revision and a quantity. A dozen statements for each revision among them."""
    placed = placed_for([order.pk for order in orders])
    bills: dict[int, _Bill] = {}
    found: dict[int, Wanted] = {}
    for order in orders:
        if order.revision_id is None or order.quantity is None:
            continue
        if order.revision_id not in bills:
            bills[order.revision_id] = _bill(order.revision_id, on)
        bill = bills[order.revision_id]
        found[order.pk] = Wanted(_wants(bill, order.quantity, placed.get(order.pk, {})), bill.left_out)
    return found


def _bill(revision_id: int, on: date) -> _Bill:
    fitted = [line for line in bill_lines(revision_id) if line.fitted]
    lines = tuple(line for line in fitted if line.part and not line.fitted_in and line.quantity > 0)
    others = stand_ins_of_lines(revision_id, {line.number: line.part for line in lines})
    allowed = {line.number: _ranked(line.part, others.get(line.number, {}), on) for line in lines}
    left_out = tuple(
        LeftOut(line.number, line.part or line.sub_assembly, _why_left_out(line))
        for line in fitted
        if line not in lines
    )
    return _Bill(lines, allowed, left_out)


def _why_left_out(line: LineOnBooks) -> str:
    if line.sub_assembly:
        return "It is an assembly of its own, with a work order of its own."
    if not line.part:
        return "The bill names no part."
    if line.fitted_in:
        return f"Fitted in {', '.join(line.fitted_in)} alone; nobody tells which variant the order builds."
    return "The bill asks for none."


def _ranked(part: str, others: Mapping[str, StandIn], on: date) -> dict[str, tuple[int, str]]:
    """The numbers that may serve: the part's own at rank 0, alternates that hold today in the order of their
    approval.
    """
    found = {part: (0, "")}
    for number, one in others.items():
        if one.why == MERGED:
            found[number] = (0, "")
        elif one.holds_on(on):
            found[number] = (len(found), _said(one))
    return found


def _said(one: StandIn) -> str:
    by = f" by {one.approved_by}" if one.approved_by else ""
    scope = f", for {one.scope}" if one.scope else ""
    reason = f": {one.reason}" if one.reason else ""
    return f"Approved{by}{scope}{reason}"


def _wants(bill: _Bill, quantity: int, placed: Mapping[str, int]) -> tuple[Want, ...]:
    """Lines that the same packages may serve are one want."""
    alike: dict[tuple[str, bool, frozenset[str]], Want] = {}
    for line in bill.lines:
        pieces = line.quantity * quantity
        done = Decimal(sum(placed.get(name, 0) for name in line.designators))
        wanted = with_attrition(pieces, line.attrition_percent)
        due = still_due(pieces, done, line.attrition_percent)
        key = (line.part, line.client_supplied, frozenset(bill.allowed[line.number]))
        known = alike.get(key)
        alike[key] = (
            replace(
                known, lines=(*known.lines, line.number), wanted=known.wanted + wanted, due=known.due + due
            )
            if known
            else Want(
                lines=(line.number,),
                part=line.part,
                description=line.description or line.value,
                wanted=wanted,
                due=due,
                allowed=bill.allowed[line.number],
                client_supplied=line.client_supplied,
            )
        )
    return tuple(alike.values())
