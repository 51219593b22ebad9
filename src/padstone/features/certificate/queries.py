"""A unit's birth certificate: every part, every station, every finding."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from padstone.features.genealogy.completeness import rightly_there
from padstone.features.genealogy.queries import (
    Installation,
    RejectedPick,
    ToolLine,
    asking_applied,
    asking_installations,
    asking_rejections,
    asking_tools,
    natural,
)
from padstone.features.parts.lookups import asking_expected_parts
from padstone.features.production.lookups import (
    UnitEventLine,
    WorkPass,
    asking_events,
    asking_order_name,
    asking_passes,
    at_hand,
)
from padstone.features.production.queries import asking_seen_unit, seen_panel
from padstone.features.quality.queries import (
    InspectionLine,
    ProcessLine,
    RepairLine,
    TestLine,
    UnitFindings,
    asking_findings,
)
from padstone.platform.journal.known import asking_newest, newest_journal_no
from padstone.platform.together import Answer, alone, beside

if TYPE_CHECKING:
    from collections.abc import Mapping

    from padstone.features.parts.stand_ins import StandIn
    from padstone.features.production.models import Unit
    from padstone.kernel.actor import Actor
    from padstone.platform.together import Asks


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
    return alone(_asking_certificate(actor, identifier, as_of))


def panel_certificate(actor: Actor, identifier: str, *, as_of: int | None = None) -> PanelCertificate:
    """The certificates of all units of a panel: its placements are read once for all of them. Raises NotFound
    for a panel that nobody has told of, or that is another's.
    """
    return alone(_asking_panel_certificate(actor, identifier, as_of))


def _asking_certificate(actor: Actor, identifier: str, as_of: int | None) -> Asks[Certificate]:
    newest, unit = Answer(asking_newest()), Answer(asking_seen_unit(actor, identifier))
    yield from beside(newest, unit)
    as_of = newest.value if as_of is None else as_of
    placed = Answer(asking_installations(actor, [unit.value], as_of=as_of))
    order = Answer(_asking_order(unit.value.unit.panel_id, as_of))
    told = Answer(_asking_what_was_told(actor, unit.value.unit, as_of))
    yield from beside(placed, order, told)
    return _certificate(
        actor, unit.value.unit, order.value, placed.value[unit.value.unit.pk], told.value, as_of
    )


def _asking_panel_certificate(actor: Actor, identifier: str, as_of: int | None) -> Asks[PanelCertificate]:
    as_of = newest_journal_no() if as_of is None else as_of
    panel, units = seen_panel(actor, identifier)
    known = [unit for unit in units if unit.journal_no <= as_of]
    placed = Answer(asking_installations(actor, at_hand(known), as_of=as_of))
    ordered = Answer(_asking_order(panel.pk, as_of))
    told = {unit.pk: Answer(_asking_what_was_told(actor, unit, as_of)) for unit in known}
    yield from beside(placed, ordered, *told.values())
    order = ordered.value
    return PanelCertificate(
        panel=panel.identifier,
        work_order=order.number,
        product=order.product,
        revision=order.revision,
        as_of=as_of,
        units=tuple(
            _certificate(actor, unit, order, placed.value[unit.pk], told[unit.pk].value, as_of)
            for unit in known
        ),
    )


class _Order(NamedTuple):
    """Of a panel, as far as it was known, with what its bill of materials wants where."""

    number: str = ""
    product: str = ""
    revision: str = ""
    revision_id: int = 0
    wanted: Mapping[str, str] = MappingProxyType({})


def _asking_order(panel_id: int, as_of: int) -> Asks[_Order]:
    order = yield from asking_order_name(panel_id, as_of)
    if order is None:
        return _Order()
    wanted = (yield from asking_expected_parts(order.revision_id)) if order.revision_id else {}
    return _Order(order.number, order.product, order.revision, order.revision_id or 0, wanted)


class _Told(NamedTuple):
    """What was told of a unit, beside what was placed on it."""

    passes: tuple[WorkPass, ...]
    events: tuple[UnitEventLine, ...]
    findings: UnitFindings
    rejections: tuple[RejectedPick, ...]
    applied: tuple[Installation, ...]
    tools: tuple[ToolLine, ...]


def _asking_what_was_told(actor: Actor, unit: Unit, as_of: int) -> Asks[_Told]:
    passes, events = Answer(asking_passes(unit, as_of)), Answer(asking_events(unit, as_of))
    findings = Answer(asking_findings(actor, unit.pk, as_of=as_of))
    rejections = Answer(asking_rejections(unit.pk, as_of=as_of))
    applied, tools = Answer(asking_applied(unit, as_of=as_of)), Answer(asking_tools(unit.pk, as_of=as_of))
    yield from beside(passes, events, findings, rejections, applied, tools)
    return _Told(passes.value, events.value, findings.value, rejections.value, applied.value, tools.value)


def _certificate(
    actor: Actor, unit: Unit, order: _Order, placed: tuple[Installation, ...], told: _Told, as_of: int
) -> Certificate:
    present = tuple([one for one in placed if one.removed_at is None])
    rightly = rightly_there(order.revision_id, order.wanted, present) if order.wanted else {}
    return Certificate(
        unit=unit.identifier,
        panel=unit.panel.identifier,
        position=unit.position,
        work_order=order.number,
        product=order.product,
        revision=order.revision,
        as_of=as_of,
        installations=present,
        removed=tuple([one for one in placed if one.removed_at is not None]),
        missing=tuple(sorted(order.wanted.keys() - {one.designator for one in present}, key=natural)),
        unexpected=_unexpected(present, order.wanted, rightly),
        stood_in=_stood_in(order.wanted, rightly),
        passes=tuple(_as_seen(one, actor, order.number) for one in told.passes),
        rejections=told.rejections,
        inspections=told.findings.inspections,
        tests=told.findings.tests,
        process_records=told.findings.process_records,
        repairs=told.findings.repairs,
        applied=told.applied,
        tools=told.tools,
        events=told.events,
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
