"""CFX.Production.Assembly: which parts were put on, and taken off, which unit. The heart of traceability."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec import UNSET

from padstone.cfx.structures.assembly import InstalledMaterial, UninstalledMaterial
from padstone.cfx.structures.work import PersonalizedUnit
from padstone.cfx.vocabulary import Maybe, Message


class MaterialsInstalled(Message, kw_only=True):
    """Components were put on units, package by package: which designators, from which package, at which
    place.
    """

    name: ClassVar[str] = "CFX.Production.Assembly.MaterialsInstalled"

    transaction_id: Maybe[str] = UNSET
    installed_materials: Maybe[Sequence[InstalledMaterial]] = UNSET


class MaterialsUninstalled(Message, kw_only=True):
    """Components were taken off units."""

    name: ClassVar[str] = "CFX.Production.Assembly.MaterialsUninstalled"

    transaction_id: Maybe[str] = UNSET
    uninstalled_materials: Maybe[Sequence[UninstalledMaterial]] = UNSET


class UnitsPersonalized(Message, kw_only=True):
    """Units were given properties of their own: addresses, firmware, settings."""

    name: ClassVar[str] = "CFX.Production.Assembly.UnitsPersonalized"

    transaction_id: Maybe[str] = UNSET
    personalized_units: Maybe[Sequence[PersonalizedUnit]] = UNSET
