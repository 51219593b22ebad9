"""Where units are, asked for many at once.

Pinned: from the keys to the rows, one by one. A list of some hundred panels is for PostgreSQL a reason to
read the whole table of units.
"""

from __future__ import annotations

from padstone.platform.pinned import Pinned

UNITS_OF_PANELS = Pinned(
    name="units_of_panels",
    sqlite="""
SELECT u.panel_id, u.position, u.id
FROM json_each(%(panels)s) AS k
CROSS JOIN production_unit AS u ON u.panel_id = k.value
""",
    postgresql="""
SELECT u.panel_id, u.position, u.id
FROM unnest(%(panels)s::bigint[]) AS k (panel_id)
CROSS JOIN LATERAL (SELECT * FROM production_unit AS u WHERE u.panel_id = k.panel_id OFFSET 0) AS u
""",
)
"""panel, position, unit."""

UNITS_OF_RUNS = Pinned(
    name="units_of_runs",
    sqlite="""
SELECT json_extract(k.value, '$[2]'), (
    SELECT group_concat(u.id) FROM production_unit AS u
    WHERE u.panel_id BETWEEN json_extract(k.value, '$[0]') AND json_extract(k.value, '$[1]')
        AND u.position IN (SELECT value FROM json_each(%(positions)s))
)
FROM json_each(%(runs)s) AS k
""",
    postgresql="""
SELECT k.number, u.ids
FROM unnest(%(runs_0)s::bigint[], %(runs_1)s::bigint[], %(runs_2)s::bigint[])
    AS k (first_panel, last_panel, number)
CROSS JOIN LATERAL (
    SELECT string_agg(u.id::text, ',') AS ids FROM production_unit AS u
    WHERE u.panel_id BETWEEN k.first_panel AND k.last_panel
        AND u.position = ANY (%(positions)s::bigint[])
) AS u
""",
)
"""the run's number, the ids of its units at these positions: one text, with commas between them; NULL where
there are none. A run is the first and the last of panels whose ids follow each other, and a number.
"""

PLACES_OF_UNITS = Pinned(
    name="places_of_units",
    sqlite="""
SELECT u.id, u.panel_id, u.position, alone.id
FROM json_each(%(units)s) AS k
CROSS JOIN production_unit AS u ON u.id = k.value
LEFT JOIN production_panel AS alone ON alone.identifier = u.identifier AND alone.id <> u.panel_id
""",
    postgresql="""
SELECT u.id, u.panel_id, u.position, alone.id
FROM unnest(%(units)s::bigint[]) AS k (unit_id)
CROSS JOIN LATERAL (SELECT * FROM production_unit AS u WHERE u.id = k.unit_id OFFSET 0) AS u
LEFT JOIN LATERAL (
    SELECT p.id FROM production_panel AS p WHERE p.identifier = u.identifier AND p.id <> u.panel_id OFFSET 0
) AS alone ON true
""",
)
"""unit, panel, position, and the panel that it was by itself before anybody knew that one."""

NAMES_OF_UNITS = Pinned(
    name="names_of_units",
    sqlite="""
SELECT u.id, u.identifier, p.id, p.identifier, u.position, p.work_order_id
FROM json_each(%(units)s) AS k
CROSS JOIN production_unit AS u ON u.id = k.value
CROSS JOIN production_panel AS p ON p.id = u.panel_id
""",
    postgresql="""
SELECT u.id, u.identifier, p.id, p.identifier, u.position, p.work_order_id
FROM unnest(%(units)s::bigint[]) AS k (unit_id)
CROSS JOIN LATERAL (SELECT * FROM production_unit AS u WHERE u.id = k.unit_id OFFSET 0) AS u
CROSS JOIN LATERAL (SELECT * FROM production_panel AS p WHERE p.id = u.panel_id OFFSET 0) AS p
""",
)
"""unit, its identifier, panel, its identifier, position, work order of the panel."""

LANES_OF_WORK = Pinned(
    name="lanes_of_work",
    sqlite="""
SELECT w.id, w.lane
FROM json_each(%(work)s) AS k
CROSS JOIN production_worktransaction AS w ON w.id = k.value
""",
    postgresql="""
SELECT w.id, w.lane
FROM unnest(%(work)s::bigint[]) AS k (id)
CROSS JOIN LATERAL (SELECT * FROM production_worktransaction AS w WHERE w.id = k.id OFFSET 0) AS w
""",
)
"""work transaction, lane."""

PANELS_WITH_ORDER = Pinned(
    name="panels_with_order",
    sqlite="""
SELECT p.id
FROM json_each(%(panels)s) AS k
CROSS JOIN production_panel AS p ON p.id = k.value
WHERE EXISTS (
    SELECT 1 FROM production_worktransaction AS w INDEXED BY transaction_panel
    WHERE w.panel_id = p.id AND w.work_order_id = p.work_order_id AND w.journal_no <= %(as_of)s
)
""",
    postgresql="""
SELECT p.id
FROM unnest(%(panels)s::bigint[]) AS k (panel_id)
CROSS JOIN LATERAL (SELECT * FROM production_panel AS p WHERE p.id = k.panel_id OFFSET 0) AS p
CROSS JOIN LATERAL (
    SELECT 1 FROM production_worktransaction AS w
    WHERE w.panel_id = p.id AND +w.work_order_id = p.work_order_id AND w.journal_no <= %(as_of)s
    LIMIT 1
) AS told
""",
)
"""The panels of whose work order a message about work on them had told by then. An order has many panels: to
go by the order is the long way.
"""

ORDER_OF_PANEL = Pinned(
    name="order_of_panel",
    sqlite="""
SELECT o.number, o.revision_id, product.number, r.label, EXISTS (
    SELECT 1 FROM production_worktransaction AS w INDEXED BY transaction_panel
    WHERE w.panel_id = p.id AND w.work_order_id = p.work_order_id AND w.journal_no <= %(as_of)s
)
FROM production_panel AS p
CROSS JOIN production_workorder AS o ON o.id = p.work_order_id
LEFT JOIN parts_revision AS r ON r.id = o.revision_id
LEFT JOIN parts_product AS product ON product.id = r.product_id
WHERE p.id = %(panel)s
""",
    postgresql="""
SELECT o.number, o.revision_id, product.number, r.label, EXISTS (
    SELECT 1 FROM production_worktransaction AS w
    WHERE w.panel_id = p.id AND +w.work_order_id = p.work_order_id AND w.journal_no <= %(as_of)s
)
FROM production_panel AS p
JOIN production_workorder AS o ON o.id = p.work_order_id
LEFT JOIN parts_revision AS r ON r.id = o.revision_id
LEFT JOIN parts_product AS product ON product.id = r.product_id
WHERE p.id = %(panel)s
""",
)
"""number, revision, product, label of the revision, and as PANELS_WITH_ORDER whether it had been told."""

LATEST_WORK = Pinned(
    name="latest_work",
    sqlite="""
SELECT w.id
FROM json_each(%(stations)s) AS k
CROSS JOIN production_worktransaction AS w ON w.id IN (
    SELECT n.id FROM production_worktransaction AS n INDEXED BY transaction_station_started
    WHERE n.station_id = k.value
    ORDER BY n.started_at DESC, n.id DESC LIMIT %(most)s
)
ORDER BY w.started_at DESC, w.id DESC LIMIT %(most)s
""",
    postgresql="""
SELECT w.id
FROM unnest(%(stations)s::bigint[]) AS k (station_id)
CROSS JOIN LATERAL (
    SELECT n.id, n.started_at FROM production_worktransaction AS n
    WHERE n.station_id = k.station_id
    ORDER BY n.started_at DESC, n.id DESC LIMIT %(most)s
) AS w
ORDER BY w.started_at DESC, w.id DESC LIMIT %(most)s
""",
)
"""The work that began last at any of the stations, the newest first: of each station its own newest, by its
index, however long the history.
"""
