"""A recall report as a table: one row for each suspect part on each unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from padstone.platform.answers import csv_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from padstone.features.recall.queries import RecallReport

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


def rows(report: RecallReport) -> Iterator[tuple[object, ...]]:
    """In the report's order: certain units first, then the possible ones."""
    for certainty, units in (("certain", report.certain), ("possible", report.possible)):
        for unit in units:
            for installation in unit.installations:
                yield (
                    certainty,
                    unit.unit,
                    unit.panel,
                    unit.position,
                    unit.work_order,
                    *(getattr(installation, column) for column in INSTALLATION_COLUMNS),
                )


def report_csv(report: RecallReport) -> str:
    return csv_text(COLUMNS, rows(report))
