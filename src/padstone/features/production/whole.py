"""Whole tables, filtered for nobody: what the history that leaves the house is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F, Min, OuterRef, Subquery

from padstone.features.production.lookups import in_steps
from padstone.features.production.models import Panel, Unit, UnitEvent, UnitStatus, WorkTransaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models import QuerySet


def units() -> QuerySet[Unit]:
    return Unit.objects.all()


def work_transactions() -> QuerySet[WorkTransaction]:
    return WorkTransaction.objects.all()


def unit_statuses() -> QuerySet[UnitStatus]:
    return UnitStatus.objects.all()


def former_panels() -> Iterator[tuple[int, int]]:
    """The panels that boards were by themselves before anybody knew their panel, each with the board's id:
    see ``lookups.units_by_position``.
    """
    home = Unit.objects.filter(identifier=OuterRef("identifier")).values("pk")[:1]
    alone = Panel.objects.filter(units=None).annotate(home=Subquery(home)).exclude(home=None)
    yield from alone.order_by("pk").values_list("pk", "home").iterator()


def orders_told(panel_ids: Iterable[int]) -> dict[int, int]:
    """By panel, the first journal number that told its work order: see ``lookups.unit_names``."""
    told: dict[int, int] = {}
    for some in in_steps(panel_ids):
        by_work = WorkTransaction.objects.filter(panel__in=some, work_order=F("panel__work_order"))
        by_event = UnitEvent.objects.filter(unit__panel__in=some, work_order=F("unit__panel__work_order"))
        for rows, panel in ((by_work, "panel_id"), (by_event, "unit__panel_id")):
            firsts = rows.values(panel).order_by(panel).annotate(first=Min("journal_no"))
            for panel_id, first in firsts.values_list(panel, "first"):
                told[panel_id] = min(first, told.get(panel_id, first))
    return told
