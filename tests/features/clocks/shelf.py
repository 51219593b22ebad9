"""Packages on a shelf, and what is told of them, for tests of the clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from padstone.features.clocks.commands import note_exposure
from padstone.features.materials.commands import (
    Exposure,
    Load,
    PackageFacts,
    Split,
    receive_package,
    record_exposures,
    record_loads,
    split_package,
)
from padstone.features.materials.models import MaterialPackage
from padstone.features.parts.commands import PartFacts, describe_part, register_part
from padstone.features.sites.commands import assign_station, register_feeder_location
from padstone.kernel.clock import clock_at
from tests.shop_floor import AUDITOR

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
HANDLE = "P.1.1"


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


class Shelf:
    """A few moisture-sensitive packages and a placer, at hour 0."""

    def __init__(self) -> None:
        self.station = assign_station(AUDITOR, handle=HANDLE, name="Placer 1", kind="placer", line="Line 1")
        self.location = register_feeder_location(
            AUDITOR, station_id=self.station.pk, identifier="L7", name="SLOT7", feeder_lane=0
        )
        self.journal_no = 0

    def part(self, number: str, **facts: Any) -> str:
        register_part(AUDITOR, number=number)
        describe_part(AUDITOR, number=number, facts=PartFacts(**facts))
        return number

    def package(self, identifier: str, part: str, **facts: Any) -> MaterialPackage:
        return receive_package(AUDITOR, facts=PackageFacts(identifier=identifier, part_number=part, **facts))

    def tell(self, hours: float, kind: str, *packages: str, value: int | None = None) -> None:
        with clock_at(at(hours)):
            note_exposure(AUDITOR, packages=packages, kind=kind, value=value)

    def load(self, hours: float, package: MaterialPackage, kind: str = "loaded") -> None:
        self.journal_no += 1
        load = Load(
            package_id=package.pk,
            station_id=self.station.pk,
            location_id=self.location,
            kind=kind,
            at=at(hours),
        )
        record_loads(AUDITOR, loads=[load], journal_no=self.journal_no)

    def machine_tells(self, hours: float, package: MaterialPackage, kind: str, **msd: Any) -> None:
        self.journal_no += 1
        told = Exposure(package_id=package.pk, station_id=self.station.pk, kind=kind, at=at(hours), **msd)
        record_exposures(AUDITOR, exposures=[told], journal_no=self.journal_no)

    def split(self, hours: float, source: MaterialPackage, identifier: str) -> MaterialPackage:
        self.journal_no += 1
        split_package(
            AUDITOR,
            split=Split(source=source, identifier=identifier, station_id=self.station.pk, at=at(hours)),
            journal_no=self.journal_no,
        )
        return MaterialPackage.objects.get(identifier=identifier)
