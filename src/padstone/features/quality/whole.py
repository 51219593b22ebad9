"""Whole tables, filtered for nobody: what the history that leaves the house is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from padstone.features.quality.models import Defect, Inspection, Repair, Test

if TYPE_CHECKING:
    from django.db.models import QuerySet


def inspections() -> QuerySet[Inspection]:
    return Inspection.objects.all()


def tests() -> QuerySet[Test]:
    return Test.objects.all()


def defects() -> QuerySet[Defect]:
    return Defect.objects.all()


def repairs() -> QuerySet[Repair]:
    return Repair.objects.all()
