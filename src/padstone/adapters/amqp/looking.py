"""Whether a broker could be fetched from: connected to, logged in at, each address opened, nothing taken.

What goes wrong is said in an operator's words, with what to do about it; never a secret.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

from proton import Event, Terminus

from padstone.adapters.amqp.broker import Broker
from padstone.adapters.amqp.outward import CONNECT_S, Outward

_CONTAINER = "padstone-doctor"
_IDLE_TIMEOUT_S = 60.0
_LONGEST_WAIT_S = 0.5
_DECLARED = "/queue/"
"""For addresses of this form RabbitMQ makes a queue; it must be as durable as the one that fetching makes."""
_LONGEST_SAYING = 300

Saying = tuple[str, str]
"""What is wrong, and what to do about it."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was found of one address, or of the broker itself (``address`` is "" then). ``trouble`` is ""
    where nothing is wrong, else a sentence; ``remedy`` says what to do.
    """

    address: str
    trouble: str = ""
    remedy: str = ""


def look_at(broker: Broker) -> Iterator[Look]:
    """The broker's addresses, each over a connection of its own, for some brokers end one over an address
    that they do not have. One look without an address where there is no way to any.
    """
    for address in broker.addresses:
        try:
            yield _look(broker, address)
        except (OSError, ssl.SSLError) as error:
            yield Look("", *_no_way(broker, error))
            return


def _look(broker: Broker, address: str) -> Look:
    with Outward(replace(broker, container=_CONTAINER), _IDLE_TIMEOUT_S) as outward:
        told = _heard(outward)
        for event in told:
            if event.type is Event.CONNECTION_REMOTE_OPEN:
                break
        try:
            _open(outward, broker, address, told)
        except _Refused as refusal:
            return Look(address, *_no_address(broker, *refusal.args))
        outward.say_goodbye()
    return Look(address)


def _open(outward: Outward, broker: Broker, address: str, told: Iterator[Any]) -> None:
    """Returns when messages could be asked for; none are."""
    session: Any = outward.connection.session()
    session.open()
    link = session.receiver(f"{_CONTAINER} {address}")
    link.source.address = address
    if broker.durable and address.startswith(_DECLARED):
        link.source.durability = Terminus.DELIVERIES
        link.source.expiry_policy = Terminus.EXPIRE_NEVER
    link.target.address = _CONTAINER
    link.open()
    for event in told:
        if event.type is Event.LINK_REMOTE_OPEN:
            source = link.remote_source
            if source.type != Terminus.UNSPECIFIED and source.address:
                return
        elif event.type in {Event.LINK_REMOTE_CLOSE, Event.LINK_REMOTE_DETACH}:
            raise _Refused(*_condition(link))
        elif event.type is Event.SESSION_REMOTE_CLOSE:
            raise _Refused(*_condition(session))
        elif event.type is Event.CONNECTION_REMOTE_CLOSE:
            raise _Refused(*_condition(event.connection))


def _heard(outward: Outward) -> Iterator[Any]:
    """What the broker says, as it says it; OSError at the end of the connection, or of patience."""
    rung, bell = socket.socketpair()  # nobody rings: an exchange wants something to be woken by
    rung.setblocking(False)
    end = time.monotonic() + CONNECT_S
    with closing(rung), closing(bell):
        while (left := end - time.monotonic()) > 0:
            outward.exchange(rung, min(left, _LONGEST_WAIT_S))
            yield from outward.events()
    raise TimeoutError


class _Refused(Exception):
    """An address is not to be had: the condition's name, and its description."""


def _condition(endpoint: Any) -> tuple[str, str]:
    why = endpoint.remote_condition
    return (str(why.name), str(why.description or "")) if why else ("", "")


# --- in words -----------------------------------------------------------------------------------------------


_FAULTS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str, str], ...] = (
    (
        ssl.SSLCertVerificationError,
        "Its certificate is not to be trusted: {certificate}.",
        "ca= names the file of the authority that issued it; the host must be one that it names.",
    ),
    (
        ssl.SSLError,
        "It does not speak TLS there, or does not take our certificate.",
        "Look at the port (5671 is usual for TLS), and at certificate= and key=.",
    ),
    (
        (FileNotFoundError, PermissionError),
        "A file that its address names cannot be read: {error}.",
        "Look at ca=, certificate= and key=, and at who may read those files.",
    ),
    (socket.gaierror, "Nobody knows the name {host}.", "Look at the host, and at the name service."),
    (
        ConnectionRefusedError,
        "Nothing listens on port {port} of {host}.",
        "Is the broker running, and does it speak AMQP 1.0 on that port?",
    ),
    (
        TimeoutError,
        "It did not answer within {patience:g} s.",
        "Look at host and port, and at firewalls on the way.",
    ),
)
"""What keeps us out by its kind, the narrower before the wider."""


def _no_way(broker: Broker, error: Exception) -> Saying:
    for kind, trouble, remedy in _FAULTS:
        if isinstance(error, kind):
            certificate = getattr(error, "verify_message", "")
            told = {"host": broker.host, "port": broker.port, "error": error, "certificate": certificate}
            return trouble.format(**told, patience=CONNECT_S), remedy
    return _hung_up(broker, str(error))


def _hung_up(broker: Broker, said: str) -> Saying:
    if "framing-error" in said or "not speak AMQP" in said:
        return (
            "What listens there does not speak AMQP 1.0.",
            "RabbitMQ before 4 needs its plug-in: rabbitmq-plugins enable rabbitmq_amqp1_0.",
        )
    if "unauthorized-access" in said or "sasl" in said.casefold():
        return _no_login(broker)
    if said == "it hung up":
        return (
            "What listens there hangs up at once, as if it did not speak AMQP 1.0.",
            "Look at the port, at RabbitMQ's plug-in rabbitmq_amqp1_0, and at the broker's log.",
        )
    return f"It cannot be spoken with: {said[:_LONGEST_SAYING]}.", "The broker's log says more."


def _no_login(broker: Broker) -> Saying:
    if broker.user:
        who, look = (
            f"as {broker.user}",
            "user and password in its address, and the user's rights at the broker",
        )
    elif broker.certificate is not None:
        who, look = "with our certificate", "which certificates the broker takes, and whom it takes them for"
    else:
        who, look = "without a login", "user and password: its address names none"
    return f"It does not let Padstone in {who}.", f"Look at {look}."


def _no_address(broker: Broker, name: str, description: str) -> Saying:
    who = broker.user or "Padstone"
    if "not-found" in name or "not_found" in description.casefold():
        return (
            "The broker has no such address.",
            "Make the queue there, or look at subscribe=: docs/how-to/connect-a-broker.md says the forms.",
        )
    if "unauthorized" in name or "access_refused" in description.casefold():
        return f"{who} may not read there.", f"Give {who} the right to read from it, at the broker."
    if "resource-locked" in name or "exclusive" in description.casefold():
        return (
            "Somebody else has it for himself alone.",
            "Find out who at the broker; Padstone may be running.",
        )
    why = f"{name} {description}".strip() or "it gave no reason"
    return f"It cannot be opened: {why[:_LONGEST_SAYING]}.", "Look at subscribe=, and at the broker's log."
