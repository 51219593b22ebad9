from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router

from padstone.features.materials.queries import PackageCard, package_card
from padstone.platform.accounts.identity import actor_of
from padstone.platform.http_answers import json_answer

router = Router(tags=["packages"])


@router.get("/packages/{path:identifier}", response=PackageCard, summary="One reel, tray, stick or bag")
def get_package(request: HttpRequest, identifier: str) -> HttpResponse:
    return json_answer(package_card(actor_of(request), identifier))
