"""The API's description: a promise to programs, so it changes on purpose only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openapi_spec_validator
import pytest
from django.test import Client

from padstone.entrypoints.api.door import description
from padstone.platform.answers import json_bytes

GOLDEN = Path(__file__).parent / "openapi.json"


@pytest.fixture
def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json_bytes(description()))
    return found


def test_it_is_what_was_promised(document: dict[str, Any]) -> None:
    """If it changed on purpose: ``padstone openapi | python -m json.tool >
    tests/entrypoints/openapi.json``.
    """
    assert document == json.loads(GOLDEN.read_text())


def test_it_is_openapi(document: dict[str, Any]) -> None:
    openapi_spec_validator.validate(document)
    assert document["openapi"].startswith("3.1")


def test_every_operation_has_a_summary_a_login_and_may_be_refused(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert operation["summary"], path
            machines = {"MachineAuth"} if path == "/api/v1/cfx" else set()
            logins = {name for login in operation["security"] for name in login}
            assert logins == {"TokenAuth", "SessionAuth"} | machines
            refusal = operation["responses"]["default"]["content"]["application/problem+json"]["schema"]
            assert refusal == {"$ref": "#/components/schemas/Problem"}


@pytest.mark.django_db
def test_the_api_answers_with_it(api: Client) -> None:
    assert api.get("/api/v1/openapi.json").content == json_bytes(description())
