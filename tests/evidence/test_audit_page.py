"""The audit trail for people: read, filtered, paged through and taken away."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from padstone.entrypoints.web.audit import COLUMNS, PER_PAGE
from padstone.features.sites.commands import assign_station
from padstone.kernel.actor import EVERYTHING, Actor, ActorKind
from padstone.kernel.clock import clock_at
from padstone.kernel.errors import Forbidden
from padstone.platform.accounts.models import User
from padstone.platform.audit.commands import note_verification
from padstone.platform.audit.queries import Wanted, all_lines, lines
from padstone.platform.audit.record import record
from padstone.platform.audit.verify import check_audit

pytestmark = pytest.mark.django_db

ADA = Actor(ActorKind.PERSON, "ada", EVERYTHING, "user:1", "web 10.1.2.3")
BEA = Actor(ActorKind.TOKEN, "bea", EVERYTHING, "token:4", "api 10.1.2.4")
START = datetime(2026, 3, 1, 6, tzinfo=UTC)


@pytest.fixture
def browser() -> Client:
    browser = Client()
    browser.force_login(User.objects.create_superuser("chief"))
    return browser


@pytest.fixture
def trail() -> None:
    for number in range(10):
        with clock_at(START + timedelta(hours=number)):
            record(
                (ADA, BEA)[number % 2], ("look", "touch")[number % 3 == 0], f"thing:{number}", number=number
            )


def shown(browser: Client, **asked: str | int) -> list[int]:
    page = browser.get(reverse("audit"), asked)
    assert page.status_code == 200
    return [one.line.number for one in page.context["lines"]]


def test_the_newest_come_first(browser: Client, trail: None) -> None:
    assert shown(browser) == list(range(10, 0, -1))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"who": "bea"}, [10, 8, 6, 4, 2]),
        ({"verb": "touch"}, [10, 7, 4, 1]),
        ({"subject": "thing:4"}, [5]),
        ({"subject": "thing:"}, list(range(10, 0, -1))),
        ({"since": "2026-03-01 13:00"}, [10, 9, 8]),
        ({"until": "2026-03-01 08:00"}, [2, 1]),
        ({"who": "bea", "verb": "touch", "since": "2026-03-01 10:00"}, [10]),
        ({"who": "nobody"}, []),
    ],
)
def test_it_is_filtered(browser: Client, trail: None, asked: dict[str, str], found: list[int]) -> None:
    assert shown(browser, **asked) == found


def test_it_is_paged_without_counting(browser: Client) -> None:
    for number in range(PER_PAGE + 5):
        record(ADA if number % 2 else BEA, "look", f"thing:{number}")
    page = browser.get(reverse("audit"))
    assert [one.line.number for one in page.context["lines"]][-1] == 6
    assert "?before=6" in page.content.decode()
    with CaptureQueriesContext(connection) as asked:
        assert shown(browser, before=6) == [5, 4, 3, 2, 1]
    assert not [
        query
        for query in asked
        if "OFFSET" in query["sql"] or ("COUNT(" in query["sql"] and "audit" in query["sql"])
    ]


def test_a_change_shows_what_was_and_what_is(browser: Client) -> None:
    assign_station(ADA, handle="NEW.1", name="New", kind="other", line="L")
    assign_station(ADA, handle="NEW.1", name="Placer", kind="other", line="L")
    page = " ".join(browser.get(reverse("audit")).content.decode().split())
    assert "Station: New → Placer" in page
    assert "web 10.1.2.3" in page


def test_what_a_name_says_is_text_and_nothing_else(browser: Client) -> None:
    record(ADA, "look", "<script>alert(1)</script>", why="<b>bold</b>")
    page = browser.get(reverse("audit")).content.decode()
    assert "<script>alert" not in page
    assert "&lt;b&gt;bold" in page


def test_it_is_taken_away_as_a_table(browser: Client, trail: None) -> None:
    record(ADA, "look", "=cmd()", why="Because.", before={"a": 1})
    answer = browser.get(reverse("audit_csv"))
    rows = list(csv.DictReader(io.StringIO(b"".join(answer).decode())))
    assert tuple(rows[0]) == COLUMNS
    assert [int(row["number"]) for row in rows] == list(range(11, 0, -1))
    assert (rows[0]["subject"], rows[0]["before"], rows[0]["why"]) == ("'=cmd()", '{"a":1}', "Because.")
    assert (rows[1]["who"], rows[1]["kind"], rows[1]["account"]) == ("bea", "token", "token:4")


def test_it_is_taken_away_as_json(browser: Client, trail: None) -> None:
    answer = browser.get(reverse("audit_jsonl"), {"who": "ada"})
    found = [json.loads(line) for line in b"".join(answer).splitlines()]
    assert [one["number"] for one in found] == [9, 7, 5, 3, 1]
    assert found[0]["details"] == {"number": 8}
    assert len(found[0]["seal"]) == 64


def test_it_says_what_the_last_verification_found(browser: Client) -> None:
    assert "Nobody has verified" in browser.get(reverse("audit")).content.decode()
    note_verification(ADA, deep=False, findings=[])
    assert "The evidence was intact" in browser.get(reverse("audit")).content.decode()
    note_verification(ADA, deep=False, findings=["audit lines: audit_auditline 4: it is missing"])
    page = browser.get(reverse("audit")).content.decode()
    assert "The evidence is broken" in page
    assert "audit_auditline 4: it is missing" in page


def test_a_line_is_corrected_by_another_one(browser: Client, trail: None) -> None:
    answer = browser.post(reverse("audit_correct", args=[3]), {"why": "It was thing 4."})
    assert answer.status_code == 302
    newest = lines(ADA, Wanted())[0]
    assert (newest.number, newest.corrects, newest.subject, newest.why) == (
        11,
        3,
        "thing:2",
        "It was thing 4.",
    )
    assert browser.post(reverse("audit_correct", args=[3]), {"why": " "}).status_code == 422
    assert browser.post(reverse("audit_correct", args=[99]), {"why": "Gone."}).status_code == 404
    assert check_audit(connection).links == 11


@pytest.mark.parametrize("page", ["audit", "audit_csv", "audit_jsonl"])
def test_who_may_not_read_it_does_not(page: str) -> None:
    guest = Client()
    guest.force_login(User.objects.create_user("guest"))
    assert guest.get(reverse(page)).status_code == 403


def test_the_queries_ask_for_the_right() -> None:
    nobody = Actor(ActorKind.PERSON, "nobody", frozenset({"view_factory"}))
    with pytest.raises(Forbidden):
        lines(nobody, Wanted())
    with pytest.raises(Forbidden):
        all_lines(nobody, Wanted())
