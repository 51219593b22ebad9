"""A recall as a table, as lines or as one JSON document: written unit by unit, however many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from padstone.features.genealogy.queries import CERTAIN, POSSIBLE
from padstone.platform.answers import csv_lines, json_bytes, json_in_utc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from padstone.features.recall.queries import AffectedUnit, Survey

UNIT_COLUMNS = ("certainty", "unit", "panel", "position", "work_order")
INSTALLATION_COLUMNS = (
    "designator",
    "package",
    "part",
    "lot",
    "date_code",
    "supplier",
    "manufacturer",
    "manufacturer_part_number",
    "station",
    "location",
    "installed_at",
    "removed_at",
    "removal_reason",
)
COLUMNS = (*UNIT_COLUMNS, *INSTALLATION_COLUMNS)


def rows(survey: Survey) -> Iterator[tuple[object, ...]]:
    """One for each suspect part on each unit: certain units first, then the possible ones."""
    for certainty in (CERTAIN, POSSIBLE):
        for unit in survey.units(certainty):
            for installation in unit.installations:
                yield (
                    certainty,
                    unit.unit,
                    unit.panel,
                    unit.position,
                    unit.work_order,
                    *[getattr(installation, column) for column in INSTALLATION_COLUMNS],
                )


def csv_of(survey: Survey) -> Iterator[str]:
    return csv_lines(COLUMNS, rows(survey))


def json_lines_of(survey: Survey) -> Iterator[bytes]:
    """A line for each unit, with ``certainty`` before what else is said of it."""
    for certainty in (CERTAIN, POSSIBLE):
        for unit in survey.units(certainty):
            yield b'{"certainty":"' + certainty.encode() + b'",' + json_in_utc(unit)[1:] + b"\n"


def json_of(survey: Survey) -> Iterator[bytes]:
    """The bytes of the whole RecallReport."""
    head = {
        "suspect": survey.suspect,
        "as_of": survey.as_of,
        "units_built": survey.units_built,
        "packages": survey.packages,
    }
    members = (b'"' + name.encode() + b'":' + json_bytes(value).rstrip(b"\n") for name, value in head.items())
    yield b"{" + b",".join(members) + b',"certain":['
    yield from _listed(survey.units(CERTAIN))
    yield b'],"possible":['
    yield from _listed(survey.units(POSSIBLE))
    yield b"]}\n"


def _listed(units: Iterator[AffectedUnit]) -> Iterator[bytes]:
    for number, unit in enumerate(units):
        yield (b"," if number else b"") + json_in_utc(unit)
