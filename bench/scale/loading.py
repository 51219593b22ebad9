"""A history into the product's own tables: a transaction for each block, COPY on PostgreSQL.

What is small goes through the models; what is not goes by columns, and must name every column there is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import starmap
from typing import TYPE_CHECKING, Any

import numpy as np
from books import Encoder, Known
from factory import PLACERS, Plan, lot_name, nozzle_words, package_name, slot_words, station_name
from history import BEGIN_MS, JOURNAL_OF_PANEL, Block, History

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from books import Columns, Rows

    Write = Callable[[Any, Columns], None]

_BEGIN = datetime.fromtimestamp(BEGIN_MS / 1_000, UTC)


@dataclass(frozen=True, slots=True)
class Loaded:
    history: History
    known: Known
    placements: int


def load(plan: Plan, *, with_times: bool, progress: Callable[[int], None] | None = None) -> Loaded:
    """Put a history on the books of Django's default database, whose tables are there; beside what they hold.

    ``progress`` is told the panels that are done.
    """
    from django.db import connection, transaction

    history = History(plan)
    known = _before(plan, history)
    encoder = Encoder(known, history.factory.designators, plan.prefix, with_times=with_times)
    write = _copied if connection.vendor == "postgresql" else _inserted
    placements = 0
    with _for_loading(connection):
        for block in history.blocks():
            with transaction.atomic():
                _add_material(write, plan, known, block)
                _write(write, encoder.rows(block))
            placements += sum(int(one.placed.sum()) for one in block.stations) + len(block.repairs.panels)
            if progress is not None:
                progress(block.first_panel + block.panels)
        with transaction.atomic():
            _write(write, encoder.open_spans())
            _close_the_books(known, plan)
    return Loaded(history, known, placements)


class _for_loading:  # noqa: N801 - a block, not a thing
    """Foreign keys are not asked about row by row on SQLite, and what is read once more is kept at hand."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        if self._connection.vendor == "sqlite":
            self._connection.disable_constraint_checking()
            with self._connection.cursor() as cursor:
                cursor.execute("PRAGMA cache_size=-200000")

    def __exit__(self, *exc: object) -> None:
        if self._connection.vendor == "sqlite":
            with self._connection.cursor() as cursor:
                cursor.execute("PRAGMA cache_size=-65536")
            self._connection.enable_constraint_checking()


# --- what is small: through the models ------------------------------


def _before(plan: Plan, history: History) -> Known:
    """Stations, locations, programs, and how far the books have got."""
    from django.db import transaction
    from django.db.models import Max

    from padstone.features.genealogy import models as genealogy
    from padstone.features.materials import models as materials
    from padstone.features.parts.models import Part
    from padstone.features.production import models as production
    from padstone.features.sites.models import FeederLocation, Station, StationKind
    from padstone.platform.journal.known import newest_journal_no

    tables = (
        genealogy.Pass,
        genealogy.MaterialSpan,
        genealogy.Deviation,
        genealogy.Replacement,
        materials.Lot,
        materials.MaterialPackage,
        production.WorkOrder,
        production.Panel,
        production.Unit,
        production.WorkTransaction,
        Part,
    )
    with transaction.atomic():
        before = {
            model.__name__: model._default_manager.aggregate(last=Max("pk"))["last"] or 0 for model in tables
        }
        before["journal"] = newest_journal_no()
        stations = [
            Station.objects.create(
                name=station_name(plan, station),
                kind=StationKind.REPAIR if station == PLACERS else StationKind.PLACER,
            ).pk
            for station in range(PLACERS + 1)
        ]
        locations = {}
        for station, slot in history.factory.locations:
            identifier, name = slot_words(slot)
            row = FeederLocation.objects.create(
                station_id=stations[station], identifier=identifier, name=name
            )
            locations[station, slot] = row.pk
        Part.objects.bulk_create(
            Part(pk=before["Part"] + number + 1, number=part)
            for number, part in enumerate(history.factory.parts)
        )
        templates = {
            (program.product, program.station): _template(history, program, locations)
            for programs in history.factory.programs
            for program in programs
        }
    return Known(tuple(stations), locations, templates, before)


def _template(history: History, program: Any, locations: dict[tuple[int, int], int]) -> int:
    from padstone.features.genealogy.domain.placement import Entry, Template
    from padstone.features.genealogy.models import PlacementTemplate, TemplateEntry

    names = [history.factory.designators[number] for number in program.designators.tolist()]
    of_slot = [locations[program.station, slot] for slot in program.slots.tolist()]
    words = list(map(nozzle_words, program.nozzles.tolist()))
    heads, nozzles = zip(*words, strict=True)
    positions = (program.boards + 1).tolist()
    template = Template(tuple(starmap(Entry, zip(positions, names, of_slot, heads, nozzles, strict=True))))
    row = PlacementTemplate.objects.create(digest=template.digest)
    TemplateEntry.objects.bulk_create(
        TemplateEntry(
            template=row,
            index=index,
            position=entry.position,
            designator=entry.designator,
            location_id=entry.location,
            head=entry.head,
            nozzle=entry.nozzle,
        )
        for index, entry in enumerate(template.entries)
    )
    return int(row.pk)


def _add_material(write: Write, plan: Plan, known: Known, block: Block) -> None:
    from padstone.features.materials.models import Lot, MaterialPackage
    from padstone.features.production.models import WorkOrder

    WorkOrder.objects.create(
        pk=known.last("WorkOrder") + block.number + 1,
        number=f"{plan.prefix}WO{block.number:06}",
        opened_at=_BEGIN,
    )
    part_of = known.last("Part") + 1
    lots = range(block.first_lot, block.first_lot + len(block.lots))
    if lots:
        said: Columns = {
            "id": [known.last("Lot") + number + 1 for number in lots],
            "part_id": [part_of + part for part in block.lots],
            "code": [lot_name(plan, number) for number in lots],
        }
        write(Lot, _else_as_new(Lot, said))
    reels = range(block.first_reel, block.first_reel + len(block.reels))
    if reels:
        said = {
            "id": [known.last("MaterialPackage") + number + 1 for number in reels],
            "identifier": [package_name(plan, number) for number in reels],
            "part_id": [part_of + reel.part for reel in block.reels],
            "lot_id": [known.last("Lot") + reel.lot + 1 for reel in block.reels],
            "initial_quantity": [reel.quantity for reel in block.reels],
        }
        write(MaterialPackage, _else_as_new(MaterialPackage, said))


def _else_as_new(model: Any, columns: Columns) -> Columns:
    """With the columns that nothing is said of, as a new row has them."""
    from django.db import connection

    new, count = model(), len(columns["id"])
    others = [field for field in model._meta.concrete_fields if field.attname not in columns]
    values = {field: field.get_db_prep_save(getattr(new, field.attname), connection) for field in others}
    return columns | {field.attname: [value] * count for field, value in values.items()}


def _close_the_books(known: Known, plan: Plan) -> None:
    from django.apps import apps
    from django.core.management.color import no_style
    from django.db import connection

    from padstone.platform.journal.models import Head

    number = known.last("journal") + JOURNAL_OF_PANEL * plan.panels
    Head.objects.update_or_create(name="journal", defaults={"number": number})
    models = [model for model in apps.get_models() if model.__module__.startswith("padstone.features")]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


# --- what is not: by columns ------------------------------


def _write(write: Write, rows: Rows) -> None:
    from padstone.features.genealogy import models as genealogy
    from padstone.features.production import models as production

    for table, columns in rows.items():
        model = getattr(production, table, None) or getattr(genealogy, table)
        if {field.attname for field in model._meta.concrete_fields} != columns.keys():
            wanted = sorted({field.attname for field in model._meta.concrete_fields} ^ columns.keys())
            raise AssertionError(f"{table}: {', '.join(wanted)}")
        if columns["id"]:
            write(model, columns)


def _inserted(model: Any, columns: Columns) -> None:
    from django.db import connection

    places = ", ".join("?" * len(columns))
    connection.connection.executemany(
        f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) VALUES ({places})",
        zip(*columns.values(), strict=True),
    )


def _copied(model: Any, columns: Columns) -> None:
    from django.db import connection

    fields = {field.attname: field for field in model._meta.concrete_fields}
    texts = [_as_text(fields[name].db_type(connection) or "", values) for name, values in columns.items()]
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {model._meta.db_table} ({', '.join(columns)}) FROM STDIN") as copy,
    ):
        copy.write("\n".join(map("\t".join, zip(*texts, strict=True))) + "\n")


def _as_text(kind: str, values: Sequence[Any]) -> Iterable[str]:
    """A column as COPY takes it. No text here holds a tab, a line's end or a backslash."""
    if None in values:
        told = iter(_as_text(kind, [value for value in values if value is not None]))
        return ["\\N" if value is None else next(told) for value in values]
    if kind.startswith("timestamp"):
        instants = np.asarray(values, dtype="datetime64[us]")
        return [f"{text}Z" for text in np.datetime_as_string(instants).tolist()]
    if kind in {"bytea", "uuid"}:
        mark = "\\\\x" if kind == "bytea" else ""
        return [mark + value.hex() for value in values]
    if kind == "boolean":
        return ["t" if value else "f" for value in values]
    return map(str, values)
