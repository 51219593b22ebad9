"""Rows of what a pass did otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from padstone.features.genealogy.domain.placement import Departure
from padstone.features.genealogy.models import (
    Certainty,
    Deviation,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def deviations(
    pass_id: int, departure: Departure, units: Mapping[int, int], journal_no: int
) -> Iterable[Deviation]:
    certainty = Certainty.POSSIBLE if len(departure.packages) > 1 else Certainty.CERTAIN
    candidates = departure.packages or (None,)
    for package in candidates:
        yield Deviation(
            of_pass_id=pass_id,
            kind=departure.kind,
            position=departure.position,
            designator=departure.designator,
            unit_id=units.get(departure.position),
            package_id=package,
            location_id=departure.location,
            head=departure.head,
            nozzle=departure.nozzle,
            certainty=certainty,
            journal_no=journal_no,
        )
