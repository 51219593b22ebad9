"""Two sets of books, row by row: those that are, and those that the messages make.

Ids differ between the two (a database may skip some). A row that another one points at is therefore known by
what is unique about it: a panel by its identifier, a pass by its station and sequence. All the rest must be
the same, in SQLite to the last stored byte.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING, Any, NamedTuple

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import ForeignKey, UniqueConstraint

from padstone.platform.audit.models import AuditLine
from padstone.platform.audit.record import canonical_json, storable
from padstone.platform.scratch import BOOKS

if TYPE_CHECKING:
    from django.db.models import Field, Model, QuerySet

    from padstone.platform.audit.verify import Progress

FACTS = "facts"
AT_ONCE = 250
"""Journal numbers that are compared in one go."""
_KEYS_AT_ONCE = 500
_KEYS_KEPT = 100_000
_SHOWN = 60

_Id = int
_Key = tuple[Any, ...]
_Passed = dict[tuple[str, "type[Model]"], _Id]
"""By set of books and table, the last id that was read."""


class Difference(Exception):
    """The first row that is not as the messages tell it."""

    def __init__(self, table: str, row: object, what: str) -> None:
        super().__init__(table, row, what)
        self.table = table
        self.row = str(row)
        self.what = what


class _Row(NamedTuple):
    id: _Id
    journal_no: int
    values: dict[str, Any]


def compare_books(last: int, progress: Progress) -> None:
    """Compare what cites the messages up to number ``last``, and what they wrote without being cited. Raises
    Difference.
    """
    citing = _in_order_of_reference(model for model in models_of_features() if cites_messages(model))
    newest: dict[type[Model], _Id] = {}
    passed: _Passed = {}
    for first in range(1, last + 1, AT_ONCE):
        _compare_numbers(citing, min(first + AT_ONCE - 1, last), passed, newest)
        progress(FACTS, last + first, 2 * last)
    for model in citing:
        _refuse_strays(model, last)
    _compare_received_by_hand()
    _compare_panels()
    _compare_templates()
    _compare_spans()
    progress(FACTS, 2 * last, 2 * last)


# --- what cites messages ------------------------------


def _in_order_of_reference(models: Iterable[type[Model]]) -> list[type[Model]]:
    """A table after those that it points at."""
    waiting = list(models)
    ordered: list[type[Model]] = []
    while waiting:
        ready = [
            model
            for model in waiting
            if not any(
                field.related_model in waiting and field.related_model is not model
                for field in _foreign_keys(model)
            )
        ]
        ordered += ready or waiting
        waiting = [model for model in waiting if model not in ready] if ready else []
    return ordered


def _compare_numbers(
    models: Sequence[type[Model]], last: int, passed: _Passed, newest: dict[type[Model], _Id]
) -> None:
    """``passed`` and ``newest`` remember how far each table was read, and its last id by journal number: ids
    grow with journal numbers, since whoever writes facts holds the journal, and of two things at the same
    instant the one with the larger id came later. So no table needs an index of journal numbers.
    """
    books, made = _Side(BOOKS), _Side(DEFAULT_DB_ALIAS)
    for model in models:
        rows, true = (side.next_rows(model, last, passed) for side in (books, made))
        on_books, told = _by_number(rows), _by_number(true)
        for number in sorted(on_books.keys() | told.keys()):
            _compare_number(model, number, on_books[number], told[number])
        for row in rows:
            if row.id <= newest.get(model, 0):
                what = f"it is not in its place: by its journal number it comes after {newest[model]}"
                raise Difference(model._meta.db_table, row.id, what)
            newest[model] = row.id


def _by_number(rows: Iterable[_Row]) -> defaultdict[int, list[_Row]]:
    by_number: defaultdict[int, list[_Row]] = defaultdict(list)
    for row in rows:
        by_number[row.journal_no].append(row)
    return by_number


def _compare_number(model: type[Model], number: int, on_books: list[_Row], told: list[_Row]) -> None:
    table = model._meta.db_table
    for row, true in zip(on_books, told, strict=False):
        _compare_row(table, row.id, row.values, true.values)
    if len(on_books) > len(told):
        raise Difference(
            table, on_books[len(told)].id, f"the message with journal number {number} tells no such row"
        )
    if len(on_books) < len(told):
        raise Difference(
            table,
            f"of journal number {number}",
            f"its message tells {len(told)} rows, and {len(on_books)} are there",
        )


def _compare_row(
    table: str,
    row_id: _Id,
    values: Mapping[str, Any],
    true: Mapping[str, Any],
    teller: str = "its message tells",
) -> None:
    for name, value in values.items():
        if value != true[name]:
            what = f"{name} is {_shown(value)}, and {teller} {_shown(true[name])}"
            raise Difference(table, row_id, what)


def _shown(value: object) -> str:
    """A value for people: SQLite's are pairs of a kind and bytes."""
    match value:
        case (str(kind), bytes() as raw) if kind != "blob":
            text = repr(raw.decode(errors="replace"))
        case (str(), bytes() as raw):
            text = raw.hex() or "empty"
        case ("null", None):
            text = "nothing"
        case bytes():
            text = value.hex() or "empty"
        case _:
            text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _refuse_strays(model: type[Model], last: int) -> None:
    """A row that cites a number which no message has."""
    rows = table_of(model, BOOKS)
    stray = rows.filter(journal_no__gt=last).order_by("pk").first() or rows.filter(journal_no__lt=1).first()
    if stray is not None:
        raise Difference(model._meta.db_table, stray.pk, "it cites a journal number that no message has")


# --- what does not, and is written by messages or by hand ------------------------------


def _compare_received_by_hand() -> None:
    """A package that no message tells of was received by somebody, and is what the record says it was."""
    package = apps.get_model("materials", "MaterialPackage")
    rows = table_of(package, BOOKS).filter(journal_no=None).select_related("part", "lot__supplier")
    last = 0
    while some := list(rows.filter(pk__gt=last).order_by("pk")[:_KEYS_AT_ONCE]):
        last = some[-1].pk
        subjects = {row.pk: storable(f"package:{row.identifier}") for row in some}
        lines = AuditLine.objects.using(BOOKS).filter(
            verb="receive_package", subject__in=list(subjects.values())
        )
        said = dict(lines.values_list("subject", "details"))
        for row in some:
            _compare_with_line(row, said.get(subjects[row.pk]))


def _compare_with_line(row: Any, said: str | None) -> None:
    table = row._meta.db_table
    if said is None:
        raise Difference(table, row.pk, "no message tells it, and no audit line says that it came by hand")
    line = json.loads(said)
    held = {
        "part": row.part.number,
        "lot": row.lot.code if row.lot else "",
        "supplier": row.lot.supplier.name if row.lot and row.lot.supplier else "",
        "quantity": row.initial_quantity,
    }
    if row.lot is None:  # the books keep a supplier with its lot alone
        held["supplier"] = line["supplier"]
    true = {name: line[name] for name in held}
    _compare_row(table, row.pk, json.loads(canonical_json(held)), true, teller="its audit line says")


def _compare_panels() -> None:
    panel = apps.get_model("production", "Panel")
    _compare_by_key(panel, "identifier")


def _compare_by_key(model: type[Model], key: str) -> None:
    """Rows that are told apart by one column of their own."""
    books, made = _Side(BOOKS), _Side(DEFAULT_DB_ALIAS)
    last = 0
    while keys := dict(
        table_of(model, BOOKS).filter(pk__gt=last).order_by("pk").values_list("pk", key)[:_KEYS_AT_ONCE]
    ):
        last = max(keys)
        there = {
            _plain(value): pk
            for pk, value in table_of(model)
            .filter(**{f"{key}__in": list(keys.values())})
            .values_list("pk", key)
        }
        rows = {row.id: row.values for row in books.rows(model, pk__in=list(keys))}
        true = {row.id: row.values for row in made.rows(model, pk__in=list(there.values()))}
        for pk, value in keys.items():
            if _plain(value) not in there:
                raise Difference(model._meta.db_table, pk, "no message tells it")
            _compare_row(model._meta.db_table, pk, rows[pk], true[there[_plain(value)]])
    if table_of(model, BOOKS).count() < table_of(model).count():
        raise Difference(model._meta.db_table, "", "a row is missing that a message tells")


def _compare_templates() -> None:
    template = apps.get_model("genealogy", "PlacementTemplate")
    entry = apps.get_model("genealogy", "TemplateEntry")
    _compare_by_key(template, "digest")
    books, made = _Side(BOOKS), _Side(DEFAULT_DB_ALIAS)
    for pk, digest in table_of(template, BOOKS).order_by("pk").values_list("pk", "digest").iterator():
        same = table_of(template).get(digest=digest).pk
        on_books, told = (side.rows(entry, template=owner) for side, owner in ((books, pk), (made, same)))
        for row, true in zip(on_books, told, strict=False):
            _compare_row(entry._meta.db_table, row.id, row.values, true.values)
        if len(on_books) != len(told):
            what = f"{len(on_books)} entries are there, and the messages tell {len(told)}"
            raise Difference(entry._meta.db_table, f"of template {pk}", what)
    if table_of(entry, BOOKS).count() != table_of(entry).count():
        raise Difference(entry._meta.db_table, "", "there are entries of no template")


def _compare_spans() -> None:
    """Spans by their location and first sequence; locations have the same ids on both sides."""
    span = apps.get_model("genealogy", "MaterialSpan")
    stations = table_of(span, BOOKS).order_by("station_id").values_list("station_id", flat=True)
    books, made = _Side(BOOKS), _Side(DEFAULT_DB_ALIAS)
    for station in stations.distinct():
        on_books, told = (sorted(side.rows(span, station=station), key=_span_order) for side in (books, made))
        for row, true in zip(on_books, told, strict=False):
            _compare_row(span._meta.db_table, row.id, row.values, true.values)
        if len(on_books) != len(told):
            what = f"{len(on_books)} spans are there, and the messages tell {len(told)}"
            raise Difference(span._meta.db_table, f"of station {station}", what)
    if table_of(span, BOOKS).count() != table_of(span).count():
        raise Difference(span._meta.db_table, "", "there are other spans than the messages tell")


def _span_order(row: _Row) -> str:
    return str((row.values["location_id"], row.values["first_sequence"]))


# --- reading one side ------------------------------


class _Side:
    """One of the two sets of books. Remembers the keys of what it read."""

    def __init__(self, alias: str) -> None:
        self.alias = alias
        self._keys: dict[tuple[type[Model], _Id], _Key] = {}

    def next_rows(self, model: type[Model], last: int, passed: _Passed) -> list[_Row]:
        """The rows after those that were read, up to the first that cites a number beyond ``last``."""
        after = upto = passed.get((self.alias, model), 0)
        citing = table_of(model, self.alias).filter(journal_no__isnull=False).order_by("pk")
        more = True
        while more:
            some = list(citing.filter(pk__gt=upto).values_list("pk", "journal_no")[:_KEYS_AT_ONCE])
            within = [pk for pk, number in takewhile(lambda row: row[1] <= last, some)]
            upto = within[-1] if within else upto
            more = len(within) == _KEYS_AT_ONCE
        passed[self.alias, model] = upto
        return self.rows(model, journal_no__isnull=False, pk__gt=after, pk__lte=upto) if upto > after else []

    def rows(self, model: type[Model], **wanted: object) -> list[_Row]:
        """The rows that are so, in the order of their journal numbers and ids."""
        order = ("journal_no", "pk") if cites_messages(model) else ("pk",)
        pointing = _foreign_keys(model)
        heads = list(
            table_of(model, self.alias)
            .filter(**wanted)
            .order_by(*order)
            .values_list("pk", order[0], *(field.attname for field in pointing))
        )
        own = self._own_values(model, [head[0] for head in heads])
        for place, field in enumerate(pointing, start=2):
            self._learn(field.related_model, {head[place] for head in heads} - {None})
        found = [
            _Row(head[0], head[1], {**own[head[0]], **self._pointed_at(pointing, head[2:])}) for head in heads
        ]
        if cites_messages(model) and not _unique(model):
            self._learn_places(model, found)
        return found

    def _pointed_at(
        self, pointing: Sequence[ForeignKey[Any, Any]], ids: Sequence[_Id | None]
    ) -> dict[str, Any]:
        return {
            field.attname: None
            if pk is None
            else self._keys.get((field.related_model, pk), ("no such row", pk))
            for field, pk in zip(pointing, ids, strict=True)
        }

    def _own_values(self, model: type[Model], ids: Sequence[_Id]) -> dict[_Id, dict[str, Any]]:
        """What rows say themselves, not what they point at: as it is stored where both sides are SQLite."""
        fields = [
            field
            for field in model._meta.concrete_fields
            if not field.primary_key and not isinstance(field, ForeignKey)
        ]
        found: dict[_Id, dict[str, Any]] = {}
        for first in range(0, len(ids), _KEYS_AT_ONCE):
            some = ids[first : first + _KEYS_AT_ONCE]
            if connections[BOOKS].vendor == "sqlite":
                found |= self._stored_values(model, [str(field.column) for field in fields], some)
            else:
                rows = table_of(model, self.alias).filter(pk__in=some)
                names = [field.attname for field in fields]
                for pk, *values in rows.values_list("pk", *names):
                    found[pk] = dict(zip(names, map(_plain, values), strict=True))
        return found

    def _stored_values(
        self, model: type[Model], columns: Sequence[str], ids: Sequence[_Id]
    ) -> dict[_Id, dict[str, Any]]:
        values = ", ".join(["id", *(f'typeof("{name}"), CAST("{name}" AS BLOB)' for name in columns)])
        marks = ", ".join(["%s"] * len(ids))
        with connections[self.alias].cursor() as cursor:
            cursor.execute(
                f"SELECT {values} FROM {model._meta.db_table} WHERE id IN ({marks})",  # noqa: S608 - our own names
                list(ids),
            )
            return {
                row[0]: {name: row[1 + 2 * place : 3 + 2 * place] for place, name in enumerate(columns)}
                for row in cursor.fetchall()
            }

    def _learn(self, model: Any, ids: Iterable[_Id]) -> None:
        """Know these rows by what is unique about them; by their ids where nothing is."""
        if len(self._keys) > _KEYS_KEPT:
            self._keys.clear()
        missing = sorted(pk for pk in ids if (model, pk) not in self._keys)
        fields = _unique(model)
        if not fields:
            return
        for first in range(0, len(missing), _KEYS_AT_ONCE):
            rows = table_of(model, self.alias).filter(pk__in=missing[first : first + _KEYS_AT_ONCE])
            keys = {pk: key for pk, *key in rows.values_list("pk", *(field.attname for field in fields))}
            for place, field in enumerate(fields):
                if isinstance(field, ForeignKey):
                    self._learn(field.related_model, {key[place] for key in keys.values()} - {None})
            for pk, key in keys.items():
                self._keys[model, pk] = tuple(
                    self._keys.get((field.related_model, value), value)
                    if isinstance(field, ForeignKey)
                    else _plain(value)
                    for field, value in zip(fields, key, strict=True)
                )

    def _learn_places(self, model: type[Model], found: Iterable[_Row]) -> None:
        """Rows with nothing unique about them are known by their message, and their place among its rows."""
        places: defaultdict[int, int] = defaultdict(int)
        for row in found:
            places[row.journal_no] += 1
            self._keys[model, row.id] = (row.journal_no, places[row.journal_no])


def models_of_features() -> list[type[Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("padstone.features.")]


def table_of(model: Any, alias: str = DEFAULT_DB_ALIAS) -> QuerySet[Any]:
    """All rows of a table, in one of the two sets of books."""
    rows: QuerySet[Any] = model._base_manager.using(alias)  # noqa: SLF001 - public by Django's documentation
    return rows


def cites_messages(model: type[Model]) -> bool:
    return any(field.name == "journal_no" for field in model._meta.fields)


def _foreign_keys(model: type[Model]) -> list[ForeignKey[Any, Any]]:
    return [field for field in model._meta.concrete_fields if isinstance(field, ForeignKey)]


def _unique(model: Any) -> tuple[Field[Any, Any], ...]:
    """The columns that tell a table's rows apart for everybody; none where only the id does."""
    for field in model._meta.concrete_fields:
        if field.unique and not field.primary_key:
            return (field,)
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and constraint.fields and constraint.condition is None:
            return tuple(model._meta.get_field(name) for name in constraint.fields)
    return ()


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value
