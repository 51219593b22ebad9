"""What people read of packages, asked for many at once.

Pinned: from the keys to the rows, one by one (see ``platform.pinned``).
"""

from __future__ import annotations

from padstone.platform.pinned import Pinned

NAMES_OF_PACKAGES = Pinned(
    name="names_of_packages",
    sqlite="""
SELECT m.id, m.identifier, part.number, lot.code, m.date_code, supplier.name, m.manufacturer,
       m.manufacturer_part_number
FROM json_each(%(packages)s) AS k
CROSS JOIN materials_materialpackage AS m ON m.id = k.value
CROSS JOIN parts_part AS part ON part.id = m.part_id
LEFT JOIN materials_lot AS lot ON lot.id = m.lot_id
LEFT JOIN materials_supplier AS supplier ON supplier.id = lot.supplier_id
""",
    postgresql="""
SELECT m.id, m.identifier, part.number, lot.code, m.date_code, supplier.name, m.manufacturer,
       m.manufacturer_part_number
FROM unnest(%(packages)s::bigint[]) AS k (package_id)
CROSS JOIN LATERAL (SELECT * FROM materials_materialpackage AS m WHERE m.id = k.package_id OFFSET 0) AS m
CROSS JOIN LATERAL (SELECT number FROM parts_part AS part WHERE part.id = m.part_id OFFSET 0) AS part
LEFT JOIN LATERAL (
    SELECT code, supplier_id FROM materials_lot AS l WHERE l.id = m.lot_id OFFSET 0
) AS lot ON true
LEFT JOIN LATERAL (
    SELECT name FROM materials_supplier AS s WHERE s.id = lot.supplier_id OFFSET 0
) AS supplier ON true
""",
)
"""package, identifier, part, lot, date code, supplier, manufacturer and its part number."""

CORRECTIONS_OF_PACKAGES = Pinned(
    name="corrections_of_packages",
    sqlite="""
SELECT e.package_id, lot.code, supplier.name, e.date_code
FROM json_each(%(packages)s) AS k
CROSS JOIN materials_packageevent AS e ON e.package_id = k.value
LEFT JOIN materials_lot AS lot ON lot.id = e.lot_id
LEFT JOIN materials_supplier AS supplier ON supplier.id = lot.supplier_id
WHERE e.kind = %(kind)s AND (e.lot_id IS NOT NULL OR e.date_code <> '') AND e.journal_no <= %(as_of)s
ORDER BY e.at, e.id
""",
    postgresql="""
SELECT e.package_id, lot.code, supplier.name, e.date_code
FROM unnest(%(packages)s::bigint[]) AS k (package_id)
CROSS JOIN LATERAL (
    SELECT * FROM materials_packageevent AS e WHERE e.package_id = k.package_id OFFSET 0
) AS e
LEFT JOIN LATERAL (
    SELECT code, supplier_id FROM materials_lot AS l WHERE l.id = e.lot_id OFFSET 0
) AS lot ON true
LEFT JOIN LATERAL (
    SELECT name FROM materials_supplier AS s WHERE s.id = lot.supplier_id OFFSET 0
) AS supplier ON true
WHERE e.kind = %(kind)s AND (e.lot_id IS NOT NULL OR e.date_code <> '') AND e.journal_no <= %(as_of)s
ORDER BY e.at, e.id
""",
)
"""package, lot, supplier, date code, in the order in which they were told to have happened."""
