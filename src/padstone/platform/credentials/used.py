"""When a credential was used last, and from where."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from padstone.kernel import clock
from padstone.platform.credentials.models import LONGEST_ADDRESS

if TYPE_CHECKING:
    from padstone.platform.credentials.models import ApiToken, MachineCredential

NOTED_EVERY = timedelta(minutes=1)
"""More often is no news, and would make every question to the database a change of it."""


def note_use(credential: ApiToken | MachineCredential, address: str) -> None:
    """Note it unless that was done less than a minute ago."""
    now = clock.now()
    if credential.last_used_at is not None and now - credential.last_used_at < NOTED_EVERY:
        return
    type(credential).objects.filter(pk=credential.pk).update(
        last_used_at=now, last_used_from=address[:LONGEST_ADDRESS]
    )
