"""What is fetched from brokers: whose turn it is, what is set aside, and what the settings say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import OperationalError, connection

from padstone.config import environment
from padstone.entrypoints.ingestd import brokers, turns
from padstone.ingest.delivery import SET_ASIDE, WHOLE_MESSAGE, Delivery
from padstone.kernel import clock
from padstone.kernel.errors import Invalid

URL = "amqps://line:verysecret@broker.example?subscribe=/amq/queue/cfx"


def delivery(body: bytes) -> Delivery:
    return Delivery("amqp", "A.B.1", body, "", None, clock.now())


class TestSettings:
    def test_none_are_given(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("PADSTONE_BROKERS", raising=False)
        assert environment.brokers() == ()

    def test_several_from_a_file(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        file = tmp_path / "brokers"
        file.write_text(
            f"# the first line\n{URL}\n{URL}&subscribe=/amq/queue/more  amqp://127.0.0.1?subscribe=a\n"
        )
        file.chmod(0o600)
        monkeypatch.setenv("PADSTONE_BROKERS_FILE", str(file))
        found = environment.brokers()
        assert [broker.name for broker in found] == [
            "amqps://broker.example:5671",
            "amqps://broker.example:5671",
            "amqp://127.0.0.1:5672",
        ]
        assert found[1].addresses == ("/amq/queue/cfx", "/amq/queue/more")

    def test_a_wrong_one_is_refused_without_its_secret(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PADSTONE_BROKERS", f"{URL} {URL.replace('subscribe', 'queue')}")
        with pytest.raises(Invalid, match="address 2") as refused:
            environment.brokers()
        assert "verysecret" not in str(refused.value)


@pytest.mark.django_db
class TestStore:
    """The inbox, seen from one address."""

    @pytest.fixture
    def kept(self, monkeypatch: pytest.MonkeyPatch) -> list[Delivery]:
        kept: list[Delivery] = []

        def accept(deliveries: Sequence[Delivery]) -> None:
            for one in deliveries:
                if one.body == b"poison" and not one.content_encoding:
                    raise ValueError("it cannot be borne")
                if one.body == b"locked":
                    raise OperationalError("database is locked")
            kept.extend(deliveries)

        monkeypatch.setattr("padstone.ingest.inbox.accept", accept)
        return kept

    def test_what_alone_cannot_be_stored_time_and_again_is_set_aside(self, kept: list[Delivery]) -> None:
        store = brokers.Store(lambda: None)
        for _ in range(2):
            with pytest.raises(ValueError, match="borne"):
                store.accept([delivery(b"poison")])
        store.accept([delivery(b"poison")])
        assert [(one.body, one.content_encoding) for one in kept] == [(b"poison", SET_ASIDE)]

    def test_in_company_it_is_not(self, kept: list[Delivery]) -> None:
        store = brokers.Store(lambda: None)
        for _ in range(5):
            with pytest.raises(ValueError, match="borne"):
                store.accept([delivery(b"poison"), delivery(b"good")])
        assert not kept

    def test_a_database_that_is_away_sets_nothing_aside(self, kept: list[Delivery]) -> None:
        store = brokers.Store(lambda: None)
        for _ in range(5):
            with pytest.raises(OperationalError):
                store.accept([delivery(b"locked")])
        assert not kept

    def test_who_waits_for_news_hears_of_it(self, kept: list[Delivery]) -> None:
        heard: list[int] = []
        brokers.Store(lambda: heard.append(1)).accept([delivery(b"good")])
        assert heard == [1]


@pytest.mark.django_db
@pytest.mark.parametrize(("encoding", "code"), [(SET_ASIDE, "set_aside"), (WHOLE_MESSAGE, "no_amqp_content")])
def test_what_could_not_be_taken_in_is_kept_byte_by_byte_and_rejected(encoding: str, code: str) -> None:
    from padstone.entrypoints.web.templatetags.padstone import code_word  # noqa: PLC0415 - after Django is set up
    from padstone.ingest import inbox  # noqa: PLC0415 - as above
    from padstone.ingest.models import Message  # noqa: PLC0415 - as above

    inbox.accept([replace(delivery(b"\x00poison"), content_encoding=encoding)])
    (message,) = Message.objects.all()
    assert (message.state, message.code) == ("rejected", code)
    assert inbox.stored_bytes(message.batch) == inbox.text_of(message) == b"\x00poison"
    assert code_word(code) != code


class TestTurns:
    def test_a_share_is_what_is_fair(self) -> None:
        names = tuple("abcde")
        ours = turns.Turns(names)
        assert [ours.may_hold(name, 2) for name in names] == [True, True, True, False, False]
        assert ours.may_hold("a", 2)  # still
        assert not ours.may_hold("a", 5)  # others have come
        assert not ours.may_hold("b", 5)
        assert ours.may_hold("c", 5)
        ours.holds_no_more("c")
        assert ours.may_hold("d", 5)

    def test_on_the_embedded_database_it_is_always_ours(self, db: None) -> None:
        if connection.vendor != "sqlite":
            pytest.skip("this is about the embedded database")
        turn = turns.Turns(("a",)).of("a")
        assert turn.take()
        assert turn.is_held()
        turn.give_back()

    def test_the_embedded_database_is_claimed_by_one(self, db: None, tmp_path: Path) -> None:
        if connection.vendor != "sqlite":
            pytest.skip("this is about the embedded database")
        assert turns.only_one(tmp_path) is not None
        with pytest.raises(turns.AnotherRuns, match="works on"):
            turns.only_one(tmp_path)
