"""Which package fed a location in one pass, and what people read of the two.

Pinned: as FED_AT, and from each span on by primary keys. A certificate asks for all the locations of a
board's passes; one statement walks them at once. A place is one number, the location's id in the upper bits
and the sequence in the lower 32: to read two numbers of an array takes SQLite longer than to find the span.
"""

from __future__ import annotations

from padstone.platform.pinned import Pinned

FEEDS_BY_NAME = Pinned(
    name="feeds_by_name",
    sqlite="""
SELECT k.value, s.last_sequence, s.package_id, l.identifier, l.name, l.feeder_lane,
       EXISTS (SELECT 1 FROM materials_packageevent AS e WHERE e.package_id = m.id),
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
SELECT k.place, s.last_sequence, s.package_id, l.identifier, l.name, l.feeder_lane,
       told.number IS NOT NULL,
       m.identifier, part.number, coalesce(lot.code, ''), m.date_code, coalesce(supplier.name, ''),
       m.manufacturer, m.manufacturer_part_number
FROM unnest(%(coded)s::bigint[]) AS k (place)
CROSS JOIN LATERAL (
    SELECT n.location_id, n.package_id, n.last_sequence FROM genealogy_materialspan AS n
    WHERE n.location_id = k.place >> 32 AND n.first_sequence <= (k.place & 4294967295)
    ORDER BY n.first_sequence DESC LIMIT 1
) AS s
CROSS JOIN LATERAL (SELECT * FROM sites_feederlocation AS l WHERE l.id = s.location_id OFFSET 0) AS l
CROSS JOIN LATERAL (SELECT * FROM materials_materialpackage AS m WHERE m.id = s.package_id OFFSET 0) AS m
CROSS JOIN LATERAL (SELECT number FROM parts_part AS part WHERE part.id = m.part_id OFFSET 0) AS part
LEFT JOIN LATERAL (
    SELECT code, supplier_id FROM materials_lot AS l WHERE l.id = m.lot_id OFFSET 0
) AS lot ON true
LEFT JOIN LATERAL (
    SELECT name FROM materials_supplier AS s WHERE s.id = lot.supplier_id OFFSET 0
) AS supplier ON true
LEFT JOIN LATERAL (
    SELECT e.journal_no AS number FROM materials_packageevent AS e WHERE e.package_id = m.id LIMIT 1
) AS told ON true
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
