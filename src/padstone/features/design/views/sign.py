"""The page on which a draft, or a change order, is signed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext

from padstone.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from padstone.platform.accounts.commands import note_account_event
from padstone.platform.accounts.identity import actor_of
from padstone.platform.accounts.reauthentication import in_series, note_signing, reauthenticate
from padstone.platform.signatures.domain import MEANINGS

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from padstone.kernel.errors import Refusal
    from padstone.platform.accounts.reauthentication import Reauthenticated


@dataclass(frozen=True, slots=True)
class Signed:
    """What is signed as it stands, and some ``facts`` of it. ``back``: where it is seen."""

    what: str
    back: str
    sha256: str
    facts: tuple[tuple[str, object], ...]


def signing_page(
    request: HttpRequest,
    subject: str,
    sign: Callable[[Reauthenticated], object],
    shown: Callable[[], Signed],
) -> HttpResponse:
    """The form; then back to what was signed, or the form again with the refusal."""
    refusal = None
    if request.method == "POST":
        refusal = signed_by(request, subject, sign)
        if refusal is None:
            messages.success(request, gettext("Signed."))
            return HttpResponseRedirect(shown().back)
    of = shown()
    context = {
        "what": of.what,
        "back": of.back,
        "sha256": of.sha256,
        "facts": of.facts,
        "meanings": MEANINGS,
        "following": in_series(request),
        "refusal": refusal,
        "given": request.POST,
    }
    return render(request, "design/sign.html", context, status=refusal.status if refusal else 200)


def signed_by(
    request: HttpRequest, subject: str, sign: Callable[[Reauthenticated], object]
) -> Refusal | None:
    """Recognise the signer anew and have it signed; the refusal where that is not to be."""
    try:
        try:
            proof = reauthenticate(
                request, name=request.POST.get("name", ""), password=request.POST.get("password", "")
            )
        except Forbidden:
            note_account_event(actor_of(request), verb="sign_refused", subject=subject)
            raise
        sign(proof)
    except (Forbidden, Invalid, Conflict, NotFound) as refused:
        return refused
    note_signing(request)
    return None
