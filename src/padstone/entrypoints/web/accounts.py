"""People and their accounts: the pages of administrators, and everybody's own."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import urlsplit

from allauth.account.decorators import reauthentication_required
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from padstone.entrypoints.web.policy import POLICY
from padstone.kernel.errors import Refusal
from padstone.platform.accounts import commands, queries
from padstone.platform.accounts.identity import actor_of
from padstone.platform.accounts.models import User
from padstone.platform.accounts.passwords import new_password
from padstone.platform.accounts.roles import ROLES

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from padstone.kernel.actor import Actor


V = TypeVar("V", bound="Callable[..., HttpResponse]")


def once_more(view: V) -> V:
    """Before a sensitive act: whoever has not shown for five minutes who sits there is asked to do so, and
    then the act goes on.
    """
    return cast("V", reauthentication_required(view))


def leads_to_company(view: V) -> V:
    """A page whose form may lead to the company's own login, on another server: browsers are told so."""

    @wraps(view)
    def told(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if settings.COMPANY_LOGIN:
            server = urlsplit(settings.COMPANY_LOGIN["settings"]["server_url"])
            response["Content-Security-Policy"] = POLICY.replace(
                "form-action 'self'", f"form-action 'self' {server.scheme}://{server.netloc}"
            )
        return response

    return cast("V", told)


@login_not_required
def closed(request: HttpRequest) -> HttpResponse:
    """An address that allauth knows and Padstone does not have: nobody signs up, and no mail is sent."""
    raise Http404


# --- everybody's own ----------------------------------------


def account(request: HttpRequest) -> HttpResponse:
    """Whatever one can do about the own account, and what one may do with it."""
    name = request.user.get_username()
    context = {"permitted": queries.may_do(actor_of(request), name), "company_login": settings.COMPANY_LOGIN}
    return render(request, "web/account.html", context)


@require_POST
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """End one of the own sessions, on another device for example."""
    own = UserSession.objects.filter(pk=session_id, user_id=request.user.pk).first()
    if own is None:
        raise Http404
    own.end()
    messages.success(request, gettext("That session has ended."))
    return HttpResponseRedirect(reverse("usersessions_list"))


# --- administrators' ----------------------------------------


def people(request: HttpRequest) -> HttpResponse:
    """Everybody who has an account, and the form that makes another."""
    return _people_page(request)


@require_POST
@never_cache
@once_more
def make_person(request: HttpRequest) -> HttpResponse:
    """Make an account with a password that is shown once."""
    password, given = new_password(), request.POST
    try:
        commands.create_person(
            actor_of(request),
            name=given.get("name", ""),
            password=password,
            roles=given.getlist("roles"),
            client=given.get("client", ""),
            full_name=given.get("full_name", ""),
            company_login=given.get("company_login", ""),
        )
    except Refusal as refusal:
        return _people_page(request, refusal)
    return _password_page(request, given["name"].strip(), password)


def person(request: HttpRequest, name: str) -> HttpResponse:
    """One account: its roles, what it may do and why, and what an administrator can do about it."""
    return _person_page(request, name)


@require_POST
@once_more
def person_roles(request: HttpRequest, name: str) -> HttpResponse:
    actor, given = actor_of(request), request.POST
    try:
        commands.set_roles(actor, name=name, roles=given.getlist("roles"), client=given.get("client", ""))
    except Refusal as refusal:
        return _person_page(request, name, refusal)
    return _done(request, name, gettext("The roles are as you said."))


@require_POST
@once_more
def person_company_login(request: HttpRequest, name: str) -> HttpResponse:
    try:
        commands.set_company_login(
            actor_of(request), name=name, company_login=request.POST.get("company_login", "")
        )
    except Refusal as refusal:
        return _person_page(request, name, refusal)
    return _done(request, name, gettext("The company's login is noted."))


@require_POST
@once_more
def person_active(request: HttpRequest, name: str) -> HttpResponse:
    """Close the account, or open it again."""
    change = commands.enable_account if request.POST.get("active") == "1" else commands.disable_account
    try:
        change(actor_of(request), name=name, why=request.POST.get("why", ""))
    except Refusal as refusal:
        return _person_page(request, name, refusal)
    return _done(request, name, gettext("Done."))


@require_POST
@never_cache
@once_more
def person_password(request: HttpRequest, name: str) -> HttpResponse:
    """A new password, shown once."""
    password = new_password()
    commands.set_password(actor_of(request), name=name, password=password)
    return _password_page(request, name, password)


@require_POST
@once_more
def person_second_factor(request: HttpRequest, name: str) -> HttpResponse:
    commands.reset_second_factor(actor_of(request), name=name, why=request.POST.get("why", ""))
    return _done(request, name, gettext("The second factor is gone; the next login may set up another."))


def _people_page(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    actor = actor_of(request)
    context = {
        "people": queries.people(actor),
        "given": request.POST,
        "chosen": request.POST.getlist("roles"),
        **_choices(actor, refusal),
    }
    return render(request, "web/people.html", context, status=refusal.status if refusal else 200)


def _person_page(request: HttpRequest, name: str, refusal: Refusal | None = None) -> HttpResponse:
    actor = actor_of(request)
    known = queries.person(actor, name)
    context = {
        "person": known,
        "permitted": queries.may_do(actor, name),
        "is_self": actor.name == name,
        "chosen": request.POST.getlist("roles") if refusal else known.roles,
        **_choices(actor, refusal),
    }
    return render(request, "web/person.html", context, status=refusal.status if refusal else 200)


def _choices(actor: Actor, refusal: Refusal | None) -> dict[str, object]:
    return {
        "roles": ROLES,
        "clients": queries.clients(actor),
        "with_company_login": bool(settings.COMPANY_LOGIN),
        "refusal": refusal,
    }


def _password_page(request: HttpRequest, name: str, password: str) -> HttpResponse:
    context = {"name": name, "password": password, "exists": User.objects.filter(username=name).exists()}
    return render(request, "web/new_password.html", context)


def _done(request: HttpRequest, name: str, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return HttpResponseRedirect(reverse("person", args=[name]))
