"""The brokers that messages are fetched from, each of their addresses, and where machines' answers go."""

from __future__ import annotations

from collections.abc import Iterator

from padstone.entrypoints.cli.checkup.finding import Deployment, Finding, fault, fine, warning
from padstone.kernel.errors import Refusal
from padstone.platform.discretion import without_secrets

ABOUT = "brokers"


def brokers(deployment: Deployment) -> Iterator[Finding]:
    """Each is connected to, and logged in at; nothing is taken. Where none is configured, nothing is said."""
    wiring = deployment.wiring
    try:
        configured = wiring.amqp_subscriptions()
    except Refusal as refusal:
        yield fault(ABOUT, refusal.reason, refusal.way_out)
        return
    if not configured:
        return
    if missing := wiring.amqp_missing():
        yield fault(ABOUT, "Nothing is fetched from them: AMQP's client is not installed.", missing)
        return
    for seen in wiring.broker_looks():
        if seen.trouble:
            found = warning if seen.usable else fault
            yield found(ABOUT, f"{seen.name}: {without_secrets(seen.trouble)}", seen.remedy)
        else:
            yield fine(ABOUT, f"{seen.name} can be fetched from.")
