"""Whether a machine at the door is the one that it says it is."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import connection

from padstone.ingest.login import Claim, Denied, Login, Verdict
from padstone.platform.credentials import machines, secret
from padstone.platform.credentials.tries import count_wrong

P = ParamSpec("P")
R = TypeVar("R")


def _on_a_live_connection(ask: Callable[P, R]) -> Callable[P, R]:
    """No request begins or ends here, at which Django would drop a database connection that has died."""

    @wraps(ask)
    def asked(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return ask(*args, **kwargs)
        except Exception:
            connection.close_if_unusable_or_obsolete()
            raise

    return asked


@_on_a_live_connection
def verify(claim: Claim) -> Verdict:
    """The machine that it is; or that it is none, which is counted, and answered later and later."""
    machine = _machine(claim)
    if machine is not None:
        return Login(machine.handle, machine.credential_id)
    answered = count_wrong(claim.address, claim.handle or claim.fingerprint)
    return Denied(pause_s=answered.pause_s, for_now=answered.refused)


@_on_a_live_connection
def revoked(credentials: Collection[int]) -> frozenset[int]:
    """Those of the credentials that are good for nothing any more."""
    return machines.revoked(credentials)


def _machine(claim: Claim) -> machines.KnownMachine | None:
    if claim.fingerprint:
        return machines.machine_with_certificate(
            claim.fingerprint, address=claim.address, handle=claim.handle
        )
    shown = secret.read(claim.secret)
    if shown is None:
        return None
    return machines.machine_with_secret(shown, address=claim.address, handle=claim.handle)
