"""The first run: whoever has the set-up code makes the first administrator. No account is there before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from padstone.kernel.errors import Invalid, Refusal
from padstone.platform.accounts.attempts import note_attempt, note_failure
from padstone.platform.accounts.commands import SET_UP, create_first_administrator
from padstone.platform.accounts.queries import has_administrator

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

ATTEMPTS_AT = "set-up code"
"""Under this name wrong codes are counted; no account can have it."""


@login_not_required
@never_cache
@sensitive_post_parameters("code", "password", "again")
def welcome(request: HttpRequest) -> HttpResponse:
    """Ask for the code, a name and a password. Once there is an administrator, this page is not here."""
    if has_administrator():
        raise Http404
    refusal = None
    if request.method == "POST":
        try:
            _create(request)
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, gettext("The first administrator is made. Log in."))
            return HttpResponseRedirect(reverse("account_login"))
    context = {"refusal": refusal, "name": request.POST.get("name", "admin")}
    return render(request, "web/welcome.html", context, status=refusal.status if refusal else 200)


def _create(request: HttpRequest) -> None:
    password = request.POST.get("password", "")
    if password != request.POST.get("again", ""):
        raise Invalid("passwords_differ", "The two passwords are not the same.", field="again")
    note_attempt(request, ATTEMPTS_AT)
    try:
        create_first_administrator(
            SET_UP,
            code=request.POST.get("code", ""),
            name=request.POST.get("name", ""),
            password=password,
        )
    except Refusal:
        note_failure(request, ATTEMPTS_AT)
        raise
