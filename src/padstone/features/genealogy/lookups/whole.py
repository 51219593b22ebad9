"""Whole tables, filtered for nobody: what the history that leaves the house is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Max

from padstone.features.genealogy.models import (
    AppliedMaterial,
    Deviation,
    MaterialSpan,
    Pass,
    Rejection,
    Replacement,
    TemplateEntry,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet


def last_sequences() -> dict[int, int]:
    """The number of the last pass of each station."""
    rows = Pass.objects.values("station_id").order_by("station_id").annotate(last=Max("sequence"))
    return dict(rows.values_list("station_id", "last"))


def passes() -> QuerySet[Pass]:
    return Pass.objects.all()


def spans() -> QuerySet[MaterialSpan]:
    return MaterialSpan.objects.all()


def template_entries() -> QuerySet[TemplateEntry]:
    return TemplateEntry.objects.all()


def deviations() -> QuerySet[Deviation]:
    return Deviation.objects.all()


def replacements() -> QuerySet[Replacement]:
    return Replacement.objects.all()


def rejections() -> QuerySet[Rejection]:
    return Rejection.objects.all()


def applications() -> QuerySet[AppliedMaterial]:
    return AppliedMaterial.objects.all()
