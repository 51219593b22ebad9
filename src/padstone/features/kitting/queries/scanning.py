"""What a scan at a kit is: a location, a package by any code of it, or a work order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from padstone.features.labels.domain.decoding import decode
from padstone.features.materials.lookups import packages
from padstone.features.production.queries import find as find_order
from padstone.features.receiving.domain.scanned import IDENTITIES
from padstone.features.stock.lookups import location_called, packages_with_code
from padstone.kernel.errors import NotFound, Refusal
from padstone.platform.visibility import must_see

if TYPE_CHECKING:
    from padstone.kernel.actor import Actor

_LONGEST_CODE = 200


@dataclass(frozen=True, slots=True)
class Scanned:
    """``kind``: location, package or order."""

    kind: str
    key: str


def what_was_scanned(actor: Actor, text: str) -> Scanned:
    """Raises NotFound for what names nothing here."""
    must_see(actor)
    plain = text.strip()
    found = _plain(actor, plain) if len(plain) <= _LONGEST_CODE else None
    found = found or _by_label(text)
    if found is None:
        raise NotFound(
            "nothing_named",
            "“{text}” is no package and no storage location.",
            field="scan",
            way_out="Scan it again. What was scanned before is still here.",
            text=plain[:80],
        )
    return found


def _plain(actor: Actor, code: str) -> Scanned | None:
    if location_called(code) is not None:
        return Scanned("location", code)
    if code in packages([code]):
        return Scanned("package", code)
    names = packages_with_code(code)
    if len(names) == 1:
        return Scanned("package", names[0])
    order = find_order(actor, code)
    return Scanned("order", code) if order == ("order", code) else None


def _by_label(text: str) -> Scanned | None:
    try:
        label = decode(text)
    except Refusal:  # it is no label
        return None
    location = str(label.fields.get("location", ""))
    if location and location_called(location) is not None:
        return Scanned("location", location)
    package = str(label.fields.get("package", ""))
    if package and package in packages([package]):
        return Scanned("package", package)
    for name in IDENTITIES:
        names = packages_with_code(str(label.fields.get(name, "")))
        if len(names) == 1:
            return Scanned("package", names[0])
    return None
