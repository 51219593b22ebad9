"""Objects made of a statement's rows are those that a query answers."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Model

from padstone.features.production.models import Panel, Unit, WorkTransaction
from padstone.features.sites.models import Station
from padstone.ingest.models import Batch, Message
from padstone.platform.fetching import columns_of, fetched, rows_with

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 4, 12, 0, 0, 250, tzinfo=UTC)


def written() -> list[Model]:
    panel = Panel.objects.create(identifier="P1")
    batch = Batch.objects.create(
        door="http", received_at=AT, size_bytes=3, compressed=b"abc", digest=b"d", seal=b"s"
    )
    return [
        panel,
        Unit.objects.create(identifier="P1:1", panel=panel, position=1, journal_no=7),
        WorkTransaction.objects.create(
            uuid=UUID(int=5),
            station=Station.objects.create(name="S"),
            panel=panel,
            positions=[1, 2, 4],
            started_at=AT,
            journal_no=7,
        ),
        Message.objects.create(
            batch=batch, first_byte=0, size_bytes=3, message_id="1", body_digest=b"x", happened_at=AT
        ),
    ]


def test_they_have_the_same_values_and_can_be_changed() -> None:
    for one in written():
        model = type(one)
        table = model._meta.db_table
        rows = rows_with(f"SELECT {columns_of(model, 't')} FROM {table} AS t WHERE", "t.id", [one.pk, 10**6])
        (found,) = fetched(model, rows)
        asked = model._default_manager.get(pk=one.pk)
        names = [field.attname for field in model._meta.concrete_fields]
        assert {name: getattr(found, name) for name in names} == {
            name: getattr(asked, name) for name in names
        }
        assert {name: type(getattr(found, name)) for name in names} == {
            name: type(getattr(asked, name)) for name in names
        }
        assert found == asked
        if model is not Message:  # its evidence is append-only
            found.save(force_update=True)
    assert Unit.objects.get().panel.identifier == "P1"


def test_what_comes_after_the_columns_is_left_alone() -> None:
    panel = Panel.objects.create(identifier="P1")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns_of(Panel, 'p')}, 5 FROM production_panel AS p")
        (found,) = fetched(Panel, cursor.fetchall())
    assert (found.pk, found.identifier) == (panel.pk, "P1")
