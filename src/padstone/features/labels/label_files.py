"""Files that say which of our labels to print: CSV, a label in each row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from padstone.features.labels.domain.our_labels import LocationLabel, OurLabel, PackageLabel
from padstone.kernel.errors import Invalid

_PACKAGE: Final = frozenset(
    "package part description mpn manufacturer quantity lot date_code msl expiry".split()
)
_LOCATION: Final = frozenset("location name path".split())


def labels_in(content: bytes, name: str) -> Iterator[OurLabel]:
    """The labels of a CSV file in UTF-8 with the columns ``package``, ``part`` ... or ``location``, ``name``,
    ``path``. Refuses other columns, and rows without a package or a location.
    """
    try:
        rows = csv.DictReader(
            io.StringIO(content.decode("utf-8-sig"), newline=""), restkey="more", restval=""
        )
        columns = set(rows.fieldnames or ())
        if not columns & {"package", "location"} or not (columns <= _PACKAGE or columns <= _LOCATION):
            raise _wrong(name, f"the columns {', '.join(sorted(columns)) or 'are missing'}")
        for number, row in enumerate(rows, start=2):
            if "more" in row or not (row.get("package") or row.get("location")):
                raise _wrong(name, f"row {number}")
            yield _label(row, f"{name}, row {number}")
    except (UnicodeDecodeError, csv.Error) as error:
        raise _wrong(name, str(error)) from error


def _label(row: Mapping[str, str], place: str) -> OurLabel:
    if row.get("location"):
        return LocationLabel(location=row["location"], name=row.get("name", ""), path=row.get("path", ""))
    texts = {key: row.get(key, "").strip() for key in sorted(_PACKAGE - {"quantity"})}
    return PackageLabel(quantity=quantity_of(row.get("quantity", ""), place), **texts)


def quantity_of(text: str, place: str) -> Decimal | None:
    """A quantity as it is written, None where nothing is. Refuses what is no amount of anything."""
    if not text.strip():
        return None
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or number < 0:
        raise Invalid(
            "quantity_wrong",
            "“{text}” is no quantity ({place}).",
            field="quantity",
            way_out="Write a number, with a point: 4000, 0.5.",
            text=text,
            place=place,
        )
    return number


def _wrong(name: str, what: str) -> Invalid:
    return Invalid(
        "label_file_wrong",
        "{name} says not which labels to print: {what}.",
        field="file",
        way_out="Its first row names the columns: package,part,quantity,lot or location,name,path.",
        name=name,
        what=what,
    )
