"""Who gets in: every page asks for a login, and a login alone shows nothing of the factory."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

WAYS_IN = {
    "account_login": 200,
    "account_logout": 302,
    "account_inactive": 200,
    "mfa_authenticate": 302,
    "mfa_login_webauthn": 302,
    "openid_connect_login": 404,
    "openid_connect_callback": 404,
    "socialaccount_login_cancelled": 200,
    "socialaccount_login_error": 401,
    "welcome": 404,
}
"""The names of pages that answer without a login, and how, once there is an administrator and where the
company has no login of its own. Anything else that answers is a hole.
"""
CLOSED = {
    "account_signup",
    "account_email",
    "account_email_verification_sent",
    "account_set_password",
    "account_reset_password",
    "account_confirm_login_code",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "socialaccount_signup",
}
"""Names that allauth knows and Padstone has no page for."""
OWN = ("/account/",)
"""What everybody has who can log in: the own account."""


def addresses(patterns: list[URLPattern | URLResolver], prefix: str = "/") -> Iterator[tuple[str, str]]:
    """The name and a sample address of every pattern there is."""
    for pattern in patterns:
        route = prefix + re.sub(r"<(?:(\w+):)?\w+>", _sample, str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, route)
        else:
            yield pattern.name or route, route


def _sample(found: re.Match[str]) -> str:
    return "1" if found[1] == "int" else "x"


EVERYTHING = list(addresses(get_resolver().url_patterns))
PAGES = [(name, address) for name, address in EVERYTHING if not address.startswith("/api/")]


def test_there_are_pages_to_try() -> None:
    assert len(PAGES) >= 15
    assert len(EVERYTHING) > len(PAGES)


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "address"), EVERYTHING)
def test_nobody_sees_anything_without_a_login(client: Client, admin: object, name: str, address: str) -> None:
    response = client.get(address)
    if name in WAYS_IN:
        assert response.status_code == WAYS_IN[name]
        assert response.get("Location", "/login/") in {"/login/", "/"}
    elif name in CLOSED:
        assert response.status_code == 404
    elif address.startswith("/api/"):
        assert response.status_code in {401, 405}
    else:
        assert response.status_code == 302
        assert response["Location"].startswith("/login/?next=")


@pytest.mark.parametrize(("name", "address"), PAGES)
def test_a_login_without_rights_sees_nothing(guest: Client, admin: object, name: str, address: str) -> None:
    """But the own account: there, an address of somebody else's is not found, and a form is no page."""
    response = guest.get(f"{address}?q=x&lot=x")
    if name in WAYS_IN or name in CLOSED:
        assert response.status_code in {200, 302, 401, 404}
    elif address.startswith(OWN):
        assert response.status_code in {200, 302, 404, 405}
        assert "ada" not in response.content.decode()
    else:
        assert response.status_code in {403, 405}
        if response.status_code == 403:
            assert "Not permitted" in response.content.decode()


def test_a_wrong_password_is_refused_in_words(client: Client, admin: object) -> None:
    response = client.post("/login/", {"login": "ada", "password": "wrong"})
    assert response.status_code == 200
    assert "do not match" in response.content.decode()


def test_a_login_leads_to_the_page_that_was_asked_for(client: Client, admin: object) -> None:
    from tests.web.conftest import PASSWORD  # noqa: PLC0415

    response = client.post(
        "/login/?next=/recall/", {"login": "ada", "password": PASSWORD, "next": "/recall/"}
    )
    assert response["Location"] == "/recall/"
    elsewhere = client.post("/login/", {"login": "ada", "password": PASSWORD, "next": "//evil.example/"})
    assert elsewhere["Location"] == "/"


def test_a_fragment_whose_login_ended_takes_the_whole_page_to_the_login(
    client: Client, admin: object
) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/lines/Line 1?x=1"}
    response = client.get("/", headers=headers)
    assert response["HX-Redirect"] == "/login/?next=/lines/Line%201%3Fx%3D1"


def test_logging_out_ends_it(reader: Client) -> None:
    assert reader.get("/recall/").status_code == 200
    assert reader.post("/logout/")["Location"] == "/login/"
    assert reader.get("/recall/").status_code == 302
