"""Whole tables, filtered for nobody: what the history that leaves the house is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from padstone.features.materials.models import MaterialPackage, PackageAncestry, PackageEvent

if TYPE_CHECKING:
    from django.db.models import QuerySet


def packages() -> QuerySet[MaterialPackage]:
    return MaterialPackage.objects.all()


def splits() -> QuerySet[PackageAncestry]:
    return PackageAncestry.objects.all()


def package_events() -> QuerySet[PackageEvent]:
    return PackageEvent.objects.all()
