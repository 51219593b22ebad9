"""A unit's birth certificate: every part, every station, every finding."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from padstone.features.genealogy.queries import (
    Installation,
    RejectedPick,
    ToolLine,
    applied_to_unit,
    installations_of_own_units,
    installations_of_unit,
    natural,
    rejected_picks,
    tools_of_unit,
)
from padstone.features.parts.lookups import expected_parts
from padstone.features.production.lookups import (
    UnitEventLine,
    WorkPass,
    events_of_unit,
    order_of_panel,
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

    from padstone.features.production.models import Unit, WorkOrder
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
class Certificate:
    """What is known of one unit as of a journal number.

    ``installations`` are the parts that are there, ``removed`` those taken off again. ``missing`` are
    designators that the bill of materials wants and nothing fills; empty, like ``unexpected``, where the
    order has no bill. ``applied`` is paste, glue and the like, also what was taken off again, with a
    designator only where the station told of one; ``events`` is what stations said of the unit beside the
    work on it.
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
    placed = installations_of_unit(actor, identifier, as_of=as_of)
    unit = seen_unit(actor, identifier)
    order = order_of_panel(unit.panel_id, as_of)
    return _certificate(actor, unit, order, placed, as_of)


def panel_certificate(actor: Actor, identifier: str, *, as_of: int | None = None) -> PanelCertificate:
    """The certificates of all units of a panel: its placements are read once for all of them. Raises NotFound
    for a panel that nobody has told of, or that is another's.
    """
    as_of = newest_journal_no() if as_of is None else as_of
    panel, units = seen_panel(actor, identifier)
    order = order_of_panel(panel.pk, as_of)
    known = [unit for unit in units if unit.journal_no <= as_of]
    placed = installations_of_own_units(actor, known, as_of=as_of)
    return PanelCertificate(
        panel=panel.identifier,
        work_order=order.number if order else "",
        product=order.revision.product.number if order and order.revision else "",
        revision=order.revision.label if order and order.revision else "",
        as_of=as_of,
        units=tuple(_certificate(actor, unit, order, placed[unit.pk], as_of) for unit in known),
    )


def _certificate(
    actor: Actor, unit: Unit, order: WorkOrder | None, placed: tuple[Installation, ...], as_of: int
) -> Certificate:
    wanted = expected_parts(order.revision_id) if order and order.revision_id else {}
    present = tuple(i for i in placed if i.removed_at is None)
    findings = findings_of_unit(actor, unit.pk, as_of=as_of)
    return Certificate(
        unit=unit.identifier,
        panel=unit.panel.identifier,
        position=unit.position,
        work_order=order.number if order else "",
        product=order.revision.product.number if order and order.revision else "",
        revision=order.revision.label if order and order.revision else "",
        as_of=as_of,
        installations=present,
        removed=tuple(i for i in placed if i.removed_at is not None),
        missing=tuple(sorted(wanted.keys() - {i.designator for i in present}, key=natural)),
        unexpected=_unexpected(present, wanted),
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


def _unexpected(present: tuple[Installation, ...], wanted: Mapping[str, str]) -> tuple[Unexpected, ...]:
    if not wanted:
        return ()
    found = {
        (i.designator, i.part, wanted.get(i.designator, ""))
        for i in present
        if i.part != wanted.get(i.designator)
    }
    return tuple(
        Unexpected(designator=designator, part=part, expected_part=expected)
        for designator, part, expected in sorted(found, key=lambda one: natural(one[0]))
    )
