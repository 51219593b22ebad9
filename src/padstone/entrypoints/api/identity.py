"""Who calls the API: a program with a token, a machine with its credential, or a browser's session.

A person's password is not taken here: a script that holds one could do all that the person can, for ever.
"""

from __future__ import annotations

import base64
import binascii
import time
from typing import NoReturn

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBasicAuth, HttpBearer
from ninja.utils import check_csrf

from padstone.entrypoints.api.problem import NotLoggedIn, TooManyTries
from padstone.kernel.actor import Actor
from padstone.kernel.errors import Forbidden
from padstone.platform.accounts.attempts import address_of
from padstone.platform.accounts.identity import came_through
from padstone.platform.accounts.models import User
from padstone.platform.credentials import secret
from padstone.platform.credentials.identity import remember_actor
from padstone.platform.credentials.machines import machine_with_secret
from padstone.platform.credentials.tokens import actor_of_token
from padstone.platform.credentials.tries import count_wrong

wait = time.sleep
"""What a wrong credential that is answered late waits with."""


class TokenAuth(HttpBearer):
    """``Authorization: Bearer pds_…``. What is not right is refused at once: no session is tried instead."""

    def __call__(self, request: HttpRequest) -> Actor | None:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return None
        shown = secret.read(given.strip())
        if shown is None or scheme.lower() != "bearer":
            _refuse(request, f"{scheme} credential of no known form")
        actor = actor_of_token(shown, address=address_of(request), via=came_through(request))
        if actor is None:
            _refuse(request, f"{shown.kind} {shown.id}")
        remember_actor(request, actor)
        return actor

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """Unused: the call reads the header itself, to tell a wrong credential from none."""
        return None


class MachineAuth(HttpBasicAuth):
    """A machine's credential: HTTP Basic (RFC 7617) with the CFX handle as user and ``pdm_…`` as password, or
    ``Authorization: Bearer pdm_…``. For the one address where machines deliver.
    """

    def __call__(self, request: HttpRequest) -> Actor | None:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "basic":
            handle, password = _basic(given)
        elif scheme.lower() == "bearer" and given.strip().startswith(f"{secret.MACHINE}_"):
            handle, password = None, given.strip()
        else:
            return None
        shown = secret.read(password)
        machine = shown and machine_with_secret(shown, address=address_of(request), handle=handle)
        if not machine:
            _refuse(request, handle or "a machine")
        actor = machine.actor(via=came_through(request))
        remember_actor(request, actor)
        return actor

    def authenticate(self, request: HttpRequest, username: str, password: str) -> Actor | None:
        """Unused, as above."""
        return None


class SessionAuth(APIKeyCookie):
    """The login of the web pages. What changes something needs the page's CSRF token as well."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> User | None:
        if not isinstance(request.user, User) or not request.user.is_active:
            return None
        if check_csrf(request):
            raise Forbidden(
                "csrf_token_missing",
                "A change from a browser's session needs its CSRF token.",
                way_out="Send the page's token in the header X-CSRFToken, or use an API token.",
            )
        return request.user

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:
        """Unused: the session middleware has read the cookie already."""
        return None


def _basic(given: str) -> tuple[str, str]:
    """User and password. The last colon parts them: a handle may hold one, a secret of ours never does."""
    try:
        text = base64.b64decode(given.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    handle, _, password = text.rpartition(":")
    return handle, password


def _refuse(request: HttpRequest, claimed: str) -> NoReturn:
    """Count the wrong try and answer it: at once, late, or with the request not to come again soon."""
    answered = count_wrong(address_of(request), claimed)
    if answered.refused:
        raise TooManyTries(answered.wait_s)
    wait(answered.pause_s)
    raise NotLoggedIn(
        "credential_refused",
        "This credential is not known here, or is not good any more.",
        way_out="Check that it was copied whole and is neither expired nor revoked. Bearer takes a token; "
        "where messages are delivered, Basic takes a machine's CFX handle with its secret.",
    )
