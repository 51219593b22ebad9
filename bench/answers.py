"""Recall and certificate from spans, beside a table with one row for every placement in the same database.

The table is what spans replace: it is filled from the same facts, indexed by unit and by package, and asked
for the same columns by the same driver.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from inside.database import UNITS, on_each_database, seconds

TIMES = 30
SCENARIO = "heart-monitor-recall"
TABLE = """
CREATE TABLE placement_row (
    unit_id integer, designator varchar(100), package_id integer, station_id integer,
    location varchar(200), head varchar(60), nozzle varchar(60), at timestamp
)
"""
FILL = "INSERT INTO placement_row VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
ASK = """
SELECT unit.identifier, panel.identifier, unit.position, row.designator, package.identifier, part.number,
       lot.code, package.date_code, supplier.name, station.name, row.location, row.head, row.nozzle, row.at
FROM placement_row AS row
JOIN production_unit AS unit ON unit.id = row.unit_id
JOIN production_panel AS panel ON panel.id = unit.panel_id
JOIN materials_materialpackage AS package ON package.id = row.package_id
JOIN parts_part AS part ON part.id = package.part_id
JOIN sites_station AS station ON station.id = row.station_id
LEFT JOIN materials_lot AS lot ON lot.id = package.lot_id
LEFT JOIN materials_supplier AS supplier ON supplier.id = lot.supplier_id
"""
SPANS = (
    "genealogy_placementtemplate",
    "genealogy_templateentry",
    "genealogy_pass",
    "genealogy_materialspan",
    "genealogy_deviation",
    "genealogy_greyzone",
)


def compare() -> None:
    from padstone.features.certificate.queries import certificate
    from padstone.features.genealogy.queries import installations_of_unit
    from padstone.features.recall.queries import Suspect, recall
    from padstone.ingest.delivery import Delivery
    from padstone.ingest.inbox import accept
    from padstone.ingest.interpret import Interpreter
    from padstone.kernel import clock
    from padstone.kernel.actor import EVERYTHING, Actor, ActorKind
    from padstone.simulator import world

    scenario = SCENARIO if UNITS >= 60 else "heart-monitor"
    run = world.run(world.Settings(units=UNITS, scenario=scenario))
    accept([Delivery("file", "bench", body, "", None, clock.now()) for _, body in run.messages])
    Interpreter().all()
    reader = Actor(ActorKind.PERSON, "bench", EVERYTHING)
    rows = fill(reader, list(run.ledger.units))
    lot = run.ledger.header.suspect_lot or run.ledger.installations[0].lot
    unit = list(run.ledger.units)[UNITS // 2]
    print(f"    {rows:,} placements")
    beside(
        "what is in one unit",
        lambda: installations_of_unit(reader, unit),
        lambda: asked(f"{ASK} WHERE unit.identifier = %s", [unit]),
    )
    beside(
        "which units hold one lot",
        lambda: recall(reader, Suspect(lot=lot)),
        lambda: asked(f"{ASK} WHERE lot.code = %s", [lot]),
    )
    print(f"    whole certificate             {milliseconds(lambda: certificate(reader, unit)):>9.2f} ms")
    print_sizes()


def fill(reader: Any, units: Sequence[str]) -> int:
    """The baseline's rows, from the product's own answers. Answers how many."""
    from django.db import connection

    from padstone.features.genealogy.queries import installations_of_unit
    from padstone.features.materials.lookups import packages
    from padstone.features.production.lookups import units as known_units
    from padstone.features.sites.lookups import station_named

    rows = []
    package_ids: dict[str, int] = {}
    station_ids: dict[str, int] = {}
    for unit in units:
        unit_id = known_units([unit])[unit].pk
        for one in installations_of_unit(reader, unit):
            if one.package not in package_ids:
                package_ids[one.package] = packages([one.package])[one.package].pk
            if one.station not in station_ids:
                station_ids[one.station] = found.pk if (found := station_named(one.station)) else 0
            where = (package_ids[one.package], station_ids[one.station], one.location, one.head, one.nozzle)
            rows.append((unit_id, one.designator, *where, str(one.installed_at)))
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
        cursor.executemany(FILL, rows)
        cursor.execute("CREATE INDEX placement_row_unit ON placement_row (unit_id)")
        cursor.execute("CREATE INDEX placement_row_package ON placement_row (package_id)")
        cursor.execute("ANALYZE")
    return len(rows)


def asked(statement: str, parameters: Sequence[str]) -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def beside(what: str, spans: Callable[[], object], rows: Callable[[], object]) -> None:
    ours, theirs = milliseconds(spans), milliseconds(rows)
    print(f"    {what:<26}spans {ours:>9.2f} ms    rows {theirs:>9.2f} ms    ratio {ours / theirs:>6.1f}")


def milliseconds(ask: Callable[[], object]) -> float:
    """The median of some askings."""
    ask()
    return sorted(seconds(ask) for _ in range(TIMES))[TIMES // 2] * 1000


def print_sizes() -> None:
    """What both take on disk, indexes included."""
    rows, spans = size(["placement_row"]), size(SPANS)
    if rows:  # an SQLite that was built without dbstat does not tell
        sizes = f"spans {spans / 1024:>7,.0f} KiB   rows {rows / 1024:>7,.0f} KiB"
        print(f"    on disk                   {sizes}    ratio {spans / rows:>6.2f}")


def size(tables: Sequence[str]) -> int:
    from django.db import DatabaseError, connection

    if connection.vendor == "postgresql":
        return sum(asked("SELECT pg_total_relation_size(%s)", [table])[0][0] for table in tables)
    try:
        return sum(
            asked(
                "SELECT COALESCE(SUM(pgsize), 0) FROM dbstat WHERE name IN "
                "(SELECT name FROM sqlite_master WHERE tbl_name = %s)",
                [table],
            )[0][0]
            for table in tables
        )
    except DatabaseError:
        return 0


if __name__ == "__main__":
    on_each_database(__file__, compare)
