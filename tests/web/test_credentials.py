"""The pages of tokens and of machines' credentials."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from padstone.platform.accounts.commands import create_person
from padstone.platform.accounts.models import User
from padstone.platform.credentials.models import ApiToken, MachineCredential
from tests.shop_floor import AUDITOR, build
from tests.web.conftest import PASSWORD

HANDLE = "Vendor.Model.1"


def page(response: Any, status: int = 200) -> str:
    assert response.status_code == status
    return str(response.content.decode())


@pytest.fixture
def chief(admin: User) -> Client:
    """An administrator who has just shown who sits there."""
    browser = Client()
    assert browser.post("/login/", {"login": "ada", "password": PASSWORD}).status_code == 302
    again = browser.post("/account/again/", {"password": PASSWORD, "next": "/tokens/"})
    assert again.status_code == 302
    return browser


def make_token(browser: Client, name: str = "reports", days: str = "30", **more: Any) -> Any:
    return browser.post("/tokens/make", {"name": name, "days": days, **more})


class TestTokens:
    def test_one_is_made_shown_once_and_revoked(self, chief: Client) -> None:
        assert "None yet." in page(chief.get("/tokens/"))
        made = make_token(chief, scopes=["view_factory"])
        text = re.search(r"pds_\d+_[0-9a-f]{64}", page(made))
        assert text is not None
        assert "no-store" in made["Cache-Control"]
        assert "<dt>Password" not in page(made)  # a program shows it alone
        listed = page(chief.get("/tokens/"))
        assert "reports" in listed
        assert text[0] not in listed
        program = Client(headers={"Authorization": f"Bearer {text[0]}"})
        assert program.get("/api/v1/factory").status_code == 200
        chief.post(f"/tokens/{ApiToken.objects.get().pk}/revoke")
        assert program.get("/api/v1/factory").status_code == 401
        assert "Revoked" in page(chief.get("/tokens/"))

    def test_what_is_missing_is_said_on_the_page(self, chief: Client) -> None:
        assert "may do nothing" in page(make_token(chief), 422)
        assert "how long" in page(make_token(chief, days="9999", scopes=["view_factory"]), 422)
        assert not ApiToken.objects.exists()

    def test_one_is_offered_what_one_may_and_sees_ones_own(self, chief: Client) -> None:
        make_token(chief, name="of the chief", scopes=["view_factory"])
        create_person(AUDITOR, name="mia", password=PASSWORD, roles=["planner"])
        browser = Client()
        browser.force_login(User.objects.get(username="mia"))
        text = page(browser.get("/tokens/"))
        assert "plan_work_order" in text
        assert "view_audit" not in text
        assert "of the chief" not in text
        assert browser.post(f"/tokens/{ApiToken.objects.get().pk}/revoke").status_code == 404

    def test_an_operator_has_neither(self, admin: User) -> None:
        create_person(AUDITOR, name="olaf", password=PASSWORD, roles=["operator"])
        browser = Client()
        browser.force_login(User.objects.get(username="olaf"))
        assert browser.get("/tokens/").status_code == 403
        assert browser.get("/machines/").status_code == 403


class TestMachines:
    def test_a_machine_that_spoke_is_listed_and_gets_a_secret(self, chief: Client) -> None:
        told = f'{{"MessageName": "CFX.Heartbeat", "Source": "{HANDLE}", "MessageBody": {{}}}}'
        build([told.encode()])
        assert HANDLE in page(chief.get("/machines/"))
        made = page(chief.post("/machines/credentials", {"handle": HANDLE}))
        secret = re.search(r"pdm_\d+_[0-9a-f]{64}", made)
        assert secret is not None
        listed = page(chief.get("/machines/"))
        assert secret[0] not in listed
        assert "never used" in listed
        row = MachineCredential.objects.get()
        chief.post(f"/machines/credentials/{row.pk}/revoke")
        row.refresh_from_db()
        assert row.revoked_at is not None
        assert "1 revoked" in page(chief.get("/machines/"))

    def test_a_certificate_instead(self, chief: Client) -> None:
        given = {"handle": HANDLE, "certificate": ":".join(["AB"] * 32)}
        assert chief.post("/machines/credentials", given).status_code == 302
        assert MachineCredential.objects.get().certificate_fingerprint == "ab" * 32
        assert "already" in page(chief.post("/machines/credentials", given), 409)
        wrong = given | {"certificate": "no"}
        assert "fingerprint" in page(chief.post("/machines/credentials", wrong), 422)

    def test_the_factory_leads_there(self, chief: Client) -> None:
        assert 'href="/machines/"' in page(chief.get("/"))

    def test_who_has_not_just_shown_who_sits_there_is_asked(self, reader: Client) -> None:
        response = reader.post("/machines/credentials", {"handle": HANDLE})
        assert response["Location"].startswith("/account/again/")
        assert not MachineCredential.objects.exists()
