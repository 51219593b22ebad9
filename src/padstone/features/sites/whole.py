"""Whole tables, filtered for nobody: what the history that leaves the house is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from padstone.features.sites.models import FeederLocation, Station

if TYPE_CHECKING:
    from django.db.models import QuerySet


def stations() -> QuerySet[Station]:
    return Station.objects.order_by()


def locations() -> QuerySet[FeederLocation]:
    return FeederLocation.objects.all()
