"""Answers over HTTP: JSON and CSV, the same bytes as everywhere."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Annotated

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from ninja import Query

from padstone.kernel.errors import Invalid
from padstone.platform.answers import json_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.http import HttpRequest

AsOf = Annotated[
    int | None,
    Query(
        ge=0, description="Answer from the messages up to this journal number alone; all of them if not given"
    ),
]


def json_answer(answer: object, status: int = 200) -> HttpResponse:
    return HttpResponse(json_bytes(answer), status=status, content_type="application/json")


def csv_answer(text: str, filename: str) -> HttpResponse:
    """A CSV to keep. ``filename`` must be plain ASCII."""
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def streamed_answer(
    pieces: Iterable[str | bytes], content_type: str, filename: str = "", *, is_short: bool = False
) -> HttpResponseBase:
    """An answer of any length, in pieces as they are made: where the asker goes away, nothing more is asked
    of the database. A short one is sent in one piece. ``filename``, plain ASCII: it is to keep.
    """
    response: HttpResponseBase
    if is_short:
        whole = b"".join(one.encode() if isinstance(one, str) else one for one in pieces)
        response = HttpResponse(whole, content_type=content_type)
    else:
        response = StreamingHttpResponse(pieces, content_type=content_type)
    if filename:
        response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def wants_csv(request: HttpRequest, output: str | None) -> bool:
    """What the address says, else what the Accept header prefers."""
    if output:
        return output == "csv"
    return request.get_preferred_type(["application/json", "text/csv"]) == "text/csv"


def in_utc(instant: datetime | None, name: str) -> datetime | None:
    """The instant that the parameter ``name`` gave. Raises Invalid for one that UTC has no date for: at the
    ends of the calendar an offset leads out of it.
    """
    try:
        return instant.astimezone(UTC) if instant else None
    except OverflowError as error:
        raise Invalid(
            "instant_beyond_the_calendar", "{name}: in UTC that is no date any more.", field=name, name=name
        ) from error
