"""The company's own login opens accounts that an administrator tied to it, and makes none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.oauth2.client import OAuth2Client
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import LazySettings
from django.http import HttpResponse
from django.test import Client

from padstone.platform.accounts.commands import create_person, disable_account, set_company_login
from padstone.platform.accounts.models import User
from tests.shop_floor import AUDITOR
from tests.web.conftest import PASSWORD

COMPANY = {
    "provider_id": "company",
    "name": "Acme login",
    "client_id": "padstone",
    "secret": "not-secret",
    "settings": {"server_url": "https://login.example/realm", "oauth_pkce_enabled": True},
}
SERVER = {
    "authorization_endpoint": "https://login.example/authorize",
    "token_endpoint": "https://login.example/token",
    "userinfo_endpoint": "https://login.example/userinfo",
}
Come = Callable[..., HttpResponse]


@pytest.fixture
def come(admin: User, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Come:
    """Somebody comes back from the company's login, which says who it is. Its server is stood in for."""
    settings.COMPANY_LOGIN = COMPANY
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [COMPANY]}}
    said: dict[str, Any] = {}
    monkeypatch.setattr(OpenIDConnectOAuth2Adapter, "openid_config", SERVER)
    monkeypatch.setattr(OpenIDConnectOAuth2Adapter, "_fetch_user_info", lambda self, token: dict(said))
    monkeypatch.setattr(OAuth2Client, "get_access_token", lambda *_, **__: {"access_token": "x"})

    def come(browser: Client, subject: str, name: str) -> HttpResponse:
        said.update(sub=subject, preferred_username=name)
        away = browser.post("/login/by/company/?process=login")
        state = parse_qs(urlsplit(away["Location"]).query)["state"][0]
        back = browser.get("/login/by/company/callback/", {"state": state, "code": "x"})
        assert isinstance(back, HttpResponse)
        return back

    return come


def is_in(browser: Client) -> bool:
    return browser.get("/recall/").status_code == 200


def test_the_login_page_offers_it_and_lets_its_form_lead_there(client: Client, come: Come) -> None:
    page = client.get("/login/")
    assert "Log in with Acme login" in page.content.decode()
    assert "form-action 'self' https://login.example;" in page["Content-Security-Policy"]
    away = client.post("/login/by/company/?process=login")["Location"]
    assert away.startswith("https://login.example/authorize?")
    assert "code_challenge=" in away


def test_nobody_is_let_in_whom_no_administrator_tied_to_it(client: Client, come: Come) -> None:
    create_person(AUDITOR, name="mia", password=PASSWORD, roles=["operator"])
    response = come(client, "1", "mia")
    assert response.status_code == 403
    assert "no account here is meant for that name" in response.content.decode()
    assert not is_in(client)
    assert User.objects.count() == 2


def test_it_opens_the_account_that_is_tied_and_from_then_on_its_subject_counts(
    client: Client, come: Come
) -> None:
    create_person(AUDITOR, name="mia", password=PASSWORD, roles=["operator"], company_login="m.devries")
    come(client, "1", "m.devries")
    assert is_in(client)
    assert SocialAccount.objects.get().uid == "1"
    renamed, stranger = Client(), Client()
    come(renamed, "1", "m.smith")
    assert is_in(renamed)
    come(stranger, "2", "m.devries")  # the name was given to somebody else
    assert not is_in(stranger)


def test_a_closed_account_stays_closed(client: Client, come: Come) -> None:
    create_person(AUDITOR, name="mia", password=PASSWORD, roles=["operator"], company_login="m.devries")
    come(Client(), "1", "m.devries")
    disable_account(AUDITOR, name="mia")
    come(client, "1", "m.devries")
    assert not is_in(client)


def test_its_second_factor_is_the_companys_business(
    client: Client, come: Come, admin: User, settings: LazySettings
) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    set_company_login(AUDITOR, name="ada", company_login="ada@acme")
    come(client, "1", "ada@acme")
    assert is_in(client)
    by_password = Client()
    by_password.post("/login/", {"login": "ada", "password": PASSWORD})
    assert not is_in(by_password)


def test_without_one_there_is_no_such_way_in(client: Client, admin: User) -> None:
    assert client.post("/login/by/company/?process=login").status_code == 404
    assert "login.example" not in client.get("/login/")["Content-Security-Policy"]
