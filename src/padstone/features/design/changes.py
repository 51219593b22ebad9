"""What differs between two revisions of a product."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from padstone.features.design.domain.content import Content, as_understood
from padstone.features.design.domain.difference import Change, compare_bills, compare_placements
from padstone.features.design.lookups import held
from padstone.platform.answers import json_bytes

if TYPE_CHECKING:
    from padstone.features.design.models import ChangeOrder


def differences(before: Content, after: Content) -> tuple[Change, ...]:
    """Of the bills as they are understood, and of the placements where both have one."""
    found = tuple(compare_bills(as_understood(before), as_understood(after)))
    if before.placement is None or after.placement is None:
        return found
    return (*found, *compare_placements(before.placement, after.placement))


def difference_of(order: ChangeOrder) -> tuple[Change, ...]:
    return differences(held(order.before).content, held(order.after).content)


def digest_of_change(order: ChangeOrder) -> bytes:
    """The SHA-256 of all that a change order says: what is signed with it."""
    told = {
        "number": order.number,
        "before": str(order.before),
        "after": str(order.after),
        "reason": order.reason,
        "effective_by": order.effective_by,
        "effectivity": order.effectivity,
        "difference": [one.text for one in difference_of(order)],
    }
    return hashlib.sha256(json_bytes(told)).digest()
