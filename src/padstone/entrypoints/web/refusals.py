"""A refusal becomes a page that says what was refused, why, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django_htmx.http import HttpResponseClientRedirect

from padstone.kernel.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseBase


class RefusalPages:
    """Middleware: a :class:`Refusal` that a query or command raised is answered in words, with its status.

    A fragment that asks again after its login has ended sends the whole page to the login, instead of drawing
    the login form inside a table; at a shared terminal, to the page where a badge is scanned.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        asks_for_fragment = request.headers.get("HX-Request") == "true"
        if (
            asks_for_fragment
            and not request.user.is_authenticated
            and isinstance(response, HttpResponseRedirect)
        ):
            if getattr(request, "terminal", None) is not None:
                return HttpResponseClientRedirect(response.url)
            page = request.headers.get("HX-Current-URL", "/")
            return HttpResponseClientRedirect(redirect_to_login(path_of(page)).url)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        return refusal_page(request, exception)


def refusal_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return render(request, "web/refusal.html", {"refusal": refusal}, status=refusal.status)


def path_of(address: str) -> str:
    """The part of an address after its host: a page never sends people to another server."""
    without_scheme = address.partition("://")[2] or address
    slash = without_scheme.find("/")
    return without_scheme[slash:] if slash >= 0 else "/"
