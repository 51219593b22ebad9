"""What is fetched from brokers: from each address in its turn, and stored before the broker is told so."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256

from django.db import InterfaceError, OperationalError, connection

from padstone.entrypoints.ingestd.ports import Running, Subscription
from padstone.entrypoints.ingestd.turns import Turns
from padstone.ingest import inbox
from padstone.ingest.delivery import SET_ASIDE, Delivery

_TRIES = 3

log = logging.getLogger(__name__)


def open_brokers(
    subscriptions: Sequence[Subscription], stored: Callable[[], object]
) -> list[tuple[str, Running]]:
    """Subscribe to all of them, by name; `stored` is called after each batch."""
    turns = Turns(tuple(subscription.name for subscription in subscriptions))
    opened: list[tuple[str, Running]] = []
    for subscription in subscriptions:
        fetched = subscription.opens(
            accept=Store(stored).accept,
            refused=lambda sender, reason: inbox.refuse(door="amqp", sender=sender, reason=reason),
            lease=turns.of(subscription.name),
        )
        fetched.start()
        opened.append((subscription.name, fetched))
    return opened


class Store:
    """The inbox, for one address. A message that alone, time and again, cannot be stored for a reason of its
    own is set aside: kept as it came, rejected, for a person to see; the rest of the address goes on.
    """

    def __init__(self, stored: Callable[[], object]) -> None:
        self._stored = stored
        self._failed: tuple[bytes, int] = (b"", 0)  # which message alone failed last, and how often

    def accept(self, deliveries: Sequence[Delivery]) -> None:
        try:
            inbox.accept(deliveries)
        except (OperationalError, InterfaceError):
            connection.close_if_unusable_or_obsolete()
            raise
        except Exception:
            connection.close_if_unusable_or_obsolete()
            if not self._is_poison(deliveries):
                raise
            log.exception("A message of %s cannot be stored; it is set aside", deliveries[0].sender)
            inbox.accept([replace(deliveries[0], content_encoding=SET_ASIDE)])
        self._stored()

    def _is_poison(self, deliveries: Sequence[Delivery]) -> bool:
        if len(deliveries) != 1:
            return False
        which = sha256(deliveries[0].body).digest()
        last, times = self._failed
        self._failed = (which, times + 1 if which == last else 1)
        return self._failed[1] >= _TRIES
