"""Our own labels: what stands on them for people, and what their symbol holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from padstone.features.labels.domain.codes import grouped, package_number
from padstone.features.labels.domain.encoding import encoded


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageLabel:
    """The label that goes onto a package; what is not known is "" and left out."""

    package: str
    part: str
    description: str = ""
    mpn: str = ""
    manufacturer: str = ""
    quantity: Decimal | None = None
    lot: str = ""
    date_code: str = ""
    msl: str = ""
    expiry: str = ""

    @property
    def payload(self) -> str:
        """In format 06, so that any reader of component labels understands it: 9S is the package."""
        quantity = "" if self.quantity is None else f"{self.quantity.normalize():f}"
        return encoded(
            (
                ("9S", self.package),
                ("P", self.part),
                ("1P", self.mpn),
                ("Q", quantity),
                ("1T", self.lot),
                ("9D", self.date_code),
                ("14D", self.expiry.replace("-", "")),
            )
        )

    @property
    def title(self) -> str:
        return grouped(self.package) if package_number(self.package) is not None else self.package

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(filter(None, self._lines()))

    def _lines(self) -> Iterator[str]:
        yield self.part
        yield self.description
        yield " ".join(filter(None, (self.manufacturer, self.mpn)))
        yield _together(("Lot", self.lot), ("DC", self.date_code))
        quantity = "" if self.quantity is None else f"{self.quantity.normalize():f}"
        yield _together(("Qty", quantity), ("MSL", self.msl), ("Exp", self.expiry))


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationLabel:
    """The label of a place where packages are put; ``path`` says where it is, from the largest on."""

    location: str
    name: str = ""
    path: str = ""

    @property
    def payload(self) -> str:
        return encoded((("L", self.location),))

    @property
    def title(self) -> str:
        return self.location

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.name, self.path)))


OurLabel = PackageLabel | LocationLabel


def _together(*pairs: tuple[str, str]) -> str:
    return "  ".join(f"{word} {said}" for word, said in pairs if said)
