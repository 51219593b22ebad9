"""The API does what its description says, whoever asks whatever: requests made up from that document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from hypothesis import HealthCheck
from schemathesis import Case
from schemathesis.core.result import Ok

from padstone.entrypoints.api.door import description
from tests.access.people import Factory, factory

pytestmark = pytest.mark.django_db

EXAMPLES = 4 if hypothesis.settings.get_current_profile_name() == "gate" else 200
ASKERS = (
    "administrator",
    "auditor",
    "operator",
    "client, foreign",
    "token view_factory",
    "machine",
    "anonymous",
)


@pytest.fixture
def there(db: None) -> Factory:
    return factory()


def operations() -> Iterator[Any]:
    schema = schemathesis.openapi.from_dict(json.loads(json.dumps(description())))
    schema.app = get_wsgi_application()
    schema.location = "/api/v1/openapi.json"
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        yield found.ok()


@pytest.mark.parametrize("asker", ASKERS)
def test_every_answer_is_one_that_the_description_allows(asker: str, there: Factory) -> None:
    visitor = there.visitors[asker]
    foreign = [there.unit.identifier, there.package, there.order]
    for operation in operations():

        @hypothesis.given(case=operation.as_strategy())
        @hypothesis.settings(
            max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None
        )
        def ask(case: Case[Any]) -> None:
            browser = visitor.client()
            headers = dict(visitor.headers)
            if visitor.user is not None:
                headers["Cookie"] = f"sessionid={browser.cookies['sessionid'].value}"
            point = transaction.savepoint()
            try:
                response = case.call(headers=headers)
                case.validate_response(response)
                if asker == "client, foreign":
                    assert not [name for name in foreign if name in response.text and name not in str(case)]
            finally:
                transaction.savepoint_rollback(point)

        ask()
