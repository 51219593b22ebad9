"""What becomes of packages beside their loading: split, joined, corrected, used up, gone, blocked."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from padstone.cfx import given
from padstone.features.materials.commands import (
    PackageNews,
    Split,
    lot_of_correction,
    record_loads,
    record_package_news,
    split_package,
)
from padstone.features.materials.domain import LoadEventKind, PackageEventKind
from padstone.features.stock.commands import note_blocked, note_retired, note_split
from padstone.features.stock.domain.words import HoldReason
from padstone.ingest.interpreters.materials import check_part, date_code, load, location_of
from padstone.ingest.interpreters.quality import operator_name
from padstone.kernel.actor import INTERPRETER
from padstone.kernel.errors import Conflict, Invalid

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from padstone import cfx
    from padstone.features.materials.models import MaterialPackage
    from padstone.ingest.context import Context


def materials_split(message: cfx.MaterialsSplit, context: Context) -> None:
    """A part of one package is a package of its own from now on, of the same lot."""
    identifier = given(message.source_material_package_identifier) or ""
    if not identifier:
        raise no_package("SourceMaterialPackageIdentifier")
    new = given(message.new_material_package_identifier) or ""
    quantities = (
        given(message.source_material_package_remaining_quantity),
        given(message.new_material_package_quantity),
    )
    _check_counts(context, identifier, *quantities)
    news = split_package.within(
        INTERPRETER,
        split=Split(
            source=context.packages([identifier])[identifier],
            identifier=new,
            station_id=context.station.pk,
            at=context.happened_at,
            source_quantity=quantities[0],
            quantity=quantities[1],
        ),
        journal_no=context.journal_no,
    )
    context.memory.packages.pop(new, None)
    if news:
        _follow(identifier, new, quantities[1], context)
    context.bring(f"package:{new}")
    if not news:
        context.flag("split_twice", f"{new} was told to be split off {identifier} before; nothing was added.")


def _follow(identifier: str, new: str, quantity: Decimal | None, context: Context) -> None:
    """The ledger of stock follows, where the old package is in store."""
    rows = context.packages([identifier, new])
    pieces = quantity if quantity is not None and quantity > 0 else Decimal(0)
    note_split.within(
        INTERPRETER, package=rows[identifier], new=rows[new], quantity=pieces, at=context.happened_at
    )


def materials_joined(message: cfx.MaterialsJoined, context: Context) -> None:
    """A package was spliced behind another. Both stay what they are: what feeds, the machine tells."""
    _two_ends(
        (given(message.trailing_material_package), "TrailingMaterialPackage", PackageEventKind.JOINED_BEHIND),
        (given(message.leading_material_package), "LeadingMaterialPackage", PackageEventKind.JOINED_BEFORE),
        context,
    )


def materials_chain_split(message: cfx.MaterialsChainSplit, context: Context) -> None:
    """A chain of spliced packages was cut in two."""
    _two_ends(
        (given(message.splitted_material_package), "SplittedMaterialPackage", PackageEventKind.CUT_OFF),
        (given(message.remaining_material_package), "RemainingMaterialPackage", PackageEventKind.CUT_OFF),
        context,
    )


def _two_ends(
    one: tuple[cfx.MaterialPackage | None, str, PackageEventKind],
    other: tuple[cfx.MaterialPackage | None, str, PackageEventKind],
    context: Context,
) -> None:
    ends = [(material, _named(material, field, context), kind) for material, field, kind in (one, other)]
    _write(
        [
            _news(package, kind, context, other=beside, quantity=_left(material, package, context))
            for (material, package, kind), (_, beside, _) in zip(ends, reversed(ends), strict=True)
        ],
        context,
    )


def materials_modified(message: cfx.MaterialsModified, context: Context) -> None:
    """What is known of packages was corrected: the count, or where they come from. A package never becomes
    one of another part.
    """
    reason = given(message.reason)
    _write(
        [
            _correction(detail, reason.value if reason else "", context)
            for detail in given(message.materials) or ()
        ],
        context,
    )


def _correction(detail: cfx.MaterialPackageDetail, reason: str, context: Context) -> PackageNews:
    package = _named(detail, "Materials", context)
    part = given(detail.internal_part_number)
    if part and part != package.part.number:
        raise Conflict(
            "package_known_otherwise",
            "Package {package} holds part {known}; it can't become part {claimed}.",
            field="InternalPartNumber",
            way_out="Retire the package, and receive it again under another identifier.",
            package=package.identifier,
            known=package.part.number,
            claimed=part,
        )
    code, supplier = given(detail.manufacturer_lot_code) or "", given(detail.vendor) or ""
    made_at = context.instant(given(detail.manufacture_date))
    made = date_code(made_at.utc) if made_at else ""
    lot = package.lot
    known_supplier = lot.supplier.name if lot and lot.supplier else ""
    if (
        (code and code != (lot.code if lot else ""))
        or (lot and supplier and supplier != known_supplier)
        or (made and made != package.date_code)
    ):
        context.flag(
            "origin_corrected",
            f"Package {package.identifier} is now of lot {code or '–'}, date code {made or '–'}; "
            f"it came as lot {lot.code if lot else '–'}, date code {package.date_code or '–'}. A recall "
            "finds it under both.",
        )
    lot_id = None
    if code or supplier or made:
        lot_id = lot_of_correction.within(
            INTERPRETER, package=package, supplier=supplier, code=code or (lot.code if lot else "")
        )
    return _news(
        package,
        PackageEventKind.MODIFIED,
        context,
        quantity=_left(detail, package, context),
        reason=reason,
        lot_id=lot_id,
        date_code=made or (package.date_code if lot_id is not None else ""),
    )


def materials_consumed(message: cfx.MaterialsConsumed, context: Context) -> None:
    """Parts were used, or spoiled."""
    _write([_consumed(told, context) for told in given(message.consumed_materials) or ()], context)


def _consumed(told: cfx.ConsumedMaterial, context: Context) -> PackageNews:
    place = given(told.material_location)
    package = _named(given(place.material_package) if place else None, "MaterialLocation", context)
    used, spoiled = given(told.quantity_used), given(told.quantity_spoiled)
    left = given(told.remaining_quantity)
    _check_counts(context, package.identifier, used, spoiled, left)
    return PackageNews(
        package_id=package.pk,
        station_id=context.station.pk,
        kind=PackageEventKind.CONSUMED,
        at=context.happened_at,
        location_id=location_of(place, context) if place else None,
        quantity=left,
        quantity_used=used,
        quantity_spoiled=spoiled,
    )


def materials_retired(message: cfx.MaterialsRetired, context: Context) -> None:
    """Packages are gone: empty, scrapped or sent away. Where they are in store, the ledger follows."""
    told = given(message.materials) or ()
    packages = [_named(material, "Materials", context) for material in told]
    _write(
        [
            _news(package, PackageEventKind.RETIRED, context, quantity=_left(material, package, context))
            for material, package in zip(told, packages, strict=True)
        ],
        context,
    )
    for package in packages:
        note_retired.within(
            INTERPRETER,
            package=package,
            why=f"{context.station.name} told that it is gone",
            at=context.happened_at,
        )


def materials_empty(message: cfx.MaterialsEmpty, context: Context) -> None:
    """Packages ran out where they were loaded."""
    loads = [load(place, LoadEventKind.DEPLETED, context) for place in given(message.empty_materials) or ()]
    if loads:
        record_loads.within(INTERPRETER, loads=loads, journal_no=context.journal_no)


def block_materials_asked(message: cfx.BlockMaterialsRequest, context: Context) -> None:
    """Somebody asks that packages must not be used any more. That he asked is a fact, and in the house they
    are held from then on; whether a machine heeded it, its answer says to him alone.
    """
    reason = given(message.reason)
    packages = _asked(
        given(message.material_package_identifiers),
        PackageEventKind.BLOCK_ASKED,
        reason.value if reason else "",
        (given(message.comments), given(message.blocker)),
        context,
    )
    note_blocked.within(
        INTERPRETER,
        packages=packages,
        reason=_HELD_FOR.get(reason.value if reason else "", HoldReason.OTHER),
        why=": ".join(filter(None, (f"Blocked by {context.station.name}", given(message.comments)))),
        at=context.happened_at,
    )


_HELD_FOR = {
    "ExpiredMaterial": HoldReason.EXPIRED,
    "Defective": HoldReason.DAMAGED,
}


def unblock_materials_asked(message: cfx.UnblockMaterialsRequest, context: Context) -> None:
    """Somebody asks that packages may be used again. That releases none that is held: a person does."""
    _asked(
        given(message.material_package_identifiers),
        PackageEventKind.UNBLOCK_ASKED,
        "",
        (given(message.comments), given(message.unblocker)),
        context,
    )


def _asked(
    identifiers: Sequence[str] | None,
    kind: PackageEventKind,
    reason: str,
    said: tuple[str | None, cfx.Operator | None],
    context: Context,
) -> list[MaterialPackage]:
    packages = context.packages([identifier for identifier in identifiers or () if identifier])
    _write(
        [
            PackageNews(
                package_id=package.pk,
                station_id=context.station.pk,
                kind=kind,
                at=context.happened_at,
                reason=reason,
                comments=said[0] or "",
                by=operator_name(said[1]),
            )
            for package in packages.values()
        ],
        context,
    )
    return list(packages.values())


def _named(
    material: cfx.MaterialPackage | cfx.MaterialPackageDetail | None, field: str, context: Context
) -> MaterialPackage:
    """The package that is told of. Raises NotYetKnown until somebody has received it."""
    identifier = given(material.unique_identifier) if material else None
    if material is None or not identifier:
        raise no_package(field)
    package = context.packages([identifier])[identifier]
    check_part(given(material.internal_part_number), package.part.number, identifier, context)
    return package


def no_package(field: str) -> Invalid:
    return Invalid(
        "no_package",
        "The message names no package.",
        field=field,
        way_out="The sender must name packages by their UniqueIdentifier.",
    )


def _left(
    material: cfx.MaterialPackage | cfx.MaterialPackageDetail | None,
    package: MaterialPackage,
    context: Context,
) -> Decimal | None:
    quantity = given(material.quantity) if material else None
    _check_counts(context, package.identifier, quantity)
    return quantity


def _check_counts(context: Context, package: str, *quantities: Decimal | None) -> None:
    if any(quantity is not None and quantity < 0 for quantity in quantities):
        context.flag("negative_quantity", f"A negative count is told of package {package}.")


def _news(
    package: MaterialPackage,
    kind: PackageEventKind,
    context: Context,
    *,
    other: MaterialPackage | None = None,
    quantity: Decimal | None = None,
    reason: str = "",
    lot_id: int | None = None,
    date_code: str = "",
) -> PackageNews:
    return PackageNews(
        package_id=package.pk,
        station_id=context.station.pk,
        kind=kind,
        at=context.happened_at,
        other_package_id=other.pk if other else None,
        quantity=quantity,
        reason=reason,
        lot_id=lot_id,
        date_code=date_code,
    )


def _write(news: Iterable[PackageNews], context: Context) -> None:
    record_package_news.within(INTERPRETER, news=list(news), journal_no=context.journal_no)
