"""A unit's birth certificate: every part, every station, every finding."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from padstone.features.genealogy.completeness import rightly_there
from padstone.features.genealogy.queries import (
    Installation,
    RejectedPick,
    ToolLine,
    applied_to_unit,
    installations_of_own_units,
    natural,
    rejected_picks,
    tools_of_unit,
)
from padstone.features.parts.lookups import expected_parts
from padstone.features.production.lookups import (
    UnitEventLine,
    WorkPass,
    events_of_unit,
    order_name_of_panel,
    passes_of_unit,
)
from padstone.features.production.queries import seen_panel, seen_unit
from padstone.features.quality.queries import (
    InspectionLine,
    ProcessLine,
    RepairLine,
    TestLine,
    findings_of_unit,
)
from padstone.platform.journal.known import newest_journal_no

if TYPE_CHECKING:
    from collections.abc import Mapping

    from padstone.features.parts.stand_ins import StandIn
    from padstone.features.production.lookups import OrderName
    from padstone.features.production.models import Unit
    from padstone.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Unexpected:
    """A designator that holds another part than the bill of materials wants; ``expected_part`` "": none at
    all.
    """

    designator: str
    part: str
    expected_part: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoodIn:
    """A designator that rightly holds another part than the bill names: ``why`` *merged*, the two numbers are
    one part; or *alternate*, which ``approved_by`` approved within ``scope``, for a ``reason``.
    """

    designator: str
    part: str
    expected_part: str
    why: str
    scope: str
    approved_by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What is known of one unit as of a journal number.

    ``installations`` are the parts that are there, ``removed`` those taken off again. ``missing`` are
    designators that the bill of materials wants and nothing fills; empty, like ``unexpected``, where the
    order has no bill. ``stood_in`` are parts that differ from the bill's and may. ``applied`` is paste, glue
    and the like, also what was taken off again, with a designator only where the station told of one;
    ``events`` is what stations said of the unit beside the work on it.
    """

    unit: str
    panel: str
    position: int
    work_order: str
    product: str
    revision: str
    as_of: int
    installations: tuple[Installation, ...]
    removed: tuple[Installation, ...]
    missing: tuple[str, ...]
    unexpected: tuple[Unexpected, ...]
    stood_in: tuple[StoodIn, ...]
    passes: tuple[WorkPass, ...]
    rejections: tuple[RejectedPick, ...]
    inspections: tuple[InspectionLine, ...]
    tests: tuple[TestLine, ...]
    process_records: tuple[ProcessLine, ...]
    repairs: tuple[RepairLine, ...]
    applied: tuple[Installation, ...]
    tools: tuple[ToolLine, ...]
    events: tuple[UnitEventLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelCertificate:
    """What is known of a panel as of a journal number: the certificates of its units, by position."""

    panel: str
    work_order: str
    product: str
    revision: str
    as_of: int
    units: tuple[Certificate, ...]


def certificate(actor: Actor, identifier: str, *, as_of: int | None = None) -> Certificate:
    """The certificate of a unit. Raises NotFound for a unit that nobody has told of."""
    as_of = newest_journal_no() if as_of is None else as_of
    unit = seen_unit(actor, identifier)
    placed = installations_of_own_units(actor, [unit], as_of=as_of)[unit.pk]
    return _certificate(actor, unit, order_name_of_panel(unit.panel_id, as_of), placed, as_of)


def panel_certificate(actor: Actor, identifier: str, *, as_of: int | None = None) -> PanelCertificate:
    """The certificates of all units of a panel: its placements are read once for all of them. Raises NotFound
    for a panel that nobody has told of, or that is another's.
    """
    as_of = newest_journal_no() if as_of is None else as_of
    panel, units = seen_panel(actor, identifier)
    order = order_name_of_panel(panel.pk, as_of)
    known = [unit for unit in units if unit.journal_no <= as_of]
    placed = installations_of_own_units(actor, known, as_of=as_of)
    return PanelCertificate(
        panel=panel.identifier,
        work_order=order.number if order else "",
        product=order.product if order else "",
        revision=order.revision if order else "",
        as_of=as_of,
        units=tuple(_certificate(actor, unit, order, placed[unit.pk], as_of) for unit in known),
    )


def _certificate(
    actor: Actor, unit: Unit, order: OrderName | None, placed: tuple[Installation, ...], as_of: int
) -> Certificate:
    wanted = expected_parts(order.revision_id) if order and order.revision_id else {}
    present = tuple(i for i in placed if i.removed_at is None)
    revision_id = order.revision_id if order and order.revision_id else 0
    rightly = rightly_there(revision_id, wanted, present) if wanted else {}
    findings = findings_of_unit(actor, unit.pk, as_of=as_of)
    return Certificate(
        unit=unit.identifier,
        panel=unit.panel.identifier,
        position=unit.position,
        work_order=order.number if order else "",
        product=order.product if order else "",
        revision=order.revision if order else "",
        as_of=as_of,
        installations=present,
        removed=tuple(i for i in placed if i.removed_at is not None),
        missing=tuple(sorted(wanted.keys() - {i.designator for i in present}, key=natural)),
        unexpected=_unexpected(present, wanted, rightly),
        stood_in=_stood_in(wanted, rightly),
        passes=tuple(
            _as_seen(one, actor, order.number if order else "") for one in passes_of_unit(unit, as_of)
        ),
        rejections=rejected_picks(actor, unit.pk, as_of=as_of),
        inspections=findings.inspections,
        tests=findings.tests,
        process_records=findings.process_records,
        repairs=findings.repairs,
        applied=applied_to_unit(actor, unit.pk, as_of=as_of),
        tools=tools_of_unit(actor, unit.pk, as_of=as_of),
        events=events_of_unit(unit, as_of),
    )


def _as_seen(one: WorkPass, actor: Actor, own: str) -> WorkPass:
    """A client learns neither of another order that a machine named for its board, nor who works here."""
    if not actor.client:
        return one
    return replace(one, work_order=one.work_order if one.work_order == own else "", operators=())


def _stood_in(wanted: Mapping[str, str], rightly: Mapping[str, Mapping[str, StandIn]]) -> tuple[StoodIn, ...]:
    return tuple(
        StoodIn(
            designator=designator,
            part=part,
            expected_part=wanted[designator],
            why=one.why,
            scope=one.scope,
            approved_by=one.approved_by,
            reason=one.reason,
        )
        for designator in sorted(rightly, key=natural)
        for part, one in sorted(rightly[designator].items())
    )


def _unexpected(
    present: tuple[Installation, ...],
    wanted: Mapping[str, str],
    rightly: Mapping[str, Mapping[str, StandIn]],
) -> tuple[Unexpected, ...]:
    if not wanted:
        return ()
    found = {
        (i.designator, i.part, wanted.get(i.designator, ""))
        for i in present
        if i.part != wanted.get(i.designator) and i.part not in rightly.get(i.designator, ())
    }
    return tuple(
        Unexpected(designator=designator, part=part, expected_part=expected)
        for designator, part, expected in sorted(found, key=lambda one: natural(one[0]))
    )
