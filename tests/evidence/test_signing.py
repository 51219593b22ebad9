"""A person signs a board's certificate: recognised anew, bound to the version that was shown (21 CFR 11)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from padstone.features.certificate.commands import sign_certificate
from padstone.features.certificate.queries import certificate
from padstone.features.certificate.signed import signatures_of_unit
from padstone.kernel import clock
from padstone.kernel.actor import EVERYTHING, Actor, ActorKind
from padstone.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from padstone.platform.accounts.models import User
from padstone.platform.accounts.reauthentication import FRESH, SERIES, Reauthenticated
from padstone.platform.audit.models import AuditLine
from padstone.platform.audit.verify import check_audit
from padstone.platform.signatures.models import Signature
from padstone.platform.signatures.verify import check_signatures
from padstone.simulator.world import Settings, run
from tests.evidence.factory_file import PASSWORD, recognised
from tests.shop_floor import build

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def messages() -> list[bytes]:
    return [body for _, body in run(Settings(units=4, panel_up=2)).messages]


@pytest.fixture(scope="module")
def unit(module_books: None, messages: list[bytes]) -> str:
    """The name of a board whose last message has not come in yet."""
    last = next(
        place
        for place, body in reversed(list(enumerate(messages)))
        if b"CFX.Production.TestAndInspection" in body
    )
    build(messages[:last])
    unit: str = run(Settings(units=4, panel_up=2)).ledger.units.__iter__().__next__()
    return unit


@pytest.fixture
def ada(db: None) -> User:
    return User.objects.create_superuser("ada", password=PASSWORD, first_name="Ada", last_name="Lovelace")


def actor_for(user: User) -> Actor:
    return Actor(ActorKind.PERSON, user.username, EVERYTHING, f"user:{user.pk}", "web 10.1.2.3")


def shown(unit: str, browser: Client) -> tuple[int, str]:
    """The version that the page offers to sign."""
    page = browser.get(reverse("sign_unit", args=[unit]))
    assert page.status_code == 200
    return page.context["unit"].as_of, page.context["sha256"]


@pytest.fixture
def browser(ada: User) -> Client:
    browser = Client()
    browser.force_login(ada)
    return browser


def post(browser: Client, unit: str, **given: object) -> int:
    as_of, digest = shown(unit, browser)
    told = {
        "as_of": as_of,
        "sha256": digest,
        "meaning": "approval",
        "reason": "Released.",
        "password": PASSWORD,
    }
    answer = browser.post(reverse("sign_unit", args=[unit]), {**told, **given})
    return answer.status_code


class TestThePage:
    def test_the_first_signing_asks_for_name_and_password(self, unit: str, browser: Client) -> None:
        assert post(browser, unit) == 403
        assert post(browser, unit, name="ada", password="wrong") == 403
        assert Signature.objects.count() == 0
        assert post(browser, unit, name="ada") == 302
        row = Signature.objects.get()
        assert (row.printed_name, row.actor, row.meaning, row.reason) == (
            "Ada Lovelace",
            "ada",
            "approval",
            "Released.",
        )
        assert row.components == "user name and password"

    def test_the_next_one_asks_for_the_password_alone(self, unit: str, browser: Client) -> None:
        post(browser, unit, name="ada")
        assert post(browser, unit, password="wrong") == 403
        assert post(browser, unit) == 302
        assert [row.components for row in Signature.objects.order_by("pk")] == [
            "user name and password",
            "password",
        ]

    def test_after_a_pause_it_is_a_first_signing_again(self, unit: str, browser: Client) -> None:
        post(browser, unit, name="ada")
        with clock.clock_at(clock.now() + SERIES + timedelta(seconds=1)):
            assert post(browser, unit) == 403

    def test_somebody_elses_name_and_password_do_not_sign(self, unit: str, browser: Client) -> None:
        User.objects.create_superuser("bea", password=PASSWORD)
        assert post(browser, unit, name="bea") == 403
        assert Signature.objects.count() == 0

    def test_what_was_refused_is_on_record(self, unit: str, browser: Client) -> None:
        post(browser, unit, name="ada", password="wrong")
        line = AuditLine.objects.order_by("pk").last()
        assert line is not None
        assert (line.verb, line.actor, line.subject) == ("sign_refused", "ada", f"unit:{unit}")

    def test_without_the_right_there_is_no_page(self, unit: str) -> None:
        guest = Client()
        guest.force_login(User.objects.create_user("guest", password=PASSWORD))
        assert guest.get(reverse("sign_unit", args=[unit])).status_code == 403
        assert guest.post(reverse("sign_unit", args=[unit])).status_code == 403

    def test_the_board_shows_who_signed_and_that_it_is_as_it_was(self, unit: str, browser: Client) -> None:
        post(browser, unit, name="ada")
        page = browser.get(reverse("unit", args=[unit])).content.decode()
        assert all(
            words in page for words in ("Ada Lovelace", "Approval", "Released.", "Signed as it is now")
        )

    def test_once_more_is_known_of_the_board_an_earlier_version_was_signed(
        self, unit: str, messages: list[bytes], browser: Client
    ) -> None:
        post(browser, unit, name="ada")
        signed = certificate(actor_for(User.objects.get()), unit)
        build(messages)
        assert certificate(actor_for(User.objects.get()), unit) != signed
        page = browser.get(reverse("unit", args=[unit])).content.decode()
        assert "Signed an earlier version" in page
        assert f"?as_of={signed.as_of}" in page

    def test_the_whole_factory_going_on_leaves_a_signature_as_it_is(
        self, unit: str, browser: Client, ada: User
    ) -> None:
        post(browser, unit, name="ada")
        build([b'{"MessageName": "CFX.Heartbeat", "Source": "X", "UniqueID": "u1", "MessageBody": {}}'])
        (one,) = signatures_of_unit(actor_for(ada), unit)
        assert one.stands == "current"
        assert one.as_of < certificate(actor_for(ada), unit).as_of

    def test_what_was_signed_and_is_not_on_the_books_any_more_is_said(
        self, unit: str, browser: Client, ada: User
    ) -> None:
        post(browser, unit, name="ada")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE production_worktransaction SET result = 'Aborted'")
        (one,) = signatures_of_unit(actor_for(ada), unit)
        assert one.stands == "different"
        assert "Not what was signed" in browser.get(reverse("unit", args=[unit])).content.decode()

    def test_a_signature_takes_the_place_of_another_and_both_stay(self, unit: str, browser: Client) -> None:
        post(browser, unit, name="ada", meaning="review")
        assert post(browser, unit, corrects="1") == 302
        assert post(browser, unit, corrects="7") == 404
        page = browser.get(reverse("unit", args=[unit])).content.decode()
        assert "in place of signature 1" in page
        assert "Corrected" in page

    def test_programs_read_the_signatures(self, unit: str, browser: Client) -> None:
        post(browser, unit, name="ada")
        (told,) = browser.get(f"/api/v1/signatures/units/{unit}").json()
        signed = browser.get(f"/api/v1/units/{unit}?as_of={told['as_of']}").content
        assert told["signature"]["sha256"] == sha256(signed).hexdigest()
        assert (told["stands"], told["signature"]["printed_name"]) == ("current", "Ada Lovelace")


class TestTheCommand:
    @pytest.fixture
    def sign(self, unit: str, ada: User, browser: Client) -> Callable[..., int]:
        as_of, digest = shown(unit, browser)

        def sign(**given: object) -> int:
            told = {
                "identifier": unit,
                "as_of": as_of,
                "sha256": digest,
                "meaning": "review",
                "reason": "",
                "reauthenticated": recognised(ada),
                **given,
            }
            return sign_certificate(actor_for(ada), **told)

        return sign

    def test_it_leaves_a_sealed_signature_and_an_audit_line(
        self, sign: Callable[..., int], unit: str
    ) -> None:
        assert sign() == 1
        assert (check_signatures(connection).broken, check_signatures(connection).links) == (None, 1)
        assert check_audit(connection).intact
        line = AuditLine.objects.get(verb="sign_record")
        assert line.subject == f"unit:{unit}"
        assert '"meaning":"review"' in line.details

    @pytest.mark.parametrize(
        ("given", "refusal", "code"),
        [
            ({"meaning": "delight"}, Invalid, "unknown_meaning"),
            ({"sha256": "0" * 64}, Conflict, "certificate_changed"),
            ({"identifier": "SN-NOBODY"}, NotFound, "unknown_unit"),
            ({"corrects": 5}, NotFound, "unknown_signature"),
        ],
    )
    def test_it_refuses_and_signs_nothing(
        self, sign: Callable[..., int], given: dict[str, object], refusal: type[Exception], code: str
    ) -> None:
        with pytest.raises(refusal) as refused:
            sign(**given)
        assert refused.value.code == code  # type: ignore[attr-defined]  # a Refusal has one
        assert Signature.objects.count() == 0

    def test_a_proof_of_somebody_else_does_not_do(self, sign: Callable[..., int]) -> None:
        bea = User.objects.create_superuser("bea", password=PASSWORD)
        with pytest.raises(Forbidden, match="Only the person who was recognised"):
            sign(reauthenticated=recognised(bea))

    def test_a_proof_does_not_keep(self, sign: Callable[..., int], ada: User) -> None:
        proof = recognised(ada)
        with (
            clock.clock_at(clock.now() + FRESH + timedelta(seconds=1)),
            pytest.raises(Forbidden, match="too long ago"),
        ):
            sign(reauthenticated=proof)

    def test_nobody_makes_a_proof_by_himself(self, ada: User) -> None:
        with pytest.raises(TypeError):
            Reauthenticated(f"user:{ada.pk}", "Ada", ("password",), clock.now(), object())

    def test_only_a_person_with_an_account_signs(self, unit: str, ada: User, browser: Client) -> None:
        as_of, digest = shown(unit, browser)
        for actor in (
            Actor(ActorKind.PERSON, "root (this machine)", EVERYTHING, via="cli"),
            Actor(ActorKind.JOB, "nightly", EVERYTHING, f"user:{ada.pk}"),
        ):
            with pytest.raises(Forbidden, match="Only the person who was recognised"):
                sign_certificate(
                    actor,
                    identifier=unit,
                    as_of=as_of,
                    sha256=digest,
                    meaning="review",
                    reason="",
                    reauthenticated=recognised(ada),
                )
