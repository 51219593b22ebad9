from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router

from padstone.features.genealogy.queries import Installation, installations_of_unit
from padstone.platform.accounts.identity import actor_of
from padstone.platform.http_answers import AsOf, json_answer

router = Router(tags=["units"])


@router.get(
    "/units/{path:identifier}/installations",
    response=list[Installation],
    summary="Every part of one unit and where it came from",
)
def list_installations(request: HttpRequest, identifier: str, as_of: AsOf = None) -> HttpResponse:
    """Sorted by designator, time and package; parts that were taken off again are among them, with
    `removed_at`.
    """
    return json_answer(installations_of_unit(actor_of(request), identifier, as_of=as_of))
