"""The API put together: its routers, who may call it, and its description."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, re_path
from ninja import NinjaAPI, Router
from ninja.operation import Operation
from pydantic import TypeAdapter

import padstone
from padstone.entrypoints.api import cfx, desk, endpoints, inbox, requests
from padstone.entrypoints.api.identity import SessionAuth, TokenAuth
from padstone.entrypoints.api.problem import (
    MEDIA_TYPE,
    Problem,
    handle_problems,
    method_not_allowed,
    problem,
    unknown_address,
)
from padstone.features.certificate import api as certificate
from padstone.features.clocks import api as clocks
from padstone.features.design import api as design
from padstone.features.equipment import api as equipment
from padstone.features.genealogy import api as genealogy
from padstone.features.kitting import api as kitting
from padstone.features.materials import api as materials
from padstone.features.parts import api as parts
from padstone.features.production import api as production
from padstone.features.recall import api as recall
from padstone.features.receiving import api as receiving
from padstone.features.stock import api as stock
from padstone.platform.answers import json_bytes

PREFIX = "/api/v1/"
EVERY_METHOD = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

DESCRIPTION = """\
What is in a board, and which boards share its fate.

Instants are ISO 8601 in UTC with `Z`; quantities are decimal strings. `as_of` is the number of a message in
the order in which messages came onto the books: the same question as of the same number gives the same bytes
for ever. Every refusal is an RFC 9457 problem with a stable `code`.\
"""


class PadstoneApi(NinjaAPI):
    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__


rest = Router()


@rest.get("/openapi.json", include_in_schema=False)
def openapi(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_described(), content_type="application/json")


@rest.api_operation(EVERY_METHOD, "/{path:address}", include_in_schema=False)
def nothing_here(request: HttpRequest, address: str) -> HttpResponse:
    return problem(unknown_address(request.path))


def _assembled() -> PadstoneApi:
    api = PadstoneApi(
        title="Padstone",
        version=padstone.__version__,
        description=DESCRIPTION,
        openapi_url=None,
        docs_url=None,
        urls_namespace="api",
        auth=[TokenAuth(), SessionAuth()],
    )
    handle_problems(api)
    # A router with longer addresses comes first: an identifier may hold slashes, and takes all that is left.
    for router in (
        genealogy.router,
        certificate.router,
        recall.router,
        stock.router,
        receiving.router,
        kitting.router,
        materials.router,
        clocks.router,
        design.router,
        parts.router,
        equipment.router,
        production.router,
        inbox.router,
        desk.router,
        endpoints.router,
        requests.router,
        cfx.router,
        rest,
    ):
        api.add_router("", router)
    return api


def description() -> dict[str, Any]:
    """The OpenAPI 3.1 document. Every operation may also answer with a problem."""
    document: dict[str, Any] = dict(API.get_openapi_schema(path_prefix=PREFIX))
    problem_schema = TypeAdapter(Problem).json_schema(mode="serialization")
    document["components"]["schemas"] = dict(
        sorted((document["components"]["schemas"] | {"Problem": problem_schema}).items())
    )
    for schema in document["components"]["schemas"].values():
        if "description" in schema:  # a docstring: its line breaks and quotation marks are Python's
            schema["description"] = " ".join(schema["description"].split()).replace("``", "`")
    answer = {
        "description": "Refused: the problem says why",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for operations in document["paths"].values():
        for operation in operations.values():
            operation["responses"]["default"] = answer
    return document


@cache
def _described() -> bytes:
    return json_bytes(description())


def _open(pattern: URLPattern) -> URLPattern:
    """Past the pages' login (the API has its own, which never redirects), and with problems for every
    refusal.
    """
    view: Callable[..., HttpResponseBase] = pattern.callback

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if response.status_code == 405:
            refused = problem(method_not_allowed(request.method or "", response["Allow"]))
            refused["Allow"] = response["Allow"]
            return refused
        return response

    answered.login_required = False  # type: ignore[attr-defined]  # how Django's LoginRequiredMiddleware is told
    pattern.callback = answered
    return pattern


def _every_address(pattern: URLPattern) -> URLPattern:
    """Django's path ends at a line break, and asks for at least one letter. What no other pattern takes shall
    be answered in a program's words all the same.
    """
    return re_path(r"^(?P<address>[\s\S]*)$", pattern.callback)


API = _assembled()
_patterns, _app_name, _namespace = API.urls
_opened = [
    _open(pattern) for pattern in _patterns if isinstance(pattern, URLPattern) and pattern.name != "api-root"
]
urls = (
    [*_opened, *(_every_address(one) for one in _opened if str(one.pattern) == "<path:address>")],
    _app_name,
    _namespace,
)
"""For ``path("api/v1/", urls)``."""
