"""Every refusal of the API becomes one RFC 9457 problem, here and nowhere else."""

from __future__ import annotations

import dataclasses
import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from ninja.errors import AuthenticationError, HttpError, ValidationError

from padstone.kernel.errors import Refusal
from padstone.platform.answers import json_bytes

if TYPE_CHECKING:
    from django.http import HttpRequest
    from ninja import NinjaAPI

MEDIA_TYPE = "application/problem+json"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a request was refused (RFC 9457). ``code`` is stable; ``detail`` is for people and may be reworded.

    ``field`` names the parameter that was wrong, where one was; ``way_out`` says what to do next; ``clause``
    cites the standard's rule that forbids it. Each is empty where there is nothing to say.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    field: str
    way_out: str
    clause: str
    params: dict[str, str] = dataclasses.field(default_factory=dict)


class TooLarge(Refusal):
    """More bytes than a door takes in one piece."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class LengthRequired(Refusal):
    """A body whose length nobody announced."""

    status = HTTPStatus.LENGTH_REQUIRED


class NotReadable(Refusal):
    """A media type or a content encoding that the door cannot read."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE


class NotLoggedIn(Refusal):
    """Nobody said who they are, or not truly."""

    status = HTTPStatus.UNAUTHORIZED


class TooManyTries(Refusal):
    """Wrong credentials, one after the other, from one address."""

    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, wait_s: int) -> None:
        super().__init__(
            "too_many_tries",
            "Too many wrong credentials came from this address: try again in {wait_s} seconds.",
            way_out="Correct the credential first. A right one is taken at any time.",
            wait_s=wait_s,
        )
        self.wait_s = wait_s


class MethodNotAllowed(Refusal):
    """The address exists, and does not take this method."""

    status = HTTPStatus.METHOD_NOT_ALLOWED


class Broken(Refusal):
    """A fault of Padstone's own."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR


def problem(refusal: Refusal) -> HttpResponse:
    """The answer that tells a program why it was refused."""
    answer = Problem(
        type=f"urn:padstone:problem:{refusal.code}",
        title=refusal.code.replace("_", " ").capitalize(),
        status=int(refusal.status),
        detail=refusal.reason,
        code=refusal.code,
        field=refusal.field,
        way_out=refusal.way_out,
        clause=refusal.clause,
        params=refusal.params,
    )
    response = HttpResponse(json_bytes(answer), status=refusal.status, content_type=MEDIA_TYPE)
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = 'Bearer realm="Padstone"'
    if isinstance(refusal, TooManyTries):
        response["Retry-After"] = str(refusal.wait_s)
    return response


def handle_problems(api: NinjaAPI) -> None:
    """Let every exception of the API end in a problem."""
    api.add_exception_handler(Refusal, _on_refusal)
    api.add_exception_handler(ValidationError, _on_invalid_parameters)
    api.add_exception_handler(AuthenticationError, _on_not_logged_in)
    api.add_exception_handler(HttpError, _on_http_error)
    api.add_exception_handler(Http404, _on_unknown_address)
    api.add_exception_handler(Exception, _on_fault)


def unknown_address(path: str) -> Refusal:
    refusal = Refusal(
        "address_unknown",
        "There is nothing at {path}.",
        way_out="/api/v1/openapi.json lists what there is.",
        path=path,
    )
    refusal.status = HTTPStatus.NOT_FOUND
    return refusal


def method_not_allowed(method: str, allowed: str) -> Refusal:
    return MethodNotAllowed(
        "method_not_allowed", "{method} is not taken here; {allowed} is.", method=method, allowed=allowed
    )


def _on_refusal(request: HttpRequest, refusal: Refusal | type[Refusal]) -> HttpResponse:
    assert isinstance(refusal, Refusal)  # noqa: S101 - ninja's type speaks of classes too; it always hands an instance
    return problem(refusal)


def _on_invalid_parameters(
    request: HttpRequest, error: ValidationError | type[ValidationError]
) -> HttpResponse:
    assert isinstance(error, ValidationError)  # noqa: S101 - as above
    first = error.errors[0]
    name = str(first["loc"][-1])
    refusal = Refusal(
        "parameter_invalid", "{name}: {why}.", field=name, name=name, why=str(first["msg"]).rstrip(".")
    )
    refusal.status = HTTPStatus.UNPROCESSABLE_ENTITY
    return problem(refusal)


def _on_not_logged_in(
    request: HttpRequest, error: AuthenticationError | type[AuthenticationError]
) -> HttpResponse:
    return problem(
        NotLoggedIn(
            "not_logged_in",
            "This address answers only to those who have logged in.",
            way_out="Send an API token (Authorization: Bearer pds_…), or log in at /login/ first.",
        )
    )


def _on_http_error(request: HttpRequest, error: HttpError | type[HttpError]) -> HttpResponse:
    assert isinstance(error, HttpError)  # noqa: S101 - as above
    refusal = Refusal("request_refused", "{why}", why=error.message)
    refusal.status = error.status_code
    return problem(refusal)


def _on_unknown_address(request: HttpRequest, error: Http404 | type[Http404]) -> HttpResponse:
    return problem(unknown_address(request.path))


def _on_fault(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    logger.error("%s %s failed", request.method, request.path, exc_info=error)  # type: ignore[arg-type]  # see _on_refusal
    return problem(
        Broken(
            "internal_error",
            "Padstone failed to answer. Nothing was changed, and the log says why.",
            way_out="Try again; if it fails again, give the log to whoever looks after this Padstone.",
        )
    )
