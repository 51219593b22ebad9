from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from padstone.features.design.abilities import abilities as all_abilities
from padstone.features.design.commands import Ability, state_ability
from padstone.features.design.domain.numbers import read_number
from padstone.kernel.errors import Invalid, NotFound
from padstone.platform.accounts.identity import actor_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def abilities(request: HttpRequest) -> HttpResponse:
    """What each line can place and solder: boards are checked against it before their release."""
    actor = actor_of(request)
    refusal = None
    if request.method == "POST":
        line = request.POST.get("line", "")
        try:
            state_ability(actor, line=line, ability=_ability(request))
        except (Invalid, NotFound) as refused:
            refusal = refused
        else:
            messages.success(request, gettext("%(line)s: stated.") % {"line": line})
            return HttpResponseRedirect(reverse("abilities"))
    context = {
        "lines": all_abilities(actor),
        "may_state": actor.may("assign_station"),
        "refusal": refusal,
    }
    return render(request, "design/abilities.html", context, status=refusal.status if refusal else 200)


def _ability(request: HttpRequest) -> Ability:
    return Ability(
        least_gap=_number(request, "least_gap"),
        smallest_length=_number(request, "smallest_length"),
        smallest_width=_number(request, "smallest_width"),
        tallest=_number(request, "tallest"),
        board_length=_number(request, "board_length"),
        board_width=_number(request, "board_width"),
        fiducials=int(_number(request, "fiducials")),
        sides=int(_number(request, "sides")),
    )


def _number(request: HttpRequest, name: str) -> Decimal:
    value = read_number(request.POST.get(name, ""))
    if value is None:
        raise Invalid("number_missing", "Write a number.", field=name)
    return value
