"""What a broker's address says, and that a refusal shows nothing of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from padstone.adapters.amqp.broker import Broker


def test_all_that_an_address_may_say() -> None:
    broker = Broker.read(
        "amqps://li%2Fne:pass%40word@broker.example:5999"
        "?subscribe=/amq/queue/cfx&subscribe=/queues/line-2&requests=/queue/{handle}"
        "&ca=/etc/ca.pem&certificate=/etc/c.pem&key=/etc/k.pem&container=padstone-2&durable=0"
    )
    assert (broker.host, broker.port, broker.is_tls) == ("broker.example", 5999, True)
    assert (broker.user, broker.password) == ("li/ne", "pass@word")
    assert broker.addresses == ("/amq/queue/cfx", "/queues/line-2")
    assert broker.requests == "/queue/{handle}"
    assert (broker.ca, broker.certificate) == (
        Path("/etc/ca.pem"),
        (Path("/etc/c.pem"), Path("/etc/k.pem")),
    )
    assert (broker.container, broker.durable) == ("padstone-2", False)
    assert broker.name == "amqps://broker.example:5999"


def test_what_an_address_need_not_say() -> None:
    broker = Broker.read("amqp://[::1]?subscribe=cfx")
    assert (broker.host, broker.port, broker.user, broker.container) == ("::1", 5672, "", "padstone")
    assert broker.durable
    assert Broker.read("amqps://broker.example?subscribe=cfx").port == 5671


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://line:verysecret@broker.example?subscribe=cfx", "reads amqps"),
        ("amqps://line:verysecret@broker.example", "what to subscribe to"),
        ("amqps://line:verysecret@broker.example:port?subscribe=cfx", "reads amqps"),
        ("amqps://line:verysecret@broker.example/cfx?subscribe=cfx", "reads amqps"),
        ("amqps://line:verysecret@broker.example?requests=/queue/{handle}", "what to subscribe to"),
        ("amqps://line:verysecret@broker.example?subscribe=", "what to subscribe to"),
        ("amqps://line:verysecret@broker.example?subscribe=cfx&queue=a", "knows no queue"),
        ("amqp://line:verysecret@broker.example?subscribe=cfx", "without TLS"),
        ("amqp://line:verysecret@127.0.0.1?subscribe=cfx&ca=a.pem", "need TLS"),
        ("amqps://line:verysecret@broker.example?subscribe=cfx&certificate=a.pem", "belong together"),
        ("amqps://line:verysecret@broker.example?subscribe=cfx&durable=yes", "durable is 0 or 1"),
        ("amqps://line:verysecret@broker.example?subscribe=cfx&requests=/queue/x", "{handle}"),
        ("amqps://line:verysecret@broker.example?subscribe=cfx&ca=a&ca=b", "one ca"),
    ],
)
def test_a_wrong_address_is_refused_without_its_secret(url: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as refused:
        Broker.read(url)
    assert "verysecret" not in str(refused.value)


def test_a_broker_is_shown_without_its_secret() -> None:
    broker = Broker.read("amqp://line:verysecret@127.0.0.1?subscribe=cfx")
    assert "verysecret" not in f"{broker} {broker!r} {[broker]}"


def test_without_tls_a_password_goes_out_only_where_that_was_said() -> None:
    assert Broker.read("amqp://line:verysecret@broker.example?subscribe=cfx&insecure=1").password
