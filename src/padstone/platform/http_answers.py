"""Answers over HTTP: JSON and CSV, the same bytes as everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from django.http import HttpResponse
from ninja import Query

from padstone.platform.answers import json_bytes

if TYPE_CHECKING:
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


def wants_csv(request: HttpRequest, output: str | None) -> bool:
    """What the address says, else what the Accept header prefers."""
    if output:
        return output == "csv"
    return request.get_preferred_type(["application/json", "text/csv"]) == "text/csv"
