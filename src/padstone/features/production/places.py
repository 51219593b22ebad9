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
