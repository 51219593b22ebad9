"""The names behind ids, each looked up once for however many rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from padstone.features.materials.lookups import PackageName, package_names
from padstone.features.sites.lookups import location_names, station_names

if TYPE_CHECKING:
    from collections.abc import Iterable

_NO_PACKAGE = PackageName("", "", "", "", "", "", "")


class Names:
    """Packages go by the names that they had at a journal number."""

    def __init__(self, as_of: int | None) -> None:
        self._as_of = as_of
        self.packages: dict[int | None, PackageName] = {None: _NO_PACKAGE}
        self.stations: dict[int, str] = {}
        self.locations: dict[int | None, str] = {None: ""}

    def look_up(
        self, packages: Iterable[int | None], stations: Iterable[int], locations: Iterable[int | None]
    ) -> None:
        """What is new of these. None: no package, no location."""
        if new := {one for one in packages if one is not None} - self.packages.keys():
            self.packages |= dict(package_names(new, self._as_of).items())
        if new := set(stations) - self.stations.keys():
            self.stations.update(station_names(new))
        if new := {one for one in locations if one is not None} - self.locations.keys():
            self.locations |= dict(location_names(new).items())
