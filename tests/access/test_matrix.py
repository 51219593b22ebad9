"""Who is answered what, at every address: a golden file, so that a new address without a decision fails; and
whoever is denied a write has left nothing behind.

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
from django.db import connection, transaction
from django.urls import URLPattern, URLResolver, get_resolver

from tests.access.people import Factory, Visitor, factory

GOLDEN = Path(__file__).with_name("matrix.json")
DENIED = {401, 403, 404}
WAYS_IN = ("/login/", "/account/again/", "/terminal/", "/welcome/")
"""Who is led there was denied, too."""
NOTED = {"accounts_cache", "audit_auditline", "credentials_wrongtries", "django_session", "journal_head"}
"""Tables that may note a refusal: the record, the counters of tries, the session with a page's message."""
CHANGES = re.compile(r'\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+"(\w+)"', re.IGNORECASE)

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
        "name": there.line if route.startswith("lines/") or "/lines/" in route else there.handle,
        "handle": there.handle,
        "address": "nowhere",
    }
    if route.startswith("panels/"):
        samples["identifier"] = there.unit.panel.identifier

    def sample(found: re.Match[str]) -> str:
        converter, _, name = found[1].rpartition(":")
        if name in samples:
            return samples[name]
        return "1" if converter == "int" else "sample"

    route = re.sub(r"\(\?P(<\w+>)[^)]*\)", r"\1", route)
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
    browser, touched = visitor.client(), set[str]()

    def watch(execute: Any, sql: str, *rest: Any) -> Any:
        if found := CHANGES.match(sql):
            touched.add(found[1])
        return execute(sql, *rest)

    point = transaction.savepoint()
    try:
        with connection.execute_wrapper(watch):
            response = browser.generic(method, path)
        after = {table: _rows(table) for table in touched - NOTED}
    finally:
        transaction.savepoint_rollback(point)
    assert response.status_code < 500, f"{method} {path}: {response.status_code}"
    denied = response.status_code in DENIED or response.headers.get("Location", "").startswith(WAYS_IN)
    if method == "POST" and denied:
        left = {table for table, rows in after.items() if _rows(table) != rows}
        assert left == set(), f"{method} {path} was denied and left something behind"
    return int(response.status_code)


def _rows(table: str) -> list[dict[str, Any]]:
    """The rows of a table, but for when a credential was used last: that is noted whatever it opens."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [{name: row[name] for name in names if not name.startswith("last_used_")} for row in rows]
