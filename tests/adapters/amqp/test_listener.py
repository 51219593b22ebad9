from __future__ import annotations

import gzip
import json
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from padstone.ingest.delivery import Delivery
from tests.adapters.amqp.store import Store

if TYPE_CHECKING:
    from padstone.adapters.amqp.listener import Listener
    from padstone.simulator.amqp import AmqpSender
    from tests.adapters.amqp.conftest import Listen
    from tests.adapters.amqp.machine import Machine

    SenderTo = Callable[..., AmqpSender]
    MachineAt = Callable[..., Machine]

AT = datetime(2026, 3, 26, 20, 52, 25, 376_953, tzinfo=UTC)


def envelope(handle: str, number: int, padding: int = 0) -> bytes:
    return json.dumps(
        {
            "MessageName": "CFX.Production.WorkStarted",
            "UniqueID": f"{handle}-{number}",
            "Source": handle,
            "TimeStamp": (AT + timedelta(seconds=number)).isoformat(),
            "MessageBody": {"number": number, "padding": "x" * padding},
        }
    ).encode()


def encoded(body: Any, **how: Any) -> bytes:
    from tests.adapters.amqp.machine import encoded  # noqa: PLC0415 (where Proton is absent the test skips)

    return encoded(body, **how)


# --- what comes in ------------------------------------------------------------------------------------------


def test_a_message_arrives_as_it_was_sent(store: Store, listener: Listener, sender_to: SenderTo) -> None:
    before = datetime.now(UTC)
    sender_to(listener).send("Vendor.Model.7", [envelope("Vendor.Model.7", 1)])
    store.wait_for(lambda: len(store.kept) == 1)
    (delivery,) = store.kept
    assert delivery.door == "amqp"
    assert delivery.sender == "Vendor.Model.7"
    assert delivery.body == envelope("Vendor.Model.7", 1)
    assert delivery.content_encoding == ""
    assert delivery.sent_at == AT.replace(microsecond=376_000) + timedelta(seconds=1)
    assert before <= delivery.received_at <= datetime.now(UTC)
    assert delivery.received_at.utcoffset() == timedelta(0)


def test_gzip_is_left_as_it_is(store: Store, listener: Listener, sender_to: SenderTo) -> None:
    sender = sender_to(listener, compress=True)
    sender.send("Vendor.Model.7", [envelope("Vendor.Model.7", 1)])
    sender.flush()
    (delivery,) = store.kept
    assert delivery.content_encoding == "gzip"
    assert gzip.decompress(delivery.body) == envelope("Vendor.Model.7", 1)


@pytest.mark.parametrize(
    ("body", "data_section"),
    [
        pytest.param(b'{"a": 1}', True, id="one Data section"),
        pytest.param(b'{"a": 1}', False, id="AmqpValue binary"),
        pytest.param('{"a": "\N{GREEK SMALL LETTER MU}"}', False, id="AmqpValue string"),
        pytest.param("", False, id="AmqpValue, an empty string"),
        pytest.param(b"", True, id="an empty Data section"),
        pytest.param(b"\x1f\x8b broken", True, id="bytes that are no JSON"),
    ],
)
def test_sloppy_bodies_are_taken(
    body: bytes | str,
    data_section: bool,
    store: Store,
    listener: Listener,
    machine_at: MachineAt,
) -> None:
    machine = machine_at(listener)
    machine.send("1", encoded(body, data_section=data_section))
    assert machine.answer("1").state == "ACCEPTED"
    assert store.bodies == [body.encode() if isinstance(body, str) else body]


def test_the_sender_is_the_handle_or_else_the_container(
    store: Store, listener: Listener, machine_at: MachineAt
) -> None:
    machine = machine_at(listener, name="gateway-3")
    machine.send("1", encoded(b"1"))
    machine.send("2", encoded(b"2", handle="Vendor.Model.9"))
    assert machine.answer("2").state == "ACCEPTED"
    assert [(d.body, d.sender) for d in store.kept] == [(b"1", "gateway-3"), (b"2", "Vendor.Model.9")]


def test_a_stock_client_needs_nothing_special(store: Store, listener: Listener) -> None:
    from proton import Message  # noqa: PLC0415 (where Proton is absent the test skips)
    from proton.utils import BlockingConnection  # noqa: PLC0415

    connection = BlockingConnection(f"127.0.0.1:{listener.port}", timeout=30)
    sender = connection.create_sender("/exchange/any")
    sender.send(Message(body="hello"))
    sender.send(Message(body=b"again"))
    connection.close()
    assert store.bodies == [b"hello", b"again"]


def test_sasl_may_be_left_out(store: Store, listener: Listener) -> None:
    from proton import Message  # noqa: PLC0415 (where Proton is absent the test skips)
    from proton.utils import BlockingConnection  # noqa: PLC0415

    connection = BlockingConnection(f"127.0.0.1:{listener.port}", timeout=30, sasl_enabled=False)
    connection.create_sender(None).send(Message(body="hello"))
    connection.close()
    assert store.bodies == [b"hello"]


def test_messages_larger_than_a_frame(store: Store, listener: Listener, sender_to: SenderTo) -> None:
    messages = [envelope("Vendor.Model.7", number, padding=700_000) for number in range(30)]
    sender = sender_to(listener)
    sender.send("Vendor.Model.7", messages)
    sender.close()
    assert store.bodies == messages


# --- order, batches, flow -----------------------------------------------------------------------------------


def test_each_of_fifty_connections_keeps_its_order(
    store: Store, listener: Listener, sender_to: SenderTo
) -> None:
    sender = sender_to(listener)
    handles = [f"Vendor.Model.{number}" for number in range(50)]
    for number in range(40):
        for handle in handles:
            sender.send(handle, [envelope(handle, number)])
    sender.close()
    assert len(store.kept) == 2_000
    for handle in handles:
        sent = [envelope(handle, number) for number in range(40)]
        assert [d.body for d in store.kept if d.sender == handle] == sent


def test_what_arrives_meanwhile_is_the_next_batch(
    store: Store, listen: Listen, machine_at: MachineAt
) -> None:
    machine = machine_at(listen(batch_messages=7))
    store.open.clear()
    machine.send("first", encoded(b"first"))
    assert store.entered.wait(60)
    for number in range(20):
        machine.send(str(number), encoded(str(number)))
    machine.until(lambda: machine.link.session.outgoing_bytes == 0 and not machine.engine.pending())
    store.open.set()
    machine.answer("19")
    assert len(store.kept) == 21
    assert store.batches[0] == 1
    assert max(store.batches) <= 7
    assert len(store.batches) < 21


def test_a_batch_has_a_size_in_bytes(store: Store, listen: Listen, machine_at: MachineAt) -> None:
    machine = machine_at(listen(batch_bytes=10_000))
    store.open.clear()
    for number in range(10):
        machine.send(str(number), encoded(b"x" * 6_000))
    store.open.set()
    machine.answer("9")
    assert store.batches == [1] * 10


def test_a_slow_store_slows_its_senders(store: Store, listen: Listen, machine_at: MachineAt) -> None:
    machine = machine_at(listen(credit=5))
    store.open.clear()
    for number in range(5):
        machine.send(str(number), encoded(str(number)))
    assert store.entered.wait(60)
    assert machine.connection.credit == 0
    store.open.set()
    machine.answer("4")
    machine.until(lambda: machine.connection.credit == 5)


def test_too_much_waiting_is_left_on_the_wire(store: Store, listen: Listen, sender_to: SenderTo) -> None:
    listener = listen(max_waiting_bytes=1_000_000)
    store.open.clear()
    sender = sender_to(listener)
    messages = [envelope("Vendor.Model.7", number, padding=500_000) for number in range(40)]
    sender.send("Vendor.Model.7", messages)
    assert store.entered.wait(60)
    assert listener._intake.waiting_bytes < 3_000_000
    store.open.set()
    sender.close()
    assert store.bodies == messages


# --- stored first, settled then -----------------------------------------------------------------------------


def test_nothing_is_settled_before_it_is_stored(
    store: Store, listener: Listener, machine_at: MachineAt
) -> None:
    machine = machine_at(listener)
    store.open.clear()
    machine.send("1", encoded(b"1"))
    assert store.entered.wait(60)
    another = machine_at(
        listener, name="another"
    )  # all that the first is told before this is open, it has been told
    another.until(lambda: another.connection.credit)
    machine.until(lambda: True)
    assert machine.answers == {}
    store.open.set()
    assert machine.answer("1").state == "ACCEPTED"
    assert store.bodies == [b"1"]


def test_the_connection_lives_while_the_store_takes_its_time(
    store: Store, listen: Listen, machine_at: MachineAt
) -> None:
    machine = machine_at(listen(idle_timeout_s=0.2))
    machine.engine.idle_timeout = 0.2
    store.open.clear()
    machine.send("1", encoded(b"1"))
    assert store.entered.wait(60)
    heard = machine.engine.frames_input
    machine.until(lambda: machine.engine.frames_input >= heard + 5)  # heartbeats, and nothing else
    assert machine.answers == {}
    store.open.set()
    assert machine.answer("1").state == "ACCEPTED"


def test_what_cannot_be_stored_now_is_handed_back(
    store: Store, listener: Listener, machine_at: MachineAt
) -> None:
    store.fails = lambda _: store.attempts == 1
    machine = machine_at(listener)
    machine.send("1", encoded(b"1"))
    assert machine.answer("1").state == "MODIFIED"
    assert store.kept == []
    machine.send("2", encoded(b"1"))
    assert machine.answer("2").state == "ACCEPTED"
    assert store.bodies == [b"1"]


def test_a_store_that_fails_now_and_then_loses_nothing_and_keeps_the_order(
    store: Store, listener: Listener, sender_to: SenderTo
) -> None:
    store.fails = lambda _: store.attempts % 3 == 1
    sender = sender_to(listener)
    handles = ["Vendor.Model.1", "Vendor.Model.2"]
    for number in range(300):
        for handle in handles:
            sender.send(handle, [envelope(handle, number)])
    sender.close()
    for handle in handles:
        sent = [envelope(handle, number) for number in range(300)]
        assert [d.body for d in store.kept if d.sender == handle] == sent


def test_what_was_under_way_when_the_store_failed_does_not_overtake(
    store: Store, listener: Listener, machine_at: MachineAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    from padstone.adapters.amqp import inlet  # noqa: PLC0415 (where Proton is absent the test skips)

    monkeypatch.setattr(inlet, "_PATIENCE_S", 3_600.0)
    store.fails = lambda _: store.attempts == 1
    slow = machine_at(listener, name="slow")
    slow.send("1", encoded(b"1"))
    assert slow.answer("1").state == "MODIFIED"
    # It has not heard yet that its credit is wanted back. One who has heard it has long since been let in
    # again:
    store.fails = lambda _: store.attempts == 2
    quick = machine_at(listener, name="quick")
    quick.send("1", encoded(b"quick"))
    assert quick.answer("1").state == "MODIFIED"
    quick.send("2", encoded(b"quick"))
    assert quick.answer("2").state == "ACCEPTED"
    # So what the slow one still sends would now overtake its first message, were it taken.
    slow.connection.send("2", encoded(b"2"))
    assert slow.answer("2").state == "RELEASED"
    for tag in "12":
        slow.send(f"again {tag}", encoded(tag.encode()))
        assert slow.answer(f"again {tag}").state == "ACCEPTED"
    assert store.bodies == [b"quick", b"1", b"2"]


def test_one_message_the_store_cannot_bear_stops_its_sender_alone(
    store: Store, listener: Listener, sender_to: SenderTo
) -> None:
    failed: list[set[str]] = []

    def poisoned(batch: Sequence[Delivery]) -> bool:
        bad = any(b"poison" in delivery.body for delivery in batch)
        if bad:
            failed.append({delivery.sender for delivery in batch})
        return bad

    store.fails = poisoned
    sender = sender_to(listener)
    good = [envelope("good", number) for number in range(3_000)]
    store.open.clear()
    sender.send("good", good[:100])
    sender.send("bad", [envelope("bad", 0), b"poison", envelope("bad", 2)])
    store.open.set()
    sender.send("good", good[100:])
    store.wait_for(lambda: len(store.first_seen("good")) == 3_000)
    assert store.first_seen("good") == good
    store.wait_for(lambda: store.first_seen("bad") == [envelope("bad", 0)] and len(failed) >= 4)
    assert all(senders == {"bad"} for senders in failed[1:])
    store.fails = lambda _: False
    sender.close()
    assert store.first_seen("bad") == [envelope("bad", 0), b"poison", envelope("bad", 2)]


def test_what_the_sender_has_settled_beforehand_is_tried_again(
    store: Store, listener: Listener, machine_at: MachineAt
) -> None:
    store.fails = lambda _: store.attempts <= 2
    machine = machine_at(listener)
    machine.until(lambda: machine.connection.credit)
    for number in range(3):
        transfer = machine.link.delivery(str(number))
        machine.link.stream(encoded(str(number)))
        machine.link.advance()
        transfer.settle()
    machine.connection._transmit()
    store.wait_for(lambda: len(store.kept) == 3)
    assert store.bodies == [b"0", b"1", b"2"]


# --- what is refused ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "condition", "words"),
    [
        pytest.param({"body": {"a": 1}}, "amqp:not-implemented", "neither binary nor text", id="a map"),
        pytest.param({"body": None}, "amqp:not-implemented", "nothing to take", id="no body"),
        pytest.param({"body": [b"a"]}, "amqp:not-implemented", "nothing to take", id="a sequence"),
        pytest.param(
            {"body": b"a", "encoding": "br"}, "amqp:not-implemented", "'br'", id="an unknown encoding"
        ),
        pytest.param(b'{"json": "bare"}', "amqp:decode-error", "no section begins", id="no AMQP message"),
    ],
)
def test_what_can_never_be_taken_is_rejected_and_noted(
    message: Any, condition: str, words: str, store: Store, listener: Listener, machine_at: MachineAt
) -> None:
    machine = machine_at(listener)
    machine.send("1", message if isinstance(message, bytes) else encoded(**message))
    machine.send("2", encoded(b"2"))
    answer = machine.answer("1")
    assert (answer.state, answer.condition) == ("REJECTED", condition)
    assert words in answer.description
    assert store.refused == [("Vendor.Model.1", answer.description)]
    assert machine.answer("2").state == "ACCEPTED"
    assert store.bodies == [b"2"]


@pytest.mark.parametrize("size", [20_001, 2_000_000])
def test_too_large_a_message_is_rejected_and_the_connection_lives_on(
    size: int, store: Store, listen: Listen, machine_at: MachineAt
) -> None:
    machine = machine_at(listen(max_message_bytes=20_000))
    machine.send("1", encoded(b"x" * size))
    machine.send("2", encoded(b"2"))
    answer = machine.answer("1")
    assert (answer.state, answer.condition) == ("REJECTED", "amqp:link:message-size-exceeded")
    assert "20,000" in answer.description
    assert store.refused == [("Vendor.Model.1", answer.description)]
    assert machine.answer("2").state == "ACCEPTED"
    assert store.bodies == [b"2"]
    assert machine.link.remote_max_message_size == 20_000


def test_a_refusal_that_cannot_be_noted_comes_again(listen: Listen, machine_at: MachineAt) -> None:
    def refuse(sender: str, reason: str) -> None:
        raise OSError("disk full")

    machine = machine_at(listen(refused=refuse))
    machine.send("1", encoded(None))
    assert machine.answer("1").state == "MODIFIED"


def test_who_wants_to_receive_what_nobody_sends_is_turned_away(
    listener: Listener, machine_at: MachineAt
) -> None:
    machine = machine_at(listener)
    receiver = machine.link.session.receiver("wants to receive")
    receiver.source.address = "cfx"
    receiver.open()
    with pytest.raises(ConnectionError, match="sends answers and requests alone"):
        machine.until(lambda: False)


def test_transactions_are_turned_away(listener: Listener, machine_at: MachineAt) -> None:
    from proton import Terminus  # noqa: PLC0415 (where Proton is absent the test skips)

    machine = machine_at(listener)
    coordinator = machine.link.session.sender("transactions")
    coordinator.target.type = Terminus.COORDINATOR
    coordinator.open()
    with pytest.raises(ConnectionError, match="no AMQP transactions"):
        machine.until(lambda: False)


def test_who_speaks_another_protocol_harms_nobody(
    store: Store, listener: Listener, machine_at: MachineAt
) -> None:
    with socket.create_connection(("127.0.0.1", listener.port)) as stranger:
        stranger.settimeout(60)
        stranger.sendall(b"GET / HTTP/1.1\r\nHost: padstone\r\n\r\n")
        while stranger.recv(4096):
            pass
    machine = machine_at(listener)
    machine.send("1", encoded(b"1"))
    assert machine.answer("1").state == "ACCEPTED"


def test_who_says_nothing_is_hung_up_on(listen: Listen) -> None:
    listener = listen(idle_timeout_s=0.2)
    with socket.create_connection(("127.0.0.1", listener.port)) as silent:
        silent.settimeout(60)
        silent.sendall(b"AMQP\x03\x01\x00\x00")
        while silent.recv(4096):
            pass


def test_who_falls_silent_is_hung_up_on(listen: Listen, machine_at: MachineAt) -> None:
    machine = machine_at(listen(idle_timeout_s=0.2))
    machine.until(lambda: machine.connection.credit)
    wire = machine.connection._socket
    wire.settimeout(60)
    while wire.recv(4096):
        pass


def test_one_connection_too_many_is_refused(listen: Listen, machine_at: MachineAt) -> None:
    listener = listen(max_connections=1)
    machine = machine_at(listener)
    machine.until(lambda: machine.connection.credit)
    with socket.create_connection(("127.0.0.1", listener.port)) as another:
        another.settimeout(60)
        assert another.recv(1) == b""
    machine.send("1", encoded(b"1"))
    assert machine.answer("1").state == "ACCEPTED"


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::", "padstone.example"])
def test_other_machines_are_let_in_over_tls_alone_unless_insecure(
    host: str, store: Store, require_service: Callable[[str], str]
) -> None:
    require_service("proton")
    from padstone.adapters.amqp.listener import Doorkeeping, Listener  # noqa: PLC0415 (where Proton is absent the test skips)

    def door(**how: Any) -> Listener:
        doorkeeping = Doorkeeping(**how)
        return Listener(host=host, port=0, accept=store.accept, refused=store.refuse, doorkeeping=doorkeeping)

    with pytest.raises(ValueError, match="without TLS"):
        door()
    with pytest.raises(ValueError, match="without logging in"):
        door(anonymous=True, insecure=True)
    door(insecure=True)
    door(tls=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))


# --- breaks and ends ----------------------------------------------------------------------------------------


def test_a_sender_that_dies_in_the_middle_of_a_message(
    store: Store, listener: Listener, machine_at: MachineAt
) -> None:
    machine = machine_at(listener)
    machine.send("1", encoded(b"whole"))
    machine.send_part("2", encoded(b"x" * 1_000_000)[:600_000])
    machine.die()
    another = machine_at(listener, name="another")
    another.send("1", encoded(b"another"))
    assert another.answer("1").state == "ACCEPTED"
    store.wait_for(lambda: len(store.kept) == 2)
    assert sorted(store.bodies) == [b"another", b"whole"]


def test_a_sender_that_thinks_better_of_it(store: Store, listener: Listener, machine_at: MachineAt) -> None:
    machine = machine_at(listener)
    machine.send_part("1", encoded(b"x" * 1_000_000)[:600_000])
    machine.link.current.abort()
    machine.send("2", encoded(b"2"))
    assert machine.answer("2").state == "ACCEPTED"
    assert store.bodies == [b"2"]


def test_what_a_dead_sender_had_sent_is_stored(
    store: Store, listener: Listener, machine_at: MachineAt
) -> None:
    store.open.clear()
    machine = machine_at(listener)
    for number in range(50):
        machine.send(str(number), encoded(str(number)))
    assert store.entered.wait(60)
    machine.die()
    another = machine_at(listener, name="another")
    another.until(lambda: another.connection.credit)
    store.open.set()
    store.wait_for(lambda: len(store.kept) == 50)
    assert store.bodies == [str(number).encode() for number in range(50)]


def test_a_stop_in_full_flow_loses_nothing(store: Store, listen: Listen, sender_to: SenderTo) -> None:
    listener = listen()
    sender = sender_to(listener, most_kept=10_000)
    handles = ["Vendor.Model.1", "Vendor.Model.2", "Vendor.Model.3"]
    sent = {handle: [envelope(handle, number) for number in range(1_000)] for handle in handles}

    def send_all() -> None:
        for handle in handles:
            sender.send(handle, sent[handle])

    sending = threading.Thread(target=send_all)
    sending.start()
    for enough in (300, 600, 900):
        store.wait_for(partial(store.holds, enough))
        listener.stop()
        listener = listen(port=listener.port)
    sending.join()
    sender.close()
    for handle in handles:
        assert store.first_seen(handle) == sent[handle]


def test_a_stop_settles_the_batch_in_hand_and_hands_back_the_rest(
    store: Store, listener: Listener, machine_at: MachineAt
) -> None:
    machine = machine_at(listener)
    store.open.clear()
    machine.send("in hand", encoded(b"in hand"))
    assert store.entered.wait(60)
    for number in range(5):
        machine.send(str(number), encoded(str(number)))
    stopping = threading.Thread(target=listener.stop)
    stopping.start()
    for number in range(5):
        assert machine.answer(str(number)).state == "RELEASED"
    store.open.set()
    assert machine.answer("in hand").state == "ACCEPTED"
    with pytest.raises(ConnectionError, match="stopping"):
        machine.until(lambda: False)
    machine.die()
    stopping.join()
    assert store.bodies == [b"in hand"]
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", listener.port))


def test_a_fault_of_its_own_costs_the_connections_and_nothing_else(
    store: Store, listener: Listener, sender_to: SenderTo, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = sender_to(listener)
    sender.send("Vendor.Model.1", [envelope("Vendor.Model.1", 0)])
    sender.flush()
    hand_over = listener._intake.hand_over
    faults = iter([True])

    def faulty() -> None:
        if next(faults, False):
            raise ZeroDivisionError
        hand_over()

    monkeypatch.setattr(listener._intake, "hand_over", faulty)
    sender.send("Vendor.Model.1", [envelope("Vendor.Model.1", number) for number in range(1, 100)])
    sender.close()
    assert store.first_seen("Vendor.Model.1") == [envelope("Vendor.Model.1", number) for number in range(100)]


def test_a_port_that_is_taken_is_said_at_once(listener: Listener, listen: Listen) -> None:
    with pytest.raises(OSError, match="in use"):
        listen(port=listener.port)
