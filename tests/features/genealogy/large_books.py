"""Books that are large enough for a planner to think about, written by the database itself."""

from __future__ import annotations

from django.db import connection

from padstone.features.materials.models import Supplier
from padstone.features.parts.models import Part
from padstone.features.sites.models import Station
from padstone.platform.journal.models import Head

PANELS = 1_500
UNITS_A_PANEL = 4
PARTS_A_UNIT = 20
LOCATIONS = 10
PASSES_A_SPAN = 60
TEMPLATES = 60
PASS_S = 30
BASE = 1_772_323_200_000_000
"""2026-03-01 in microseconds."""

_A_PASS = UNITS_A_PANEL * PARTS_A_UNIT
_SPANS = PANELS // PASSES_A_SPAN
_PACKAGES = 2 * LOCATIONS * _SPANS
_STATEMENTS = f"""
INSERT INTO materials_lot (id, part_id, supplier_id, code)
SELECT n + 1, 1, 1, 'L' || n FROM series WHERE n < {_PACKAGES // 10};

INSERT INTO materials_materialpackage
    (id, identifier, part_id, lot_id, date_code, manufacturer, manufacturer_part_number, quantity_unit,
     journal_no)
SELECT n + 1, 'R' || n, 1, n / 10 + 1, '26' || (n % 50), '', '', 'pcs', 1 FROM series WHERE n < {_PACKAGES};

INSERT INTO sites_feederlocation (id, station_id, identifier, name, feeder_lane)
SELECT n + 1, n / {LOCATIONS} + 1, 'F' || n, 'SLOT' || n, 0 FROM series WHERE n < {2 * LOCATIONS};

INSERT INTO production_panel (id, identifier) SELECT n + 1, 'PN' || n FROM series WHERE n < {PANELS};

INSERT INTO production_unit (id, identifier, panel_id, position, journal_no)
SELECT n + 1, 'SN' || n, n / {UNITS_A_PANEL} + 1, n % {UNITS_A_PANEL} + 1, n + 1
FROM series WHERE n < {PANELS * UNITS_A_PANEL};

INSERT INTO production_worktransaction
    (id, uuid, station_id, panel_id, positions, lane, recipe_name, recipe_revision, surface, started_at,
     journal_no, result)
SELECT n + 1, [uuid], n % 2 + 1, n / 2 + 1, '', 1, '', '', '', [base], n + 1, ''
FROM series WHERE n < {2 * PANELS};

INSERT INTO genealogy_placementtemplate (id, digest) SELECT n + 1, [digest] FROM series WHERE n < {TEMPLATES};

INSERT INTO genealogy_templateentry (template_id, "index", position, designator, location_id, head, nozzle)
SELECT n / {_A_PASS} + 1, n % {_A_PASS}, n % {UNITS_A_PANEL} + 1, 'R' || (n % {_A_PASS} / {UNITS_A_PANEL}),
       n / {_A_PASS} % 2 * {LOCATIONS} + n % {LOCATIONS} + 1, n % 2 + 1, n % 4 || ' N'
FROM series WHERE n < {TEMPLATES * _A_PASS};

INSERT INTO genealogy_pass
    (id, station_id, sequence, work_transaction_id, panel_id, template_id, base_at, last_at, reach, times,
     journal_no)
SELECT n + 1, n % 2 + 1, n / 2 + 1, n + 1, n / 2 + 1, n % 2 + 1 + n / 2 % 2 * 2, [base], [last], 5,
       [nothing], n + 1
FROM series WHERE n < {2 * PANELS};

INSERT INTO genealogy_materialspan (station_id, location_id, package_id, first_sequence, last_sequence)
SELECT n / {LOCATIONS * _SPANS} + 1, n / {_SPANS} + 1, n + 1, n % {_SPANS} * {PASSES_A_SPAN} + 1,
       (n % {_SPANS} + 1) * {PASSES_A_SPAN}
FROM series WHERE n < {_PACKAGES};

INSERT INTO genealogy_deviation
    (of_pass_id, kind, position, designator, package_id, location_id, head, nozzle, certainty, journal_no)
SELECT n * 2 + 1, 1 + n % 2, 1, 'R' || (n % 2), CASE n % 2 WHEN 0 THEN NULL ELSE n % {_PACKAGES} + 1 END,
       CASE n % 2 WHEN 0 THEN NULL ELSE 1 END, '', '', 0, n * 2 + 1
FROM series WHERE n < {PANELS};

INSERT INTO genealogy_replacement
    (unit_id, designator, at, removed, package_id, work_transaction_id, reason, certainty, journal_no)
SELECT n + 1, 'R2', [base], [false], n % {_PACKAGES} + 1, n % {2 * PANELS} + 1, '', 0, n + 1
FROM series WHERE n < {PANELS};

INSERT INTO materials_packageevent
    (package_id, kind, station_id, lot_id, date_code, reason, comments, "by", at, journal_no)
SELECT n % {_PACKAGES} + 1, 'modified', 1, 1, '2601', '', '', '', '2026-03-01 00:00:00', n + 1
FROM series WHERE n < {_PACKAGES};

DROP TABLE series
"""
_SQLITE = {
    "series": "WITH RECURSIVE s (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < 6000) "
    "SELECT n FROM s",
    "uuid": "CAST(n AS text)",
    "base": f"{BASE} + (n / 2) * {PASS_S}000000",
    "last": f"{BASE} + (n / 2) * {PASS_S}000000 + 25000000",
    "digest": "CAST(n AS blob)",
    "nothing": "x''",
    "false": "0",
}
_POSTGRESQL = {
    "series": "SELECT * FROM generate_series(0, 6000)",
    "uuid": "lpad(to_hex(n), 32, '0')::uuid",
    "base": f"timestamptz 'epoch' + ({_SQLITE['base']}) * interval '1 microsecond'",
    "last": f"timestamptz 'epoch' + ({_SQLITE['last']}) * interval '1 microsecond'",
    "digest": "n::text::bytea",
    "nothing": "''::bytea",
    "false": "false",
}


def write() -> None:
    """Two stations, each of which places the parts of one of its templates on every panel, from ten
    locations. The reels of a location change every sixty passes; every other pass misses a part, or has one
    from elsewhere. Most templates are of other years.
    """
    Head.objects.update_or_create(name="journal", defaults={"number": PANELS * UNITS_A_PANEL})
    Part.objects.bulk_create(Part(pk=number, number=f"P-{number}") for number in range(1, 201))
    Supplier.objects.bulk_create(Supplier(pk=number, name=f"Orbis {number}") for number in range(1, 201))
    for number in (1, 2):
        Station.objects.create(pk=number, name=f"S{number}", place_in_line=number)
    words = _SQLITE if connection.vendor == "sqlite" else _POSTGRESQL
    text = _STATEMENTS
    for word, meaning in words.items():
        text = text.replace(f"[{word}]", meaning)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE series (n bigint)")
        cursor.execute(f"INSERT INTO series {words['series']}")
        for statement in text.split(";"):
            cursor.execute(statement)
        cursor.execute("ANALYZE")
