"""What stands before every page: the first administrator is made first, and a second factor that is owed is
set up first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from padstone.platform.accounts.models import User
from padstone.platform.accounts.queries import has_administrator
from padstone.platform.accounts.second_factor import owes_second_factor
from padstone.platform.terminals.identity import person_at_terminal

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseBase

FIRST_RUN = "welcome"
SECOND_FACTOR = "mfa_index"
WHILE_OWING = frozenset(
    {
        SECOND_FACTOR,
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "account_reauthenticate",
        "account_change_password",
        "account_logout",
    }
)
"""What somebody who owes a second factor may open: the way to set one up, and the way out."""


class Gates:
    """Middleware, before the login is asked for. The API has no pages to lead to: there, who owes a second
    factor has no permissions.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or "api" in match.namespaces:
            return None
        user = request.user
        if not isinstance(user, User):
            return None if match.url_name == FIRST_RUN or has_administrator() else _to(request, FIRST_RUN)
        if match.url_name in WHILE_OWING or person_at_terminal(request) is not None:
            return None
        return _to(request, SECOND_FACTOR) if owes_second_factor(request, user) else None


def _to(request: HttpRequest, page: str) -> HttpResponse:
    """The whole page goes there, not the fragment that asked."""
    address = reverse(page)
    if request.headers.get("HX-Request") == "true":
        return HttpResponseClientRedirect(address)
    return HttpResponseRedirect(address)
