"""The desk and the endpoint directory as pages: what they show, and what their buttons do."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from django.test import Client

from padstone import cfx
from padstone.ingest.answering import Answering
from padstone.ingest.interpret import Interpreter
from padstone.ingest.models import Disposition, Message, OutgoingRequest, Replay
from padstone.platform.accounts.models import User
from padstone.platform.audit.models import AuditLine
from tests.ingest.factory import AOI, COMPLETED, HEARTBEAT, INSTALLED, PLACER, Factory, installed, placed
from tests.web.test_pages import page

HANDLE = "/endpoints/" + quote(PLACER)


@pytest.fixture
def told(db: None) -> Factory:
    """A message that waits, three that were rejected, one kept, one on the books."""
    factory = Factory()
    factory.tell(HEARTBEAT, {"HeartbeatFrequency": "00:00:20"}, Version="1.7")
    factory.tell(INSTALLED, installed(1, placed("P1", 1, "REEL-7", "C1")))
    factory.tell("Nothing", {}, Source=AOI)
    factory.tell("Nothing", {"Text": "<script>alert(1)</script>"})
    factory.tell(COMPLETED, {"TransactionID": "x", "Colour": "red", "Result": "completed"})
    factory.tell("CFX.ResourcePerformance.EnergyConsumed", {})
    return factory


@pytest.fixture
def onlooker(db: None) -> Client:
    """A browser of somebody who may see everything and change nothing."""
    from padstone.platform.accounts.commands import create_person  # noqa: PLC0415 - Django is not set up yet
    from tests.shop_floor import AUDITOR  # noqa: PLC0415 - as above

    create_person(AUDITOR, name="max", password="kelp-harbour-94-lantern", roles=["manager"])
    browser = Client()
    browser.force_login(User.objects.get(username="max"))
    return browser


def numbers(reader: Client, query: str) -> list[int]:
    body = reader.get(f"/exceptions/?{query}").content.decode()
    return [int(found) for found in re.findall(r'<td class="fit"><a href="/exceptions/(\d+)/', body)]


def forms(body: str) -> Iterator[str]:
    """The addresses that a page's forms send to."""
    yield from (html.unescape(found) for found in re.findall(r'<form method="post" action="([^"]+)"', body))


class TestTheList:
    @pytest.mark.parametrize(
        ("query", "count"),
        [
            ("", 4),
            ("state=waiting", 1),
            ("state=rejected&endpoint=SMT.AOI.1", 1),
            ("code=unknown_message", 2),
            ("kind=MaterialsInstalled", 1),
            ("text=GUID", 1),
            ("state=kept", 1),
            ("state=done", 2),
            ("state=doubted", 1),
            ("since=2020-01-01&until=2020-01-02", 0),
            ("state=nonsense", 4),
        ],
    )
    def test_what_is_asked_for(self, reader: Client, told: Factory, query: str, count: int) -> None:
        assert len(numbers(reader, query)) == count

    def test_it_counts_and_names_what_is_there(self, reader: Client, told: Factory) -> None:
        text = page(reader, "/exceptions/")
        assert "To look at 4" in text
        assert "Waiting 1" in text
        assert "Rejected 3" in text
        assert "Kept 1" in text
        assert "A package" not in text  # it waits for its transaction first
        assert "A work transaction whose start nobody told" in text
        assert "No message of the standard" in text

    def test_kinds_that_are_kept_lead_to_their_messages(self, reader: Client, told: Factory) -> None:
        body = reader.get("/exceptions/?state=kept").content.decode()
        (link,) = re.findall(r'<div class="chips"><a href="([^"]+)"', body)
        assert len(numbers(reader, html.unescape(link).removeprefix("?"))) == 1

    def test_a_question_that_cannot_be_read_is_refused_in_words(self, reader: Client, told: Factory) -> None:
        assert "is no date and time" in page(reader, "/exceptions/?since=yesterday", 422)
        assert "is no number" in page(reader, "/exceptions/?before=x", 422)


class TestOneMessage:
    def test_what_it_waits_for_and_what_would_bring_it(self, reader: Client, told: Factory) -> None:
        (number,) = numbers(reader, "state=waiting")
        text = page(reader, f"/exceptions/{number}/")
        assert "It waits for work transaction 00000001-0000-4000-8000-000000000000" in text
        assert "CFX.Production.WorkStarted" in text
        told.start(1, "P1")
        body = reader.get(f"/exceptions/{number}/").content.decode()
        assert 'href="/packages/REEL-7"' in body
        assert "CFX.Materials.Management.MaterialsInitialized" in body

    def test_its_places_are_a_tree_with_what_is_wrong_marked(self, reader: Client, told: Factory) -> None:
        (number,) = numbers(reader, "kind=WorkCompleted")
        body = reader.get(f"/exceptions/{number}/").content.decode()
        assert re.search(r'<span class="key">Colour</span> <span class="value">&quot;red&quot;</span>', body)
        text = page(reader, f"/exceptions/{number}/")
        assert 'Colour "red" not of the standard' in text
        assert 'Result "completed" read as' in text

    def test_nothing_in_it_runs(self, reader: Client, told: Factory) -> None:
        for number in numbers(reader, "kind=Nothing"):
            assert "<script>alert" not in reader.get(f"/exceptions/{number}/").content.decode()

    def test_it_is_dismissed_with_a_reason(self, reader: Client, told: Factory) -> None:
        (number,) = numbers(reader, "state=waiting")
        assert reader.post(f"/exceptions/{number}/dismiss", {"why": " "}).status_code == 422
        reader.post(f"/exceptions/{number}/dismiss", {"why": "The machine is gone."})
        assert numbers(reader, "state=waiting") == []
        assert numbers(reader, "state=dismissed") == [number]
        text = page(reader, f"/exceptions/{number}/")
        assert "Dismissed by ada" in text
        assert "The machine is gone." in text
        assert Disposition.objects.get().by == "ada"


class TestTogether:
    def test_all_that_are_like_this_are_taken_up_and_each_has_a_result(
        self, reader: Client, told: Factory
    ) -> None:
        body = reader.get("/exceptions/?code=unknown_message").content.decode()
        assert "Take all 2 up again" in body
        (address,) = (found for found in forms(body) if found.startswith("/exceptions/replay?"))
        told.tell("Nothing", {})  # after the preview
        response = reader.post(address, follow=True)
        text = " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())
        assert "2 of 2 messages are on their way." in text
        Interpreter().all()
        number = Replay.objects.get().pk
        text = page(reader, f"/exceptions/replays/{number}/")
        assert "Every message has its result." in text
        assert "Rejected 2" in text
        assert f"Replay {number}" in page(reader, "/exceptions/replays/")
        assert AuditLine.objects.get(verb="replay_messages").actor == "ada"

    def test_all_that_are_like_this_are_dismissed(self, reader: Client, told: Factory) -> None:
        body = reader.get("/exceptions/?code=unknown_message").content.decode()
        (address,) = (found for found in forms(body) if found.startswith("/exceptions/dismiss?"))
        text = reader.post(address, {"why": "Tests."}, follow=True).content.decode()
        assert "2 messages are dismissed." in text
        assert len(numbers(reader, "")) == 2
        assert numbers(reader, "state=dismissed") == sorted(
            Message.objects.filter(dismissed=True).values_list("pk", flat=True), reverse=True
        )

    def test_there_is_no_replay_like_this(self, reader: Client, db: None) -> None:
        assert "There is no replay 7." in page(reader, "/exceptions/replays/7/", 404)
        assert "Nobody has taken several" in page(reader, "/exceptions/replays/")


class TestEndpoints:
    def test_who_is_out_there(self, reader: Client, told: Factory) -> None:
        text = page(reader, "/endpoints/")
        assert PLACER in text
        assert "Online 1" in text  # the other one has never put anything on the books
        assert "CFX 2.1" in text
        assert "1 waiting" in text
        assert "2 rejected" in text
        assert "No endpoint is like that." in page(reader, "/endpoints/?presence=lost")
        assert PLACER in page(reader, "/endpoints/?q=smt+placer")
        assert "No endpoint is like that." in page(reader, "/endpoints/?q=oven")

    def test_nobody_yet(self, reader: Client, db: None) -> None:
        assert "No machine has spoken yet." in page(reader, "/endpoints/")
        assert "No machine with the CFX handle A/B has spoken." in page(reader, "/endpoints/A/B", 404)

    def test_one_in_full(self, reader: Client, told: Factory) -> None:
        text = page(reader, HANDLE)
        assert "Online" in text
        assert "Heartbeat 20 s" in text
        assert "EnergyConsumed 1 kept alone" in text
        assert "It has not said (GetEndpointInformationResponse)." in text
        assert "A machine that nobody has given a place 1" in text

    def test_it_leads_to_its_messages_on_the_desk(self, reader: Client, told: Factory) -> None:
        body = reader.get(HANDLE).content.decode()
        link = re.search(r'href="/exceptions/\?(state=waiting[^"]*)"', body)
        assert link is not None
        assert len(numbers(reader, html.unescape(link[1]))) == 1


def test_who_may_change_nothing_sees_no_button_that_would(onlooker: Client, told: Factory) -> None:
    for address in ("/exceptions/", *(f"/exceptions/{n}/" for n in numbers(onlooker, ""))):
        body = onlooker.get(address).content.decode()
        assert [found for found in forms(body) if found.startswith("/exceptions/")] == []
    for address in ("/exceptions/replay", "/exceptions/dismiss", "/exceptions/2/dismiss"):
        assert onlooker.post(address, {"why": "x"}).status_code == 403
    assert not Replay.objects.exists()
    assert not Disposition.objects.exists()


class TestAskingAMachine:
    def test_it_is_asked_who_it_is(self, reader: Client, told: Factory) -> None:
        assert f"/ask/{quote(PLACER)}" in list(forms(reader.get(HANDLE).content.decode()))
        response = reader.post(f"/ask/{quote(PLACER)}", follow=True)
        assert "GetEndpointInformationRequest" in response.content.decode()
        assert OutgoingRequest.objects.get().state == "queued"

    def test_a_station_is_locked_with_a_reason_and_unlocked(self, reader: Client, told: Factory) -> None:
        refused = reader.post(f"/lock/{quote(PLACER)}", {"why": " ", "reason": "QualityIssue"})
        assert refused.status_code == 422
        reader.post(f"/lock/{quote(PLACER)}", {"why": "Solder balls.", "reason": "QualityIssue"})
        shown = reader.post(
            f"/unlock/{quote(PLACER)}", {"why": "They are gone."}, follow=True
        ).content.decode()
        assert "Solder balls." in shown
        assert "Waits to be sent" in shown
        names = [row.name.rpartition(".")[2] for row in OutgoingRequest.objects.order_by("pk")]
        assert names == ["LockStationRequest", "UnlockStationRequest"]
        lines = AuditLine.objects.filter(verb="lock_station").order_by("pk")
        assert [line.why for line in lines] == ["Solder balls.", "They are gone."]

    def test_a_package_is_blocked_with_a_reason_and_freed(self, reader: Client, told: Factory) -> None:
        asked = {"package": " R-7 ", "why": "The bag was open.", "reason": "ExpiredMaterial"}
        for wrong in ({"why": " "}, {"package": ""}, {"reason": "Bored"}):
            assert reader.post(f"/block/{quote(PLACER)}", asked | wrong).status_code == 422
        assert not OutgoingRequest.objects.exists()
        reader.post(f"/block/{quote(PLACER)}", asked)
        shown = reader.post(f"/unblock/{quote(PLACER)}", asked | {"why": "Baked."}, follow=True)
        assert "The bag was open." in shown.content.decode()
        block, unblock = OutgoingRequest.objects.order_by("pk")
        body = json.loads(bytes(block.envelope))["MessageBody"]
        assert (block.name, unblock.name) == (
            "CFX.Materials.Management.BlockMaterialsRequest",
            "CFX.Materials.Management.UnblockMaterialsRequest",
        )
        assert (body["MaterialPackageIdentifiers"], body["Reason"]) == (["R-7"], "ExpiredMaterial")
        assert [line.why for line in AuditLine.objects.filter(verb="send_request").order_by("pk")] == [
            "The bag was open.",
            "Baked.",
        ]

    def test_who_may_not_sees_no_button(self, onlooker: Client, told: Factory) -> None:
        assert not [
            one for one in forms(onlooker.get(HANDLE).content.decode()) if "lock" in one or "ask" in one
        ]
        assert onlooker.post(f"/lock/{quote(PLACER)}", {"why": "x"}).status_code == 403
        assert onlooker.post(f"/block/{quote(PLACER)}", {"why": "x", "package": "R-7"}).status_code == 403
        assert not OutgoingRequest.objects.exists()

    def test_what_it_was_answered_is_shown_with_its_question(self, reader: Client, told: Factory) -> None:
        asked = told.envelope("CFX.AreYouThereRequest", {})
        (row,) = told.deliver(asked, sender=PLACER)
        (head,) = cfx.split(asked)
        assert isinstance(head, cfx.Head)
        Answering("Padstone.Padstone.1")(head, PLACER)
        for address in (HANDLE, f"/exceptions/{row.pk}/"):
            assert "CFX.AreYouThereResponse" in html.unescape(reader.get(address).content.decode())
