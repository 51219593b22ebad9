"""Spliced chains: CFX ``MaterialPackage`` with ``LeadingMaterialPackage`` and ``GreyZone``."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from padstone.cfx import given
from padstone.kernel.bounds import check_range
from padstone.kernel.errors import Invalid

if TYPE_CHECKING:
    from padstone import cfx

LARGEST_ZONE = 2**31 - 1


class Sources(NamedTuple):
    """Where the parts of one report may have come from.

    ``zone``: so many further parts may be of the ``front`` or of the ``named`` package (0: no doubt). With a
    zone and no ``front`` the machine leaves out which package it was spliced to.
    """

    identifiers: tuple[str, ...]
    named: str = ""
    front: str = ""
    zone: int = 0


def sources(material: cfx.MaterialPackage) -> Sources:
    """Read a chain. While a package in front of the named one is in it, parts come from the front; in the
    grey zone they may be of either; after it the named package stands alone. No identifier at all: the
    machine does not say.
    """
    named = given(material.unique_identifier) or ""
    front = _front(material)
    zone = _zone(material)
    if not named:
        return Sources(())
    if not front or front == named:
        return Sources((named,), named, "", max(zone, 0))
    if zone <= 0:
        return Sources((front,), named, front)
    return Sources((named, front), named, front, zone)


def _zone(material: cfx.MaterialPackage) -> int:
    zone = int(given(material.grey_zone) or 0)
    if zone < 0:
        raise Invalid(
            "negative_quantity",
            "{quantity} parts can't be in doubt.",
            field="GreyZone",
            way_out="Correct the machine's report and send it again under a new UniqueID.",
            quantity=zone,
        )
    check_range(zone, "GreyZone", 0, LARGEST_ZONE)
    return zone


def _front(material: cfx.MaterialPackage) -> str:
    """The first package of the chain."""
    leading = given(material.leading_material_package)
    front = ""
    while leading is not None:
        front = given(leading.unique_identifier) or front
        leading = given(leading.leading_material_package)
    return front
