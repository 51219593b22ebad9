from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from padstone.features.design.commands import confirm_intake, upload
from padstone.features.design.domain.phases import PHASES
from padstone.features.design.domain.vocabulary import Meaning
from padstone.features.design.queries import EDIT, intake_card
from padstone.kernel.errors import Conflict, Invalid
from padstone.platform.accounts.identity import actor_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def new_import(request: HttpRequest) -> HttpResponse:
    """Which file, and of what: then how its columns would be read."""
    actor = actor_of(request)
    actor.must(EDIT)
    refusal = None
    if request.method == "POST":
        try:
            number = upload(
                actor,
                file_name=_file_name(request),
                content=_content(request),
                product=request.POST.get("product", ""),
                revision=request.POST.get("revision", ""),
                client=request.POST.get("client", ""),
                product_name=request.POST.get("name", ""),
                phase=request.POST.get("phase", "prototype"),
            )
            return HttpResponseRedirect(reverse("intake", args=[number]))
        except (Invalid, Conflict) as refused:
            refusal = refused
    context = {
        "refusal": refusal,
        "given": request.POST or request.GET,
        "phases": PHASES,
    }
    return render(request, "design/new_import.html", context, status=refusal.status if refusal else 200)


def intake(request: HttpRequest, number: int) -> HttpResponse:
    """How a file would be read, column by column, with the evidence; then the draft that it made."""
    actor = actor_of(request)
    actor.must(EDIT)
    refusal = None
    if request.method == "POST":
        try:
            told = confirm_intake(actor, number=number, meanings=_meanings(request))
        except (Invalid, Conflict) as refused:
            refusal = refused
        else:
            messages.success(
                request,
                gettext("Taken in: %(lines)s lines, %(matched)s of them with a part of the books.")
                % {"lines": told.lines, "matched": told.matched},
            )
            asked = sum(doubt.severity != "note" for doubt in told.doubts)
            if asked:
                messages.warning(
                    request,
                    ngettext("%(n)s doubt waits for you.", "%(n)s doubts wait for you.", asked)
                    % {"n": asked},
                )
            return HttpResponseRedirect(reverse("revision", args=[told.revision_id]))
    card = intake_card(actor, number)
    context = {
        "intake": card,
        "meanings": [one.value for one in Meaning if one.value],
        "refusal": refusal,
    }
    return render(request, "design/intake.html", context, status=refusal.status if refusal else 200)


def _file_name(request: HttpRequest) -> str:
    file = request.FILES.get("file")
    return str(file.name) if file is not None else ""


def _content(request: HttpRequest) -> bytes:
    file = request.FILES.get("file")
    if file is None:
        raise Invalid("file_missing", "Choose a file.", field="file")
    return bytes(file.read())


def _meanings(request: HttpRequest) -> dict[int, str]:
    """What the form says of each column: ``meaning-3`` is that of the fourth."""
    return {
        int(key.removeprefix("meaning-")): str(said)
        for key, said in request.POST.items()
        if key.startswith("meaning-") and key.removeprefix("meaning-").isdecimal() and len(key) < 14
    }
