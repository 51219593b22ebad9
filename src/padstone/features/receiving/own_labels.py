"""The label of ours for a package: as a file, or sent to the printer of the goods-in by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from padstone.features.clocks.domain.floor_life import level_of
from padstone.features.labels.domain.our_labels import PackageLabel
from padstone.features.labels.domain.sizes import size_called
from padstone.features.labels.domain.zpl import zpl
from padstone.features.labels.printing import Printer, send
from padstone.features.materials.queries import package_card
from padstone.features.parts.lookups import part_by_number
from padstone.features.receiving.lookups import policy_in_force

if TYPE_CHECKING:
    from padstone.kernel.actor import Actor


def label_of(actor: Actor, package: str) -> PackageLabel:
    """What stands on the label of a package. Raises NotFound for one that nobody knows."""
    card = package_card(actor, package)
    part = part_by_number(card.part)
    return PackageLabel(
        package=card.identifier,
        part=card.part,
        description=card.description,
        mpn=card.manufacturer_part_number,
        manufacturer=card.manufacturer,
        quantity=card.initial_quantity,
        lot=card.lot,
        date_code=card.date_code,
        msl=level_of(part.moisture_level) if part else "",
        expiry=card.expires_at.date().isoformat() if card.expires_at else "",
    )


def print_label(actor: Actor, package: str) -> bool:
    """Send the label to the printer of the goods-in; False where there is none. Raises PrinterSilent."""
    _, policy = policy_in_force()
    if not policy.printer:
        return False
    send(Printer.at(policy.printer), zpl(label_of(actor, package), size_called(policy.label_size)))
    return True


def sheet(actor: Actor, package: str) -> bytes:
    """The label as PDF, of the size of a label: for a printer that has a driver."""
    from padstone.features.labels import drawing  # noqa: PLC0415 - only where a picture is wanted

    _, policy = policy_in_force()
    return drawing.roll([label_of(actor, package)], size_called(policy.label_size))
