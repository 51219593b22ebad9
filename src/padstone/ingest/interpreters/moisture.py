"""Moisture-sensitive packages: opened, dry, baked. Raw facts; the clock of J-STD-033 runs elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from padstone import cfx
from padstone.cfx import given
from padstone.features.materials.commands import Exposure, record_exposures
from padstone.features.materials.domain import ExposureKind
from padstone.ingest.interpreters.materials import check_part
from padstone.ingest.interpreters.stock import no_package
from padstone.kernel.actor import INTERPRETER
from padstone.kernel.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from padstone.ingest.context import Context

_NO_TIME = "0001-01-01"
"""What .NET writes for a time that was never set."""


def materials_opened(message: cfx.MaterialsOpened, context: Context) -> None:
    _record(ExposureKind.OPENED, given(message.materials), context)


def materials_expired(message: cfx.MaterialsExpired, context: Context) -> None:
    _record(ExposureKind.EXPIRED, given(message.materials), context)


def materials_placed_in_dry_storage(message: cfx.MaterialsPlacedInDryStorage, context: Context) -> None:
    _record(ExposureKind.INTO_DRY_STORAGE, given(message.materials), context)


def materials_removed_from_dry_storage(message: cfx.MaterialsRemovedFromDryStorage, context: Context) -> None:
    _record(ExposureKind.OUT_OF_DRY_STORAGE, given(message.materials), context)


def materials_restored(message: cfx.MaterialsRestored, context: Context) -> None:
    _record(ExposureKind.RESTORED, given(message.materials), context)


def _record(
    kind: ExposureKind, materials: Sequence[cfx.MaterialPackageDetail] | None, context: Context
) -> None:
    record_exposures.within(
        INTERPRETER,
        exposures=[_exposure(kind, detail, context) for detail in materials or ()],
        journal_no=context.journal_no,
    )


def _exposure(kind: ExposureKind, detail: cfx.MaterialPackageDetail, context: Context) -> Exposure:
    identifier = given(detail.unique_identifier)
    if not identifier:
        raise no_package("Materials")
    package = context.packages([identifier])[identifier]
    check_part(given(detail.internal_part_number), package.part.number, identifier, context)
    told = given(detail.material_data)
    msd = told if isinstance(told, cfx.MaterialPackageMSDData) else cfx.MaterialPackageMSDData()
    return Exposure(
        package_id=package.pk,
        station_id=context.station.pk,
        kind=kind,
        at=context.happened_at,
        level=str(given(msd.msd_level) or ""),
        state=str(given(msd.msd_state) or ""),
        floor_life_left_s=_seconds(given(msd.remaining_exposure_time)),
        floor_life_ends_at=_moment(given(msd.expiration_date_time), context),
        first_exposed_at=_moment(given(msd.original_exposure_date_time), context),
        last_exposed_at=_moment(given(msd.last_exposure_date_time), context),
    )


def _seconds(text: str | None) -> int | None:
    if not text:
        return None
    try:
        return int(cfx.parse_span(text).total_seconds())
    except cfx.CfxValueError as error:
        raise Invalid("not_a_span", "{error}", field="RemainingExposureTime", error=error) from error


def _moment(text: str | None, context: Context) -> datetime | None:
    moment = context.instant(text) if text and not text.startswith(_NO_TIME) else None
    return moment.utc if moment else None
