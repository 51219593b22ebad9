"""Which machine it is that shows a credential."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from padstone.kernel.actor import Actor, ActorKind
from padstone.platform.credentials import secret
from padstone.platform.credentials.models import MachineCredential
from padstone.platform.credentials.used import note_use

if TYPE_CHECKING:
    from collections.abc import Collection

    from padstone.platform.credentials.secret import Shown

SEND_MESSAGES = "send_messages"


@dataclass(frozen=True, slots=True)
class KnownMachine:
    """A machine that has proved its CFX handle, and the credential it did it with."""

    handle: str
    credential_id: int

    def actor(self, via: str) -> Actor:
        """It may send messages, and neither read nor decide."""
        return Actor(
            ActorKind.MACHINE,
            self.handle,
            frozenset({SEND_MESSAGES}),
            f"machine_credential:{self.credential_id}",
            via,
        )


def machine_with_secret(shown: Shown, *, address: str, handle: str | None = None) -> KnownMachine | None:
    """The machine whose secret that is. None where it is unknown, wrong or revoked, or belongs to another
    handle than the one claimed.
    """
    if shown.kind != secret.MACHINE:
        return None
    row = MachineCredential.objects.filter(pk=shown.id).first()
    if row is None or not secret.is_secret_of(row.secret_digest, shown.secret):
        return None
    if row.revoked_at is not None or (handle is not None and handle != row.handle):
        return None
    return _known(row, address)


def machine_with_certificate(fingerprint: str, *, address: str, handle: str = "") -> KnownMachine | None:
    """The machine whose certificate has that SHA-256 fingerprint (64 small hexadecimal digits). None where it
    is nobody's, was revoked, or belongs to another handle than the one claimed.
    """
    if not fingerprint:
        return None
    row = MachineCredential.objects.filter(certificate_fingerprint=fingerprint, revoked_at=None).first()
    if row is None or (handle and handle != row.handle):
        return None
    return _known(row, address)


def revoked(credential_ids: Collection[int]) -> frozenset[int]:
    """Those of the credentials that are good for nothing any more."""
    good = MachineCredential.objects.filter(pk__in=credential_ids, revoked_at=None).values_list(
        "pk", flat=True
    )
    return frozenset(credential_ids) - frozenset(good)


def _known(row: MachineCredential, address: str) -> KnownMachine:
    note_use(row, address)
    return KnownMachine(row.handle, row.pk)
