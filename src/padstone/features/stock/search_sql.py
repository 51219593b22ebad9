"""What a code on a label, or a word, finds: packages by whatever names them (see ``platform.pinned``).

Pinned: each way begins with the code in an index of its own, goes from there to the packages one by one, and
takes no more rows than are asked for. The ways: 0 the package's own identifier, 1 another code on it, 2 its
lot, 3 its part, 4 its maker's number, 5 its date code, 6 the location it is at, 7 the beginning of its
identifier.
"""

from __future__ import annotations

from padstone.platform.pinned import Pinned

_PACKAGE, _POSITION = ("materials_materialpackage", "id"), ("stock_position", "package_id")
_WAYS = (
    ("", "m.identifier = %(code)s", "", _PACKAGE),
    ("stock_packagecode AS k", "k.code = %(code)s", "m.id = k.package_id", _PACKAGE),
    ("materials_lot AS k", "k.code = %(code)s", "m.lot_id = k.id", _PACKAGE),
    ("parts_part AS k", "k.number = %(code)s", "m.part_id = k.id", _PACKAGE),
    ("parts_partkey AS k", "k.key = %(key)s", "m.part_id = k.part_id", _PACKAGE),
    ("", "m.date_code = %(code)s AND m.date_code <> ''", "", _PACKAGE),
    ("stock_storagelocation AS k", "k.code = %(code)s", "m.location_id = k.id", _POSITION),
    ("", "m.identifier > %(code)s AND m.identifier < %(end)s ORDER BY m.identifier", "", _PACKAGE),
)
"""Where the code stands, as what, how the packages follow from it, and where these are."""


def _way(number: int, follow: str) -> str:
    source, named, on, (table, key) = _WAYS[number]
    there = f"{source} {follow.format(table=table, key=key, on=on)}" if source else f"{table} AS m"
    column = key if not source or "LATERAL" not in follow else "package"
    return (
        f"SELECT way, package FROM (SELECT {number} AS way, m.{column} AS package "  # noqa: S608 - constants
        f"FROM {there} WHERE {named} LIMIT %(limit)s) AS way_{number}"
    )


def _every_way(follow: str) -> str:
    return "\nUNION ALL\n".join(_way(number, follow) for number in range(len(_WAYS)))


PACKAGES_BY_CODE = Pinned(
    name="packages_by_code",
    sqlite=_every_way("CROSS JOIN {table} AS m ON {on}"),
    postgresql=_every_way(
        "CROSS JOIN LATERAL (SELECT m.{key} AS package FROM {table} AS m WHERE {on} OFFSET 0) AS m"
    ),
)
"""way, package."""
