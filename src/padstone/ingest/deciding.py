"""What Padstone answers to machines that ask whether they may: the questions read, put to the features, and
their verdicts said in the standard's structures (IPC-2591, InformationSystem and Materials).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import UNSET, UnsetType

from padstone import cfx
from padstone.cfx import given
from padstone.features.clocks.queries import remaining
from padstone.features.genealogy.completeness import trace_of
from padstone.features.materials.past import ids_of
from padstone.features.materials.queries import package_card
from padstone.features.production.judging import Judged, Verdict, failed_if, skipped
from padstone.features.production.lookups import must_unit, panel, units, units_of_panel
from padstone.features.production.route import REPAIR, route_of
from padstone.features.quality.standing import standing_of
from padstone.features.setup.domain import Requirement, contradictions, setup_faults
from padstone.features.setup.queries import mounted_now, required_setup
from padstone.features.sites.lookups import endpoint
from padstone.features.stock.fitness import unfit
from padstone.features.stock.lookups import on_hand
from padstone.ingest.models import Message, State
from padstone.ingest.requests import NOT_DONE, Decider, failed, result
from padstone.kernel import clock
from padstone.kernel.actor import Actor, ActorKind
from padstone.kernel.errors import Invalid, NotFound, NotYetKnown
from padstone.platform.terminals.operators import operator_at_line

if TYPE_CHECKING:
    from padstone.features.clocks.queries import Remaining
    from padstone.features.materials.queries import PackageCard
    from padstone.features.production.models import Unit
    from padstone.features.sites.models import Station
    from padstone.features.stock.lookups import OnHand

ANSWERER = Actor(
    ActorKind.JOB, "answerer", frozenset({"view_factory", "view_findings", "view_bills"}), via="job"
)
"""The job that answers machines: it reads, and changes nothing."""

MOST_ASKED = 1_000
"""Units, packages or positions in one question."""
MOST_SAID = 20
_WAITING_LOOKED_AT = 50


# --- units --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Asked:
    """A unit as a question names it, and the one that is meant, where there is one."""

    identifier: str
    position: int | None
    unit: Unit | None


_CODES = {
    cfx.ValidationType.UnitRouteValidation: 1,
    cfx.ValidationType.UnitStatusValidation: 2,
    cfx.ValidationType.UnitAndSubsStatusValidation: 2,
    cfx.ValidationType.UnitTraceValidation: 3,
}
"""The failure code for each of the checks; 0 where none failed."""
_ALL = (
    cfx.ValidationType.UnitRouteValidation,
    cfx.ValidationType.UnitStatusValidation,
    cfx.ValidationType.UnitTraceValidation,
)
_UNKNOWN_STATION = "The asker is no endpoint that Padstone knows, so nobody can say where it stands."


def validate_units(asked: cfx.ValidateUnitsRequest, asker: str) -> cfx.ValidateUnitsResponse:
    """Each unit by itself, and the whole: which fails where one of them does."""
    at = _station(asker)
    wanted = list(given(asked.validations) or [cfx.ValidationType.All])
    checks = _ALL if cfx.ValidationType.All in wanted else tuple(dict.fromkeys(wanted))
    lane = given(asked.lane)
    results = [_validated(one, checks, at, lane) for one in _units(asked)]
    return cfx.ValidateUnitsResponse(
        result=result(),
        primary_result=_primary(given(asked.primary_identifier) or "", results),
        validation_results=results,
    )


def _units(asked: cfx.ValidateUnitsRequest) -> list[_Asked]:
    """Those that are named; else all of the panel, or the one of that serial."""
    primary = given(asked.primary_identifier) or ""
    named = given(asked.units) or ()
    _must_be_few(len(named), "Units")
    if named:
        return [
            _named(given(one.unit_identifier) or "", given(one.position_number), primary) for one in named
        ]
    if not primary:
        raise Invalid("no_units", "The question names no unit.", field="PrimaryIdentifier")
    by_serial = units([primary]).get(primary)
    row = panel(primary)
    there = units_of_panel(row.pk) if row is not None else {}
    if there:
        return [_Asked(primary, position, unit) for position, unit in there.items()]
    return [_Asked(primary, None, by_serial)]


def _named(identifier: str, position: int | None, primary: str) -> _Asked:
    for name in dict.fromkeys((identifier, primary)):
        if name:
            try:
                return _Asked(identifier or primary, position, must_unit(name, position, None))
            except NotYetKnown:
                continue
    return _Asked(identifier or primary, position, None)


def _validated(
    one: _Asked, checks: tuple[cfx.ValidationType, ...], at: Station | None, lane: int | None
) -> cfx.ValidationResult:
    judged = [(check, _judged(one.unit, check, at, lane)) for check in checks]
    worst = next((j for v in (Verdict.FAILED, Verdict.SKIPPED) for j in judged if j[1].verdict == v), None)
    verdict = worst[1].verdict if worst else Verdict.PASSED
    reasons = dict.fromkeys(why for _, found in judged for why in found.reasons)
    return cfx.ValidationResult(
        unique_identifier=one.identifier,
        position_number=one.position or 0,
        result=cfx.ValidationStatus(verdict.value),
        failure_code=_CODES[worst[0]] if worst and verdict is Verdict.FAILED else 0,
        message=" ".join(list(reasons)[:MOST_SAID]) or "OK",
    )


def _judged(unit: Unit | None, check: cfx.ValidationType, at: Station | None, lane: int | None) -> Judged:
    if check is cfx.ValidationType.UnitRouteValidation:
        return skipped(_UNKNOWN_STATION) if at is None else route_of(ANSWERER, unit, at.pk, lane)
    if unit is None:
        return _of_unknown(at)
    if check is cfx.ValidationType.UnitTraceValidation:
        return skipped(_UNKNOWN_STATION) if at is None else trace_of(ANSWERER, unit, at.pk)
    found = standing_of(ANSWERER, unit, at_repair=at is not None and at.kind == REPAIR)
    if check is cfx.ValidationType.UnitAndSubsStatusValidation and found.verdict is Verdict.PASSED:
        return skipped("Nothing speaks against the unit; what is built into it was not looked at.")
    return found


def _of_unknown(at: Station | None) -> Judged:
    """A unit of which nobody has told: right where nothing stands before, and nothing is known against it."""
    begins = at is not None and route_of(ANSWERER, None, at.pk).verdict is Verdict.PASSED
    return failed_if([] if begins else ["Nobody has told of it."])


def _primary(identifier: str, results: list[cfx.ValidationResult]) -> cfx.ValidationResult:
    told = [one.result for one in results]
    bad = [one for one in results if one.result is cfx.ValidationStatus.Failed]
    if bad:
        status, message = cfx.ValidationStatus.Failed, f"{len(bad)} of {len(results)} units failed."
    elif told and all(one is cfx.ValidationStatus.Skipped for one in told):
        status, message = cfx.ValidationStatus.Skipped, "Nothing could be said of any unit."
    else:
        status, message = cfx.ValidationStatus.Passed, "OK"
    return cfx.ValidationResult(
        unique_identifier=identifier,
        position_number=0,
        result=status,
        failure_code=given(bad[0].failure_code) or 0 if bad else 0,
        message=message,
    )


# --- operators ----------------------------------------------------------------------------------------------


def validate_operator(asked: cfx.ValidateOperatorRequest, asker: str) -> cfx.ValidateOperatorResponse:
    """By badge or user name. Who is unknown, closed or without a right to work is told no more than that."""
    told = given(asked.operator)
    badge = (given(told.operator_identifier) or "").strip() if told else ""
    login = (given(told.login_name) or "").strip() if told else ""
    name = operator_at_line(ANSWERER, badge=badge, login=login)
    if name is None:
        return cfx.ValidateOperatorResponse(
            result=failed(NOT_DONE, "Nobody who may work here has this badge or name.")
        )
    return cfx.ValidateOperatorResponse(result=result(message=name))


# --- setup --------------------------------------------------------------------------------------------------


def get_required_setup(asked: cfx.GetRequiredSetupRequest, asker: str) -> cfx.GetRequiredSetupResponse:
    """What the bill of the product in work wants at each of the station's positions, as far as the station
    has placed it before.
    """
    at = _must_station(asker)
    setup = required_setup(ANSWERER, at.pk, at.name)
    if setup.unknown:
        return cfx.GetRequiredSetupResponse(result=failed(NOT_DONE, setup.unknown))
    return cfx.GetRequiredSetupResponse(
        result=result(),
        lane=asked.lane,
        stage=asked.stage,
        setup_requirements=cfx.StationSetupRequirements(
            lane=asked.lane,
            stage=asked.stage,
            setup_name=f"{setup.product} {setup.revision}",
            material_setup_requirements=[
                cfx.MaterialSetupRequirement(
                    position=one.position, part_number=one.part, approved_alternate_parts=[]
                )
                for one in setup.requirements
            ],
        ),
    )


def validate_station_setup(
    asked: cfx.ValidateStationSetupRequest, asker: str
) -> cfx.ValidateStationSetupResponse:
    """What the machine says that it needs, else what the bill wants there, against the packages that it has
    loaded. A warning where something could not be looked at.
    """
    at = _must_station(asker)
    told = given(asked.setup_requirements)
    named = (given(told.material_setup_requirements) or ()) if told else ()
    _must_be_few(len(named), "MaterialSetupRequirements")
    wanted = [_requirement(one) for one in named]
    known = required_setup(ANSWERER, at.pk, at.name)
    if not wanted and known.unknown:
        return cfx.ValidateStationSetupResponse(result=failed(NOT_DONE, known.unknown))
    mounted = mounted_now(ANSWERER, at.pk, at.name)
    faults = (
        *setup_faults(wanted or known.requirements, mounted, _loaded_unknown(asker)),
        *contradictions(wanted, known.requirements),
    )
    tools = len(given(told.tool_setup_requirements) or ()) if told else 0
    return cfx.ValidateStationSetupResponse(result=_setup_result(faults, known.unknown, tools))


def _setup_result(faults: tuple[str, ...], unknown: str, tools: int) -> cfx.RequestResult:
    if faults:
        more = f" … and {len(faults) - MOST_SAID} more." if len(faults) > MOST_SAID else ""
        return failed(NOT_DONE, " ".join(faults[:MOST_SAID]) + more)
    unseen = [f"{tools} tools were not looked at."] if tools else []
    unseen += [f"The bill was not looked at: {unknown}"] if unknown else []
    if unseen:
        return result(cfx.StatusResult.Warning, message=" ".join(unseen))
    return result()


def _requirement(one: cfx.MaterialSetupRequirement) -> Requirement:
    return Requirement(
        position=given(one.position) or "",
        part=given(one.part_number) or "",
        alternates=tuple(given(one.approved_alternate_parts) or ()),
        maker_parts=tuple(given(one.approved_manufacturer_parts) or ()),
    )


def _loaded_unknown(asker: str) -> list[str]:
    """Packages that this endpoint has loaded, and that wait for somebody to tell of them."""
    waiting = Message.objects.filter(
        state=State.WAITING, source=asker, name=cfx.MaterialsLoaded.name, awaits__startswith="package:"
    )
    keys = waiting.order_by("-pk").values_list("awaits", flat=True)[:_WAITING_LOOKED_AT]
    return sorted({key.partition(":")[2] for key in keys})


# --- material -----------------------------------------------------------------------------------------------


def get_material_information(
    asked: cfx.GetMaterialInformationRequest, asker: str
) -> cfx.GetMaterialInformationResponse:
    """What is known of each package; those that nobody has told of are named in the result."""
    named = tuple(dict.fromkeys(given(asked.material_package_identifiers) or ()))
    _must_be_few(len(named), "MaterialPackageIdentifiers")
    ids, now = ids_of(named), clock.now()
    clocks, speaks_against = remaining(set(ids.values()), now), unfit(set(ids.values()), now)
    left = on_hand(set(ids.values()))
    found = [
        _detail(
            package_card(ANSWERER, one),
            clocks[ids[one]],
            left.get(ids[one]),
            is_unfit=ids[one] in speaks_against,
        )
        for one in named
        if one in ids
    ]
    unknown = [one for one in named if one not in ids]
    if not unknown:
        said = result()
    else:
        names = ", ".join(unknown[:MOST_SAID])
        status = cfx.StatusResult.PartialSuccess if found else cfx.StatusResult.Failed
        said = result(status, NOT_DONE, f"{len(unknown)} packages are not on the books: {names}")
    return cfx.GetMaterialInformationResponse(result=said, materials=found)


def _detail(
    card: PackageCard, clocks: Remaining, left: OnHand | None, *, is_unfit: bool
) -> cfx.MaterialPackageDetail:
    """Of a package in store the quantity is what the ledger and the placements since leave; of another, what
    was told last.
    """
    quantity = _quantity(card) if left is None else max(left.most, Decimal(0))
    gone = quantity == 0 or bool(card.load_events and card.load_events[-1].kind == "depleted")
    usable = cfx.MaterialStatus.Blocked if is_unfit else cfx.MaterialStatus.Active
    msd = _moisture(card, clocks)
    return cfx.MaterialPackageDetail(
        unique_identifier=card.identifier,
        internal_part_number=card.part,
        manufacturer=card.manufacturer or UNSET,
        manufacturer_part_number=card.manufacturer_part_number or UNSET,
        vendor=card.supplier or UNSET,
        manufacturer_lot_code=card.lot or UNSET,
        manufacture_date=_instant(card.manufactured_at),
        received_date=_instant(card.received_at),
        expiry_date=_instant(clocks.expires_at),
        units=card.quantity_unit or UNSET,
        initial_quantity=card.initial_quantity if card.initial_quantity is not None else UNSET,
        quantity=quantity if quantity is not None else UNSET,
        status=cfx.MaterialStatus.Depleted if gone else usable,
        material_data=msd if msd is not None else UNSET,
    )


def _quantity(card: PackageCard) -> Decimal | None:
    """The last that was told of what is in it."""
    told = [(one.at, one.quantity) for one in card.events]
    told += [(one.at, one.quantity) for one in card.load_events]
    known = [(at, quantity) for at, quantity in told if quantity is not None]
    return max(known, key=lambda one: one[0])[1] if known else card.initial_quantity


_STATES = {
    "packed": cfx.MSDState.NeverOpened,
    "open": cfx.MSDState.Exposed,
    "dry": cfx.MSDState.InDryStorage,
    "oven": cfx.MSDState.Unspecified,
}


def _moisture(card: PackageCard, clocks: Remaining) -> cfx.MaterialPackageMSDData | None:
    """What is left by our own clock; machines' earlier words only where it has none."""
    level = f"MSL{clocks.level.upper()}"
    if not clocks.keeping or level not in cfx.MSDLevel.__members__:
        return None
    left, told = clocks.floor_life_left_s, card.exposures[-1] if card.exposures else None
    is_over = any(one.code in {"floor_life_over", "told_expired"} for one in clocks.reasons)
    return cfx.MaterialPackageMSDData(
        expiration_date_time=_instant(clocks.floor_life_ends_at),
        original_exposure_date_time=_instant(clocks.opened_at),
        last_exposure_date_time=_instant(told.last_exposed_at if told else None),
        remaining_exposure_time=UNSET if left is None else cfx.format_span(timedelta(seconds=left)),
        msd_level=cfx.MSDLevel(level),
        msd_state=cfx.MSDState.Expired if is_over else _STATES[clocks.keeping],
    )


def _instant(at: datetime | None) -> str | UnsetType:
    return UNSET if at is None else cfx.format_instant(at)


# --- all of them --------------------------------------------------------------------------------------------


def _station(asker: str) -> Station | None:
    known = endpoint(asker) if asker else None
    return known.station if known is not None else None


def _must_station(asker: str) -> Station:
    found = _station(asker)
    if found is None:
        raise NotFound("unknown_endpoint", _UNKNOWN_STATION)
    return found


def _must_be_few(count: int, field: str) -> None:
    if count > MOST_ASKED:
        raise Invalid("asks_too_much", "One question may name {most} at most.", field=field, most=MOST_ASKED)


DECIDERS: dict[str, Decider] = {
    cfx.ValidateUnitsRequest.name: validate_units,
    cfx.ValidateOperatorRequest.name: validate_operator,
    cfx.GetRequiredSetupRequest.name: get_required_setup,
    cfx.ValidateStationSetupRequest.name: validate_station_setup,
    cfx.GetMaterialInformationRequest.name: get_material_information,
}
"""Who answers what, beside what any endpoint answers."""
