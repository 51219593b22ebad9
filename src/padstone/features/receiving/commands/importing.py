"""Purchase orders from a table."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from padstone.features.receiving.commands.ordering import Ordered, place_order
from padstone.kernel.errors import Invalid
from padstone.platform.command import command

if TYPE_CHECKING:
    from padstone.kernel.actor import Actor

COLUMNS: Final = ("order", "supplier", "line", "part", "quantity", "expected_on")
MOST_BYTES: Final = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class OrdersReport:
    orders: int
    lines: int


@command("order_material")
def import_orders(actor: Actor, *, content: bytes, file_name: str = "") -> OrdersReport:
    """Enter the purchase orders of a CSV file (UTF-8, columns of ``COLUMNS``, comma or semicolon), all or
    none.

    Raises Invalid for a row that can't be read, and what ``place_order`` refuses; the row is named.
    """
    orders: dict[tuple[str, str], list[Ordered]] = defaultdict(list)
    for number, cells in _rows(content):
        orders[cells["order"], cells["supplier"]].append(_line(number, cells))
    for (order, supplier), lines in orders.items():
        place_order.within(actor, number=order, supplier=supplier, lines=lines)
    return OrdersReport(len(orders), sum(map(len, orders.values())))


def _rows(content: bytes) -> Iterator[tuple[int, Mapping[str, str]]]:
    if len(content) > MOST_BYTES:
        raise Invalid(
            "file_too_large", "The file is larger than {most} MiB.", field="file", most=MOST_BYTES >> 20
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(
            "orders_not_utf8", "The file is not UTF-8.", field="file", way_out="Save it as “CSV UTF-8”."
        ) from error
    first = text.partition("\n")[0]
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ","
    )
    try:
        header = [cell.strip().casefold().replace(" ", "_") for cell in next(reader, [])]
        if not set(COLUMNS[:5]) <= set(header):
            raise Invalid(
                "orders_columns_unknown",
                "The first row does not name the columns of purchase orders.",
                field="file",
                way_out=f"The columns are {', '.join(COLUMNS)}.",
            )
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, dict(zip(header, map(str.strip, cells), strict=False))
    except csv.Error as error:
        raise Invalid("orders_broken_csv", "It is no CSV file: {why}.", field="file", why=error) from error


def _line(row: int, cells: Mapping[str, str]) -> Ordered:
    try:
        number = int(cells["line"])
        quantity = Decimal(cells["quantity"])
        day = cells.get("expected_on", "")
        expected = date.fromisoformat(day) if day else None
    except (KeyError, ValueError, InvalidOperation) as error:
        raise Invalid(
            "orders_row_unreadable",
            "Row {row} can't be read.",
            field="file",
            way_out="Line and quantity are numbers with a point, the day is written like 2026-03-01.",
            row=row,
        ) from error
    return Ordered(number=number, part=cells.get("part", ""), quantity=quantity, expected_on=expected)
