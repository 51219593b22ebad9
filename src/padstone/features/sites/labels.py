"""What people read of feeder locations and stations, asked for many at once (see ``platform.pinned``)."""

from __future__ import annotations

from padstone.platform.pinned import Pinned

LOCATIONS_BY_ID = Pinned(
    name="locations_by_id",
    sqlite="""
SELECT l.id, l.identifier, l.name, l.feeder_lane
FROM json_each(%(locations)s) AS k
CROSS JOIN sites_feederlocation AS l ON l.id = k.value
""",
    postgresql="""
SELECT l.id, l.identifier, l.name, l.feeder_lane
FROM unnest(%(locations)s::bigint[]) AS k (location_id)
CROSS JOIN LATERAL (SELECT * FROM sites_feederlocation AS l WHERE l.id = k.location_id OFFSET 0) AS l
""",
)
"""location, identifier, name, lane of the feeder."""

STATIONS_BY_ID = Pinned(
    name="stations_by_id",
    sqlite="""
SELECT s.id, s.name
FROM json_each(%(stations)s) AS k
CROSS JOIN sites_station AS s ON s.id = k.value
""",
    postgresql="""
SELECT s.id, s.name
FROM unnest(%(stations)s::bigint[]) AS k (station_id)
CROSS JOIN LATERAL (SELECT id, name FROM sites_station AS s WHERE s.id = k.station_id OFFSET 0) AS s
""",
)
"""station, name."""
