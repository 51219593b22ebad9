"""Messages from a broker that is a real one: none lost, none out of order, whatever becomes of it."""

from __future__ import annotations

import gzip
import json
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from padstone.adapters.amqp.broker import Broker
from tests.adapters.amqp.cutter import Cutter
from tests.adapters.amqp.rabbit import QUEUES, Rabbit
from tests.adapters.amqp.store import Store
from tests.authority import Authority

if TYPE_CHECKING:
    from padstone.adapters.amqp.subscriber import Subscriber

QUEUE = f"/amq/queue/{QUEUES[0]}"
HANDLE = "Vendor.Model.1"

Subscribe = Callable[..., "Subscriber"]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def rabbit(
    tmp_path_factory: pytest.TempPathFactory, require_service: Callable[[str], str], authority: Authority
) -> Iterator[Rabbit]:
    script = require_service("rabbitmq")
    require_service("proton")
    server = authority.server()
    node = Rabbit(script, tmp_path_factory.mktemp("rabbit"), tls=(authority.file, server.cert, server.key))
    try:
        node.start()
        yield node
    finally:
        node.close()


@pytest.fixture
def subscribe(store: Store) -> Iterator[Subscribe]:
    from padstone.adapters.amqp.subscriber import Subscriber  # noqa: PLC0415 (where Proton is absent the test skips)
    from padstone.adapters.amqp.visit import Draught  # noqa: PLC0415 (as above)

    with ExitStack() as ends:

        def start(url: str, **more: Any) -> Subscriber:
            broker = Broker.read(url)
            draught = Draught(first_pause_s=0.02, longest_pause_s=0.5, **more.pop("draught", {}))
            subscriber = Subscriber(
                broker,
                broker.addresses[0],
                accept=store.accept,
                refused=store.refuse,
                draught=draught,
                **more,
            )
            subscriber.start()
            ends.callback(subscriber.stop)
            ends.callback(store.open.set)
            return subscriber

        yield start


@pytest.fixture(autouse=True)
def _empty_queue(rabbit: Rabbit) -> Iterator[None]:
    """What a test leaves in the broker is not the next one's."""
    yield
    drained = Store()
    from padstone.adapters.amqp.subscriber import Subscriber  # noqa: PLC0415 (as above)

    broker = Broker.read(rabbit.url(QUEUE))
    last = uuid4().hex
    publish(rabbit, [envelope(0, UniqueID=last)])
    subscriber = Subscriber(broker, QUEUE, accept=drained.accept, refused=drained.refuse)
    subscriber.start()
    drained.wait_for(lambda: any(last.encode() in body for body in drained.bodies))
    subscriber.stop()


def envelope(number: int, **more: Any) -> bytes:
    head = {"MessageName": "CFX.Heartbeat", "UniqueID": str(number), "Source": HANDLE}
    return json.dumps(head | more | {"MessageBody": {"n": number}}).encode()


def publish(rabbit: Rabbit, envelopes: Sequence[bytes], address: str = QUEUE, **settings: Any) -> None:
    from padstone.simulator.amqp import AmqpSender  # noqa: PLC0415 (as above)

    sender = AmqpSender(rabbit.sending_to(address), **settings)
    sender.send(HANDLE, list(envelopes))
    sender.close()


def numbers(bodies: Sequence[bytes]) -> list[int]:
    return [json.loads(body)["MessageBody"]["n"] for body in bodies]


def test_all_comes_in_its_order_and_goes_on_where_it_stopped(
    rabbit: Rabbit, store: Store, subscribe: Subscribe
) -> None:
    publish(rabbit, [envelope(number) for number in range(1000)])
    first = subscribe(rabbit.url(QUEUE))
    store.wait_for(lambda: store.holds(1000))
    first.stop()
    assert numbers(store.bodies) == list(range(1000))
    assert {(d.door, d.sender, d.handle) for d in store.kept} == {("amqp", HANDLE, "")}
    assert not store.refused

    subscribe(rabbit.url(QUEUE))
    publish(rabbit, [envelope(1000)])
    store.wait_for(lambda: envelope(1000) in store.bodies)
    assert numbers(store.first_seen(HANDLE)) == list(range(1001))
    assert len(store.kept) == 1001


def test_what_is_published_to_an_exchange_waits_in_the_queue_that_is_bound_to_it(
    rabbit: Rabbit, store: Store, subscribe: Subscribe
) -> None:
    publish(rabbit, [envelope(7)], address="/exchange/cfx/CFX.Heartbeat")
    subscribe(rabbit.url("/queue/cfx"))  # which declares it, as durable as it is
    store.wait_for(lambda: store.holds(1))
    assert numbers(store.bodies) == [7]


def test_what_comes_compressed_is_handed_on_compressed(
    rabbit: Rabbit, store: Store, subscribe: Subscribe
) -> None:
    publish(rabbit, [envelope(1)], compress=True)
    subscribe(rabbit.url(QUEUE))
    store.wait_for(lambda: store.holds(1))
    (delivery,) = store.kept
    assert delivery.content_encoding == "gzip"
    assert gzip.decompress(delivery.body) == envelope(1)


def test_the_credit_says_how_much_is_under_way(rabbit: Rabbit, store: Store, subscribe: Subscribe) -> None:
    publish(rabbit, [envelope(number) for number in range(300)])
    store.open.clear()
    subscribe(rabbit.url(QUEUE), draught={"credit": 20, "batch_messages": 1000})
    assert store.entered.wait(60)
    store.open.set()
    store.wait_for(lambda: store.holds(300))
    # What came while the store was shut. RabbitMQ 3.10 now and then sends more than it was asked for, where
    # credit and messages cross on the way; without a limit it would have been everything.
    assert sum(store.batches[:2]) <= 150
    assert numbers(store.bodies) == list(range(300))


def test_what_cannot_be_stored_stays_with_the_broker_and_comes_again_in_its_order(
    rabbit: Rabbit, store: Store, subscribe: Subscribe
) -> None:
    publish(rabbit, [envelope(number) for number in range(500)])
    store.fails = lambda batch: store.attempts in {2, 3, 4, 5}
    subscribe(rabbit.url(QUEUE), draught={"batch_messages": 50})
    store.wait_for(lambda: store.holds(500))
    assert store.attempts > 5
    # What was stored when the session ended may come once more: the inbox knows it again by its identity.
    assert numbers(store.first_seen(HANDLE)) == list(range(500))


def test_what_can_never_be_read_is_kept_as_it_came_and_does_not_come_again(
    rabbit: Rabbit, store: Store, subscribe: Subscribe, machine_to: Callable[..., Any]
) -> None:
    from tests.adapters.amqp.machine import encoded  # noqa: PLC0415 (where Proton is absent the test skips)

    machine = machine_to(rabbit)
    machine.send("1", encoded(b"{}", encoding="deflate", handle=HANDLE))
    machine.send("2", encoded(b"\x00 no JSON", handle=HANDLE))
    assert [machine.answer(tag).state for tag in "12"] == ["ACCEPTED"] * 2
    subscriber = subscribe(rabbit.url(QUEUE))
    store.wait_for(lambda: store.holds(2))
    subscriber.stop()
    unread, no_json = store.kept
    assert (unread.content_encoding, unread.sender) == ("amqp", HANDLE)
    assert unread.body.startswith(b"\x00S")
    assert (no_json.content_encoding, no_json.body) == ("", b"\x00 no JSON")
    subscribe(rabbit.url(QUEUE))
    publish(rabbit, [envelope(3)])
    store.wait_for(lambda: envelope(3) in store.bodies)
    assert len(store.kept) == 3


def test_what_is_too_large_is_noted_and_not_asked_for_again(
    rabbit: Rabbit, store: Store, subscribe: Subscribe
) -> None:
    publish(rabbit, [envelope(1, Padding="x" * 50_000), envelope(2)])
    subscribe(rabbit.url(QUEUE), draught={"max_message_bytes": 20_000})
    store.wait_for(lambda: store.holds(1) and bool(store.refused))
    assert numbers(store.bodies) == [2]
    ((_, reason),) = store.refused
    assert "20,000" in reason


def test_it_comes_again_after_every_cut_and_none_is_lost(
    rabbit: Rabbit, store: Store, subscribe: Subscribe, cutter: Cutter
) -> None:
    publish(rabbit, [envelope(number) for number in range(2000)])
    url = rabbit.url(QUEUE).replace(f":{rabbit.port}", f":{cutter.port}")
    count = 0

    def cut(_: object) -> bool:
        nonlocal count
        count += 1
        if count % 7 == 3:
            cutter.cut()
        return False

    store.fails = cut
    subscribe(url, draught={"batch_messages": 40, "credit": 80})
    store.wait_for(lambda: len(set(store.bodies)) == 2000)
    assert cutter.cuts >= 3
    assert numbers(store.first_seen(HANDLE)) == list(range(2000))


def test_a_broker_that_is_away_is_waited_for(
    require_service: Callable[[str], str], tmp_path: Path, store: Store, subscribe: Subscribe
) -> None:
    node = Rabbit(require_service("rabbitmq"), tmp_path)
    try:
        subscriber = subscribe(node.url(QUEUE))
        assert not subscriber.is_subscribed.is_set()
        node.start()
        publish(node, [envelope(1)])
        store.wait_for(lambda: store.holds(1))
        node.kill()
        node.start()
        publish(node, [envelope(2)])
        store.wait_for(lambda: envelope(2) in store.bodies)
        subscriber.stop()
    finally:
        node.close()
    assert list(dict.fromkeys(numbers(store.bodies))) == [1, 2]


def test_a_wrong_password_is_said_and_tried_again(
    rabbit: Rabbit, subscribe: Subscribe, caplog: pytest.LogCaptureFixture, until: Callable[..., None]
) -> None:
    subscribe(rabbit.url(QUEUE, password="mistaken-word"))
    until(lambda: caplog.text.count("unauthorized") > 1)
    assert "mistaken-word" not in caplog.text


def test_a_queue_that_is_not_there_is_said(
    rabbit: Rabbit, subscribe: Subscribe, caplog: pytest.LogCaptureFixture, until: Callable[..., None]
) -> None:
    subscribe(rabbit.url("/amq/queue/nowhere"))
    until(lambda: "not-found" in caplog.text)


def test_over_tls_by_password_and_by_certificate(
    rabbit: Rabbit, store: Store, subscribe: Subscribe, authority: Authority
) -> None:
    place = f"127.0.0.1:{rabbit.tls_port}?subscribe={QUEUE}&ca={authority.file}"
    by_password = subscribe(f"amqps://line:open-sesame@{place}")
    publish(rabbit, [envelope(1)])
    store.wait_for(lambda: store.holds(1))
    by_password.stop()
    shown = authority.machine("padstone.example")
    subscribe(f"amqps://{place}&certificate={shown.cert}&key={shown.key}")
    publish(rabbit, [envelope(2)])
    store.wait_for(lambda: store.holds(2))


def test_a_broker_that_nobody_vouches_for_is_not_spoken_to(
    rabbit: Rabbit,
    subscribe: Subscribe,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    until: Callable[..., None],
) -> None:
    other = Authority(tmp_path / "other", "Another authority")
    subscribe(f"amqps://line:open-sesame@127.0.0.1:{rabbit.tls_port}?subscribe={QUEUE}&ca={other.file}")
    until(lambda: "certificate verify failed" in caplog.text.lower())


class Turn:
    """A turn that a test gives and takes."""

    def __init__(self, *, ours: bool) -> None:
        self.ours = ours
        self.given_back = False

    def take(self) -> bool:
        return self.ours

    def is_held(self) -> bool:
        return self.ours

    def give_back(self) -> None:
        self.given_back = True


def test_who_has_not_the_turn_takes_nothing_and_who_loses_it_hands_everything_back(
    rabbit: Rabbit, store: Store, subscribe: Subscribe
) -> None:
    publish(rabbit, [envelope(number) for number in range(600)])
    first, second = Turn(ours=True), Turn(ours=False)

    def lose(batch: object) -> bool:
        if store.attempts == 3:
            first.ours, second.ours = False, True
        return False

    store.fails = lose
    one = subscribe(rabbit.url(QUEUE), lease=first, draught={"batch_messages": 50})
    two = subscribe(rabbit.url(QUEUE), lease=second)
    store.wait_for(lambda: store.holds(600))
    one.stop()
    two.stop()
    assert numbers(store.first_seen(HANDLE)) == list(range(600))
    assert first.given_back
    assert second.given_back


def test_requests_and_their_answers_go_through_the_broker(rabbit: Rabbit, subscribe: Subscribe) -> None:
    from padstone.adapters.amqp.clerk import NotReachable  # noqa: PLC0415 (as above)
    from padstone.ingest.requests import Desk  # noqa: PLC0415 - after Django is set up

    ours, rule = "Padstone.Padstone.1", "&requests=/amq/queue/requests.{handle}"

    def sits_at(handle: str, **more: Any) -> Subscriber:
        found = subscribe(rabbit.url(f"/amq/queue/requests.{handle}", **more), answerer=Desk(handle))
        assert found.is_subscribed.wait(60)
        return found

    machine, padstone = sits_at(HANDLE, more=rule), sits_at(ours, more=rule)
    for asks, source, target in ((padstone, ours, HANDLE), (machine, HANDLE, ours)):
        ask = envelope(
            1, MessageName="CFX.AreYouThereRequest", RequestID=uuid4().hex, Source=source, Target=target
        )
        answer = json.loads(asks.request(ask, 60))
        assert answer["MessageName"] == "CFX.AreYouThereResponse"
        assert (answer["Source"], answer["Target"]) == (target, source)
        assert answer["MessageBody"]["CFXHandle"] == target

    nobody = envelope(1, MessageName="CFX.AreYouThereRequest", RequestID="r-9", Source=ours, Target="A.B.9")
    with pytest.raises(TimeoutError):
        padstone.request(nobody, 0.3)
    mute = subscribe(rabbit.url(QUEUE))
    with pytest.raises(NotReachable):
        mute.request(nobody, 1)


def test_a_response_that_comes_over_another_link_reaches_who_awaits_it(
    rabbit: Rabbit, subscribe: Subscribe
) -> None:
    """What machines answer has a queue of its own; whoever fetches from there is not who has asked."""
    from padstone.adapters.amqp.clerk import Expected  # noqa: PLC0415 (as above)
    from padstone.ingest.requests import Desk  # noqa: PLC0415 - after Django is set up

    ours, rule, shared = "Padstone.Padstone.1", "&requests=/amq/queue/requests.{handle}", Expected()
    asks = subscribe(rabbit.url(QUEUE, more=rule), expected=shared)
    hears = subscribe(rabbit.url(f"/amq/queue/requests.{ours}", more=rule), expected=shared)
    machine = subscribe(rabbit.url(f"/amq/queue/requests.{HANDLE}", more=rule), answerer=Desk(HANDLE))
    for one in (asks, hears, machine):
        assert one.is_subscribed.wait(60)
    ask = envelope(1, MessageName="CFX.AreYouThereRequest", RequestID="r-7", Source=ours, Target=HANDLE)
    assert json.loads(asks.request(ask, 20))["RequestID"] == "r-7"


def test_what_keeps_us_from_a_broker_is_said_in_words_and_nothing_is_taken(
    rabbit: Rabbit, store: Store, subscribe: Subscribe, authority: Authority, tmp_path: Path
) -> None:
    from padstone.adapters.amqp.looking import look_at  # noqa: PLC0415 (as above)
    from tests.adapters.amqp.rabbit import free_port  # noqa: PLC0415 - with it

    def troubles(url: str) -> list[tuple[str, str]]:
        return [(look.address, look.trouble) for look in look_at(Broker.read(url))]

    publish(rabbit, [envelope(1)])
    nowhere = "/amq/queue/nowhere"
    assert troubles(rabbit.url(nowhere, QUEUE, "/queue/cfx", "/exchange/cfx/%23")) == [
        (nowhere, "The broker has no such address."),
        (QUEUE, ""),
        ("/queue/cfx", ""),
        ("/exchange/cfx/#", ""),
    ]
    plain, at = rabbit.url(QUEUE), f"127.0.0.1:{rabbit.port}"
    tls = f"line:open-sesame@127.0.0.1:{rabbit.tls_port}?subscribe={QUEUE}"
    other = Authority(tmp_path / "other", "Another authority")
    older_port = free_port()
    older = threading.Thread(target=_speaks_an_older_amqp, args=(older_port,), daemon=True)
    older.start()
    for url, said in (
        (rabbit.url(QUEUE, password="mistaken-word"), "does not let Padstone in as line"),
        (plain.replace(at, f"127.0.0.1:{free_port()}"), "Nothing listens on port"),
        (plain.replace(at, f"127.0.0.1:{older_port}"), "does not speak AMQP 1.0"),
        (plain.replace("amqp://", "amqps://"), "does not speak TLS there"),
        (f"amqps://{tls}&ca={other.file}", "not to be trusted"),
        (f"amqps://{tls}&ca={tmp_path / 'nothing'}", "cannot be read"),
        (plain.replace("127.0.0.1", "nobody.invalid") + "&insecure=1", "Nobody knows the name"),
    ):
        ((address, trouble),) = troubles(url)
        assert said in trouble, (url, trouble)
        assert not address
        assert "mistaken-word" not in trouble
    older.join()
    assert troubles(f"amqps://{tls}&ca={authority.file}") == [(QUEUE, "")]
    subscribe(plain)
    store.wait_for(lambda: envelope(1) in store.bodies)


def _speaks_an_older_amqp(port: int) -> None:
    """As RabbitMQ does without its plug-in."""
    with socket.create_server(("127.0.0.1", port)) as server:
        client, _ = server.accept()
        with client:
            client.recv(8)
            client.sendall(b"AMQP\x00\x00\x09\x01")
