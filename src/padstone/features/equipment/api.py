from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from padstone.features.equipment.queries import StationHistory, history_of_station
from padstone.platform.accounts.identity import actor_of
from padstone.platform.http_answers import json_answer

router = Router(tags=["factory"])


@router.get(
    "/stations/{path:name}/equipment",
    response=StationHistory,
    summary="What befell one station: states, faults, tools, maintenance, counts",
)
def get_equipment(
    request: HttpRequest, name: str, limit: Annotated[int, Query(ge=1, le=1000)] = 50
) -> HttpResponse:
    """The newest first, at most so many of each. Times are by the machine's clock."""
    return json_answer(history_of_station(actor_of(request), name, limit))
