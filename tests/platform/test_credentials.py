"""Tokens of programs and credentials of machines: what they open, and when they are good for nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from padstone.kernel import clock
from padstone.kernel.actor import EVERYTHING, Actor, ActorKind
from padstone.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from padstone.platform.accounts.commands import create_person, disable_account, set_roles
from padstone.platform.accounts.models import User
from padstone.platform.accounts.roles import PERMISSIONS
from padstone.platform.audit.models import AuditLine
from padstone.platform.credentials import queries, secret, tries
from padstone.platform.credentials.commands import (
    create_machine_credential,
    create_token,
    fingerprint_of,
    revoke_machine_credential,
    revoke_token,
)
from padstone.platform.credentials.machines import (
    machine_with_certificate,
    machine_with_secret,
    revoked,
)
from padstone.platform.credentials.models import ApiToken, MachineCredential, WrongTries
from padstone.platform.credentials.scopes import GROUPS, SCOPES, actor_of_owner
from padstone.platform.credentials.tokens import actor_of_token

pytestmark = pytest.mark.django_db

CHIEF = Actor(ActorKind.PERSON, "chief", EVERYTHING)
PASSWORD = "kelp-harbour-94-lantern"
FINGERPRINT = "ab" * 32
HANDLE = "Vendor.Model.1"


@pytest.fixture
def ada() -> User:
    create_person(CHIEF, name="chief", password=PASSWORD, roles=["administrator"])
    create_person(CHIEF, name="ada", password=PASSWORD, roles=["quality"])
    return User.objects.get(username="ada")


def soon(days: int = 1) -> datetime:
    return clock.now() + timedelta(days=days)


def token(owner: str = "ada", *scopes: str, actor: Actor = CHIEF, name: str = "reports") -> str:
    return create_token(
        actor, owner=owner, name=name, scopes=scopes or ("view_factory",), expires_at=soon()
    ).text


def speaks_for(text: str) -> Actor | None:
    shown = secret.read(text)
    assert shown is not None
    return actor_of_token(shown, address="10.1.2.3", via="api 10.1.2.3")


class TestTokens:
    def test_it_may_what_its_scopes_say_and_no_more(self, ada: User) -> None:
        actor = speaks_for(token("ada", "view_factory", "view_audit"))
        assert actor is not None
        assert actor.kind is ActorKind.TOKEN
        assert actor.name == "ada via token reports"
        assert actor.account == f"token:{ApiToken.objects.get().pk}"
        assert actor.via == "api 10.1.2.3"
        assert actor.permissions == {"view_factory", "view_audit"}

    def test_what_the_owner_loses_the_token_loses(self, ada: User) -> None:
        text = token("ada", "view_factory", "view_audit")
        set_roles(CHIEF, name="ada", roles=["operator"])
        actor = speaks_for(text)
        assert actor is not None
        assert actor.permissions == {"view_factory"}
        set_roles(CHIEF, name="ada", roles=["quality"])
        again = speaks_for(text)
        assert again is not None
        assert again.permissions == {"view_factory", "view_audit"}

    def test_a_clients_token_stays_behind_the_clients_wall(self) -> None:
        create_person(CHIEF, name="cleo", password=PASSWORD, roles=["client"], client="Acme")
        actor = speaks_for(token("cleo", "view_own_orders"))
        assert actor is not None
        assert (actor.client, actor.permissions) == ("Acme", frozenset({"view_own_orders"}))

    def test_a_closed_account_closes_its_tokens(self, ada: User) -> None:
        text = token()
        disable_account(CHIEF, name="ada", why="left")
        assert speaks_for(text) is None

    def test_it_ends(self, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
        text, later = token(), clock.now() + timedelta(days=1, seconds=1)
        assert speaks_for(text) is not None
        monkeypatch.setattr("padstone.kernel.clock.now", lambda: later)
        assert speaks_for(text) is None
        assert [line.state for line in queries.tokens(CHIEF)] == ["expired"]

    @pytest.mark.parametrize("days", [-1, 0, 367, 4000])
    def test_its_end_is_ahead_and_within_a_year(self, days: int, ada: User) -> None:
        with pytest.raises(Invalid) as refused:
            create_token(CHIEF, owner="ada", name="x", scopes=["view_factory"], expires_at=soon(days))
        assert refused.value.code == "token_expiry"

    def test_it_is_revoked_at_once(self, ada: User) -> None:
        text = token()
        revoke_token(CHIEF, token_id=ApiToken.objects.get().pk, why="lost")
        assert speaks_for(text) is None
        with pytest.raises(Conflict):
            revoke_token(CHIEF, token_id=ApiToken.objects.get().pk)
        assert token()  # its name is free again

    @pytest.mark.parametrize("scopes", [[], ["sign_record"], ["retry_message"], ["no_such"], ["*"]])
    def test_scopes_are_what_the_owner_has_and_a_program_may_have(self, scopes: list[str], ada: User) -> None:
        with pytest.raises(Invalid):
            create_token(CHIEF, owner="ada", name="x", scopes=scopes, expires_at=soon())

    def test_opening_doors_and_signing_is_for_people(self) -> None:
        assert not SCOPES & {"manage_accounts", "manage_credentials", "manage_own_tokens", "sign_record"}
        assert set(PERMISSIONS) >= SCOPES
        assert {scope for group in GROUPS.values() for scope in group} == SCOPES

    def test_ones_own_and_nobody_elses(self, ada: User) -> None:
        create_person(CHIEF, name="mia", password=PASSWORD, roles=["planner"])
        mia = actor_of_owner(User.objects.get(username="mia"))
        text = token("mia", "view_bills", actor=mia)
        token("ada", "view_audit")
        assert [line.owner for line in queries.tokens(mia)] == ["mia"]
        with pytest.raises(NotFound):
            token("ada", actor=mia)
        with pytest.raises(NotFound):
            revoke_token(mia, token_id=ApiToken.objects.get(owner=ada).pk)
        revoke_token(mia, token_id=ApiToken.objects.get(owner__username="mia").pk)
        assert speaks_for(text) is None

    def test_a_token_makes_no_token(self, ada: User) -> None:
        program = Actor(ActorKind.TOKEN, "x", EVERYTHING)
        with pytest.raises(Forbidden):
            token(actor=program)

    def test_who_may_not_may_not(self, ada: User) -> None:
        with pytest.raises(Forbidden):
            token(actor=Actor(ActorKind.PERSON, "ada", account=f"user:{ada.pk}"))

    def test_a_name_is_given_once(self, ada: User) -> None:
        token()
        with pytest.raises(Conflict):
            token()

    def test_the_secret_is_nowhere(self, ada: User) -> None:
        text = token()
        hidden = text.rpartition("_")[2]
        row = ApiToken.objects.get()
        assert hidden not in str(vars(row))
        assert hidden not in str([vars(line) for line in AuditLine.objects.all()])
        assert hidden not in str(queries.tokens(CHIEF))
        assert AuditLine.objects.filter(verb="create_token", subject=f"token:{row.pk}").exists()

    def test_use_is_noted_once_a_minute(self, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
        text, at = token(), clock.now()
        for seconds, expected in ((0, 0), (59, 0), (61, 61)):
            now = at + timedelta(seconds=seconds)
            monkeypatch.setattr("padstone.kernel.clock.now", lambda now=now: now)
            speaks_for(text)
            assert ApiToken.objects.get().last_used_at == at + timedelta(seconds=expected)
        assert ApiToken.objects.get().last_used_from == "10.1.2.3"

    @pytest.mark.parametrize(
        "change",
        [
            lambda text: text[:-1] + ("0" if text[-1] != "0" else "1"),
            lambda text: text.replace("pds_", "pdm_"),
            lambda text: f"pds_999_{text.rpartition('_')[2]}",
        ],
        ids=["another letter", "another kind", "another number"],
    )
    def test_almost_right_is_wrong(self, change: object, ada: User) -> None:
        assert callable(change)
        assert speaks_for(change(token())) is None

    @pytest.mark.parametrize(
        "text", ["", "pds_", "pds_1_", "pds_0_" + "a" * 64, "pds_1_" + "A" * 64, "pds_1_" + "a" * 65, "x"]
    )
    def test_what_has_not_its_form_is_not_looked_up(self, text: str) -> None:
        assert secret.read(text) is None


class TestMachines:
    def good(self, text: str, handle: str | None = HANDLE) -> bool:
        shown = secret.read(text)
        assert shown is not None
        return machine_with_secret(shown, address="10.9.8.7", handle=handle) is not None

    def test_a_secret_stands_for_one_handle(self) -> None:
        text = create_machine_credential(CHIEF, handle=HANDLE).text
        assert self.good(text)
        assert self.good(text, handle=None)
        assert not self.good(text, handle="Vendor.Model.2")
        assert not self.good(text, handle="")
        assert MachineCredential.objects.get().last_used_from == "10.9.8.7"

    def test_it_may_send_messages_and_nothing_else(self) -> None:
        shown = secret.read(create_machine_credential(CHIEF, handle=HANDLE).text)
        assert shown is not None
        machine = machine_with_secret(shown, address="")
        assert machine is not None
        actor = machine.actor("http 10.9.8.7")
        assert (actor.kind, actor.name) == (ActorKind.MACHINE, HANDLE)
        assert actor.permissions == {"send_messages"}

    def test_old_and_new_are_good_until_the_old_is_revoked(self) -> None:
        old = create_machine_credential(CHIEF, handle=HANDLE)
        new = create_machine_credential(CHIEF, handle=HANDLE)
        assert self.good(old.text)
        assert self.good(new.text)
        revoke_machine_credential(CHIEF, credential_id=old.id, why="changed")
        assert not self.good(old.text)
        assert self.good(new.text)
        assert revoked({old.id, new.id, 999}) == {old.id, 999}

    def test_a_certificate_stands_for_one_machine(self) -> None:
        issued = create_machine_credential(CHIEF, handle=HANDLE, certificate=FINGERPRINT)
        assert issued.text == ""
        machine = machine_with_certificate(FINGERPRINT, address="")
        assert machine is not None
        assert machine.handle == HANDLE
        assert machine_with_certificate(FINGERPRINT, address="", handle="Vendor.Model.2") is None
        assert machine_with_certificate("", address="") is None
        with pytest.raises(Conflict):
            create_machine_credential(CHIEF, handle="Vendor.Model.2", certificate=FINGERPRINT)
        revoke_machine_credential(CHIEF, credential_id=issued.id)
        assert machine_with_certificate(FINGERPRINT, address="") is None
        create_machine_credential(CHIEF, handle="Vendor.Model.2", certificate=FINGERPRINT)

    def test_a_certificates_row_has_no_secret_that_could_be_right(self) -> None:
        row = create_machine_credential(CHIEF, handle=HANDLE, certificate=FINGERPRINT)
        shown = secret.Shown("pdm", row.id, "")
        assert machine_with_secret(shown, address="", handle=HANDLE) is None

    def test_a_fingerprint_as_openssl_prints_it(self) -> None:
        assert fingerprint_of(":".join(["AB"] * 32)) == FINGERPRINT
        for wrong in ("ab", "zz" * 32, "-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----"):
            with pytest.raises(Invalid):
                fingerprint_of(wrong)

    @pytest.mark.parametrize("handle", ["", " ", " A", "A ", "A\x00B", "A" * 401])
    def test_a_handle_that_no_envelope_could_carry(self, handle: str) -> None:
        with pytest.raises(Invalid):
            create_machine_credential(CHIEF, handle=handle)

    def test_only_who_manages_credentials(self, ada: User) -> None:
        quality = actor_of_owner(ada)
        issued = create_machine_credential(CHIEF, handle=HANDLE)
        for attempt in (
            lambda: create_machine_credential(quality, handle=HANDLE),
            lambda: revoke_machine_credential(quality, credential_id=issued.id),
            lambda: queries.machine_credentials(quality),
        ):
            with pytest.raises(Forbidden):
                attempt()
        assert AuditLine.objects.get(verb="create_machine_credential").actor == "chief"
        assert issued.text.rpartition("_")[2] not in str(AuditLine.objects.values())


class TestWrongTries:
    def test_the_first_cost_nothing_then_ever_later_then_refused(self) -> None:
        answers = [tries.count_wrong("10.1.2.3", "x") for _ in range(12)]
        assert [answer.pause_s for answer in answers] == [0.0] * 5 + [0.25, 0.5, 1.0, 2.0, 4.0] + [0.0] * 2
        assert [answer.refused for answer in answers] == [False] * 10 + [True] * 2
        assert 0 < answers[-1].wait_s <= 900
        assert WrongTries.objects.get().tries == 10  # a flood costs no more writes

    def test_another_address_is_not_touched(self) -> None:
        for _ in range(12):
            tries.count_wrong("10.1.2.3", "x")
        assert tries.count_wrong("10.1.2.4", "x") == tries.Answered()

    def test_it_is_over_after_a_while(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for _ in range(12):
            tries.count_wrong("10.1.2.3", "x")
        later = clock.now() + tries.WINDOW
        monkeypatch.setattr("padstone.kernel.clock.now", lambda: later)
        assert tries.count_wrong("10.1.2.3", "x") == tries.Answered()

    def test_what_is_long_past_is_forgotten(self, monkeypatch: pytest.MonkeyPatch) -> None:
        tries.count_wrong("10.1.2.3", "x")
        later = clock.now() + timedelta(days=2)
        monkeypatch.setattr("padstone.kernel.clock.now", lambda: later)
        tries.count_wrong("10.1.2.4", "x")
        assert [row.address for row in WrongTries.objects.all()] == ["10.1.2.4"]

    def test_an_ipv6_network_is_one_address(self) -> None:
        assert tries.network_of("2001:db8::1") == tries.network_of("2001:db8::ffff:1") == "2001:db8::/64"
        assert tries.network_of("::ffff:10.1.2.3") == "10.1.2.3"
        assert tries.network_of("fe80::1%eth0") == "fe80::/64"
        assert tries.network_of("x" * 100) == "x" * 60

    def test_the_log_names_who_and_never_what(self, caplog: pytest.LogCaptureFixture) -> None:
        tries.count_wrong("10.1.2.3", "Vendor.Model.1\nforged line")
        assert "10.1.2.3" in caplog.text
        assert "\nforged" not in caplog.text
