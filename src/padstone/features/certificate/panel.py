"""What the parts of a whole panel came from: its packages, each once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from padstone.features.certificate.queries import PanelCertificate
    from padstone.features.genealogy.queries import Installation


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageOnPanel:
    """A package of which parts are on the panel, on these positions. ``doubtful`` of them may be of another
    package.
    """

    package: str
    part: str
    lot: str
    date_code: str
    supplier: str
    pieces: int
    doubtful: int
    positions: tuple[int, ...]


def packages_on(known: PanelCertificate) -> tuple[PackageOnPanel, ...]:
    """By part and package, of all that is there now, applied material as well."""
    found: dict[tuple[str, str], list[Installation]] = defaultdict(list)
    for unit in known.units:
        for one in (*unit.installations, *(one for one in unit.applied if one.removed_at is None)):
            found[one.part, one.package].append(one)
    return tuple(
        PackageOnPanel(
            package=package,
            part=part,
            lot=parts[0].lot,
            date_code=parts[0].date_code,
            supplier=parts[0].supplier,
            pieces=len(parts),
            doubtful=sum(one.candidates > 1 for one in parts),
            positions=tuple(sorted({one.position for one in parts})),
        )
        for (part, package), parts in sorted(found.items())
    )
