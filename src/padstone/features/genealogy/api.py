from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from padstone.features.genealogy.package_history import PackageHistory, package_history
from padstone.features.genealogy.queries import Installation, installations_of_unit
from padstone.platform.accounts.identity import actor_of
from padstone.platform.http_answers import AsOf, json_answer
from padstone.platform.patience import within_patience

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


@router.get(
    "/packages/{path:identifier}/history",
    response=PackageHistory,
    summary="Where the parts of one package went: its feeds, its pieces, what was thrown away",
    tags=["packages"],
)
def get_package_history(
    request: HttpRequest,
    identifier: str,
    as_of: AsOf = None,
    after: Annotated[int, Query(ge=0, le=2**31, description="`next` of the page before")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
) -> HttpResponse:
    """`feeds` page by page, in the order of their first passes; the numbers are of the whole package."""
    with within_patience():
        actor = actor_of(request)
        return json_answer(package_history(actor, identifier, after=after, limit=limit, as_of=as_of))
