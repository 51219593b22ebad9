"""Who calls the API: a browser's session, or a user name and password with every request."""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256
from threading import Lock

from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest
from ninja.errors import AuthenticationError
from ninja.security import APIKeyCookie, HttpBasicAuth
from ninja.utils import check_csrf

from padstone.kernel.errors import Forbidden
from padstone.platform.accounts.models import User

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_REMEMBERED_AT_MOST = 1000


class Remembered:
    """Passwords that were right a moment ago, so that a machine that sends a hundred messages pays for one
    check.

    Kept in this process alone, as a keyed digest, and only as long as the account's stored hash stays the
    same: a new password or a closed account counts from the next request on.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._right: dict[bytes, str] = {}
        self._lock = Lock()

    def knows(self, user: User, password: str) -> bool:
        stored = self._right.get(self._digest(user.username, password))
        return stored is not None and hmac.compare_digest(stored, user.password)

    def remember(self, user: User, password: str) -> None:
        with self._lock:
            if len(self._right) >= _REMEMBERED_AT_MOST:
                self._right.clear()
            self._right[self._digest(user.username, password)] = user.password

    def _digest(self, name: str, password: str) -> bytes:
        return hmac.digest(self._key, f"{len(name)}:{name}{password}".encode(), sha256)


class BasicAuth(HttpBasicAuth):
    """HTTP Basic (RFC 7617). Wrong credentials are refused at once: no session is tried instead."""

    def __init__(self) -> None:
        super().__init__()
        self._remembered = Remembered()

    def __call__(self, request: HttpRequest) -> User | None:
        if "Authorization" not in request.headers:
            return None
        user: User | None = super().__call__(request)
        if user is None:
            raise AuthenticationError
        if request.method not in SAFE_METHODS and request.headers.get("Sec-Fetch-Site", "none") in {
            "cross-site",
            "same-site",
        }:
            # A browser adds a password it remembers by itself; no page of another site may make use of that.
            raise Forbidden("cross_site", "Another site's page may not change anything here.")
        request.user = user
        return user

    def authenticate(self, request: HttpRequest, username: str, password: str) -> User | None:
        known = User.objects.filter(username=username, is_active=True).first()
        if known is not None and self._remembered.knows(known, password):
            return known
        user = authenticate(request, username=username, password=password)
        if not isinstance(user, User):
            return None
        self._remembered.remember(user, password)
        return user


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
                way_out="Send the page's token in the header X-CSRFToken, or use HTTP Basic.",
            )
        return request.user

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:
        """Unused: the session middleware has read the cookie already."""
        return None
