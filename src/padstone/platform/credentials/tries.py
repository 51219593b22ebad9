"""Wrong credentials: an address that shows one after the other is slowed, then refused.

The counter is in the database, so that all processes count together. It stands in nobody's way who shows a
right credential, not even from the same address: a right one is looked at first, and never counted.
"""

from __future__ import annotations

import ipaddress
import logging
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F

from padstone.kernel import clock
from padstone.platform.credentials.models import LONGEST_ADDRESS, WrongTries

log = logging.getLogger(__name__)

WINDOW = timedelta(minutes=15)
FREE = 5
"""Tries that cost nothing: somebody mistypes, a machine's old secret was just revoked."""
SLOWED = 5
"""Tries after those that are answered late; all others until the window is over are refused at once."""
FIRST_PAUSE_S = 0.25
_FORGOTTEN_AFTER = timedelta(days=1)
_NETWORK_BITS = 64


@dataclass(frozen=True, slots=True)
class Answered:
    """How a wrong try is answered: after ``pause_s``, and if ``refused`` with the request not to come again
    for ``wait_s`` seconds.
    """

    pause_s: float = 0.0
    wait_s: int = 0

    @property
    def refused(self) -> bool:
        return self.wait_s > 0


def count_wrong(address: str, claimed: str) -> Answered:
    """Count a wrong try and say how to answer it. ``claimed`` is who it said it was, for the log; never a
    secret.
    """
    place, now = network_of(address), clock.now()
    known = WrongTries.objects.filter(address=place, since__gt=now - WINDOW)
    row = known.first()
    if row is not None and row.tries >= FREE + SLOWED:  # it is on record: a flood costs no more writes
        return Answered(wait_s=max(1, round((row.since + WINDOW - now).total_seconds())))
    tries = 1
    if known.update(tries=F("tries") + 1, last_at=now):
        tries = known.values_list("tries", flat=True).first() or 1
    else:
        WrongTries.objects.filter(last_at__lt=now - _FORGOTTEN_AFTER).delete()
        WrongTries.objects.bulk_create(
            [WrongTries(address=place, tries=1, since=now, last_at=now)],
            update_conflicts=True,
            unique_fields=["address"],
            update_fields=["tries", "since", "last_at"],
        )
    log.warning("Wrong credential from %s for %.60r: %d in %s", place, claimed, tries, WINDOW)
    if tries <= FREE:
        return Answered()
    return Answered(pause_s=FIRST_PAUSE_S * 2 ** (min(tries, FREE + SLOWED) - FREE - 1))


def network_of(address: str) -> str:
    """What is counted as one: an IPv4 address, an IPv6 network, of which one machine has all addresses."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:LONGEST_ADDRESS]
    if isinstance(known, ipaddress.IPv6Address):
        if known.ipv4_mapped:
            return str(known.ipv4_mapped)
        return str(ipaddress.ip_network((known, _NETWORK_BITS), strict=False))
    return str(known)
