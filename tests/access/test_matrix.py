"""Who is answered what, at every address: a golden file, so that a new address without a decision fails.

``PADSTONE_WRITE_GOLDEN=1 pytest tests/access`` writes it anew; the change is then reviewed as code is.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.urls import URLPattern, URLResolver, get_resolver

from tests.access.people import Factory, Visitor, factory

GOLDEN = Path(__file__).with_name("matrix.json")
DENIED = {302, 401, 403, 404}
NOTED = {"audit", "sessions", "credentials", "journal", "accounts", "terminals"}
"""Apps that may note a refusal."""

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        os.environ.get("PADSTONE_TESTS_ON") == "postgresql",
        reason="the matrix is of addresses, which are the same on both databases",
    ),
]


def routes(resolver: URLResolver | None = None, before: str = "") -> Iterator[str]:
    """Every address that Django would answer, as its pattern."""
    for entry in (resolver or get_resolver()).url_patterns:
        here = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield here
        else:
            yield from routes(entry, here)


def address(route: str, there: Factory) -> str:
    """The route with the names of things that exist. An unknown parameter must get a sample here."""
    samples = {
        "identifier": there.package if "package" in route else there.unit.identifier,
        "number": there.order,
        "message_id": str(there.message.pk),
        "name": there.handle,
        "address": "nowhere",
    }
    if route.startswith("panels/"):
        samples["identifier"] = there.unit.panel.identifier

    def sample(found: re.Match[str]) -> str:
        converter, _, name = found[1].rpartition(":")
        if name in samples:
            return samples[name]
        return "1" if converter == "int" else "sample"

    return "/" + re.sub(r"<([^>]+)>", sample, route).replace("^", "").replace("$", "").replace("\\Z", "")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_who_is_answered_what(method: str) -> None:
    there = factory()
    found = {
        f"{method} /{route}": {
            name: _status(visitor, method, address(route, there)) for name, visitor in there.visitors.items()
        }
        for route in sorted(set(routes()))
    }
    golden: dict[str, Any] = json.loads(GOLDEN.read_text())
    if os.environ.get("PADSTONE_WRITE_GOLDEN"):
        kept = {route: told for route, told in golden.items() if not route.startswith(f"{method} ")}
        golden = kept | found
        GOLDEN.write_text(json.dumps(golden, indent=1, sort_keys=True) + "\n")
    assert found.keys() == {route for route in golden if route.startswith(f"{method} ")}
    assert {route: found[route] for route in found if found[route] != golden[route]} == {}


def _status(visitor: Visitor, method: str, path: str) -> int:
    """What the visitor is answered; all that it did is undone. A denied write must not have done anything."""
    browser = visitor.client()
    before = _rows() if method == "POST" else ()
    point = transaction.savepoint()
    try:
        status = browser.generic(method, path).status_code
        assert status < 500, f"{method} {path}: {status}"
        if method == "POST" and status in DENIED - {302}:
            assert _rows() == before, f"{method} {path} was denied and left something behind"
    finally:
        transaction.savepoint_rollback(point)
    return int(status)


def _rows() -> tuple[int, ...]:
    """How many rows each table has, but for those that may note a refusal; in one statement, for speed."""
    tables = [
        model._meta.db_table
        for model in apps.get_models()
        if model._meta.app_label not in NOTED and model._meta.managed
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in tables))
        counted: tuple[int, ...] = cursor.fetchone()
    return counted
