"""Which package fed a location in one pass, and what people read of the two.

Pinned: as FED_AT, and from each span to its package; how PostgreSQL comes from there to the small tables of
names is its own choice. A certificate asks for all the locations of a board's passes; one statement walks
them at once. A place is one number, the location's id in the upper bits and the sequence in the lower 32: to
read two numbers of an array takes SQLite longer than to find the span. There, IN asks an index; EXISTS runs a
statement for each row.
"""

from __future__ import annotations

from padstone.platform.pinned import Pinned

FEEDS_BY_NAME = Pinned(
    name="feeds_by_name",
    sqlite="""
SELECT k.value, s.last_sequence, s.package_id, l.identifier, l.name, l.feeder_lane,
       m.id IN (SELECT package_id FROM materials_packageevent),
       m.identifier, part.number, coalesce(lot.code, ''), m.date_code, coalesce(supplier.name, ''),
       m.manufacturer, m.manufacturer_part_number
FROM json_each(%(coded)s) AS k
CROSS JOIN genealogy_materialspan AS s ON s.id = (
    SELECT n.id FROM genealogy_materialspan AS n
    WHERE n.location_id = k.value >> 32 AND n.first_sequence <= k.value & 4294967295
    ORDER BY n.first_sequence DESC LIMIT 1
)
CROSS JOIN sites_feederlocation AS l ON l.id = s.location_id
CROSS JOIN materials_materialpackage AS m ON m.id = s.package_id
CROSS JOIN parts_part AS part ON part.id = m.part_id
LEFT JOIN materials_lot AS lot ON lot.id = m.lot_id
LEFT JOIN materials_supplier AS supplier ON supplier.id = lot.supplier_id
""",
    postgresql="""
SELECT fed.place, fed.last_sequence, fed.package_id, l.identifier, l.name, l.feeder_lane, fed.is_eventful,
       fed.identifier, part.number, coalesce(lot.code, ''), fed.date_code, coalesce(supplier.name, ''),
       fed.manufacturer, fed.manufacturer_part_number
FROM (
    SELECT k.place, s.location_id, s.last_sequence, s.package_id, m.identifier, m.part_id, m.lot_id,
           m.date_code, m.manufacturer, m.manufacturer_part_number, told.number IS NOT NULL AS is_eventful
    FROM unnest(%(coded)s::bigint[]) AS k (place)
    CROSS JOIN LATERAL (
        SELECT n.location_id, n.package_id, n.last_sequence FROM genealogy_materialspan AS n
        WHERE n.location_id = k.place >> 32 AND n.first_sequence <= (k.place & 4294967295)
        ORDER BY n.first_sequence DESC LIMIT 1
    ) AS s
    CROSS JOIN LATERAL (
        SELECT * FROM materials_materialpackage AS m WHERE m.id = s.package_id OFFSET 0
    ) AS m
    LEFT JOIN LATERAL (
        SELECT e.journal_no AS number FROM materials_packageevent AS e WHERE e.package_id = m.id LIMIT 1
    ) AS told ON true
    OFFSET 0
) AS fed
JOIN sites_feederlocation AS l ON l.id = fed.location_id
JOIN parts_part AS part ON part.id = fed.part_id
LEFT JOIN materials_lot AS lot ON lot.id = fed.lot_id
LEFT JOIN materials_supplier AS supplier ON supplier.id = lot.supplier_id
""",
)
"""place, the span's last sequence (where that is before the pass, nothing fed), package; the location's
identifier, name and lane; whether anything became of the package; its identifier, part, lot, date code,
supplier, manufacturer and its part number.
"""


def place(location: int, sequence: int) -> int:
    """A location in a pass as one number."""
    return location << 32 | sequence


def apart(place: int) -> tuple[int, int]:
    """The location and the sequence."""
    return place >> 32, place & 0xFFFFFFFF
