"""One part on one designator of one unit, as everybody reads it."""

from __future__ import annotations

from dataclasses import make_dataclass
from datetime import datetime
from typing import Any, get_type_hints

import msgspec


class Installation(msgspec.Struct, frozen=True, gc=False):
    """One part on one designator of one unit.

    Two rows with certainty *possible* for one designator: the machine could not tell which of two packages it
    was, and ``candidates`` is 2. ``removed_at`` is set once the part was taken off again. Text is empty where
    nothing is known.
    """

    # A certificate has hundreds: to make as many dataclasses takes three times as long.

    unit: str
    panel: str
    position: int
    designator: str
    package: str
    part: str
    lot: str
    date_code: str
    supplier: str
    manufacturer: str
    manufacturer_part_number: str
    station: str
    location: str
    head: str
    nozzle: str
    installed_at: datetime | None
    certainty: str
    candidates: int
    removed_at: datetime | None
    removal_reason: str
    journal_no: int

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: Any) -> Any:
        """The API describes it as it does dataclasses."""
        named = get_type_hints(cls)
        columns = [(name, named[name]) for name in cls.__struct_fields__]
        return handler.generate_schema(
            make_dataclass(cls.__name__, columns, namespace={"__doc__": cls.__doc__})
        )
