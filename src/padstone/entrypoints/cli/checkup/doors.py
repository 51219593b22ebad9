"""Who can come in, over what, and what they would need to know."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import click
from django.conf import settings

from padstone.entrypoints.cli.checkup.finding import Deployment, Finding, fault, fine, note, warning
from padstone.entrypoints.cli.exposure import Tls, context_of, exposure, is_loopback
from padstone.kernel import clock
from padstone.kernel.errors import Refusal
from padstone.platform.discretion import is_open_to_others

SHORTEST_KEY = 40
FEWEST_LETTERS = 10
CERTIFICATE_SHOULD_LAST = timedelta(days=21)


def secret_key(deployment: Deployment) -> Iterator[Finding]:
    about = "secret key"
    key = settings.SECRET_KEY
    if len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_LETTERS:
        yield fault(
            about,
            "It can be guessed, and with it anybody may forge a session.",
            "Remove PADSTONE_SECRET_KEY: one is made. Or make one: "
            'python3 -c "import secrets; print(secrets.token_urlsafe(48))"',
        )
    else:
        yield fine(about, "It cannot be guessed.")
    for path in deployment.wiring.secret_files():
        if is_open_to_others(path):
            yield fault(
                about, f"{path} holds a secret, and others may read or change it.", f"chmod 600 {path}"
            )
        elif path.stat().st_uid not in {0, os.geteuid()}:
            yield fault(about, f"{path} belongs to somebody else.", f"chown it: {path}")


def hosts(deployment: Deployment) -> Iterator[Finding]:
    about, names = "hosts", settings.ALLOWED_HOSTS
    if "*" in names:
        yield warning(
            about,
            "Padstone answers to any name, so a page elsewhere may make links that lead astray.",
            "PADSTONE_HOSTS=the.names.that.people.type",
        )
    elif not is_loopback(deployment.host) and all(is_loopback(name) for name in names):
        yield fault(
            about,
            "Other machines may connect, and are refused: Padstone answers to this machine's names alone.",
            "PADSTONE_HOSTS=the.name.that.people.type",
        )
    else:
        yield fine(about, f"Padstone answers to {', '.join(names)}.")


def tls(deployment: Deployment) -> Iterator[Finding]:
    about = "TLS"
    try:
        pair = exposure(
            deployment.host, deployment.tls_cert, deployment.tls_key, insecure=deployment.insecure
        )
    except Refusal as refusal:
        yield fault(about, refusal.reason, refusal.way_out)
        return
    except click.UsageError as error:
        yield fault(about, error.format_message(), "Give both.")
        return
    if pair:
        yield from certificate(pair)
    elif settings.BEHIND_PROXY:
        yield note(
            about,
            "A proxy in front speaks it, and is believed when it says so.",
            "Nothing but the proxy may reach this port, and it must overwrite X-Forwarded-Proto.",
        )
    elif is_loopback(deployment.host):
        yield fine(about, "None is needed: the web answers to this machine alone.")
    else:
        yield warning(
            about,
            "There is none (--insecure): passwords and sessions can be read on the way.",
            "--tls-cert and --tls-key, or a proxy: docs/how-to/deploy.md shows both.",
        )


def certificate(pair: Tls) -> Iterator[Finding]:
    """Ours, as a browser would see it that trusts who issued it."""
    about = "certificate"
    try:
        seen = _shown_by(pair)
    except ssl.SSLCertVerificationError as error:
        yield fault(about, f"No browser would take it: {error.verify_message}.", "Have it issued anew.")
        return
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(seen["notAfter"])), UTC)
    if ends - clock.now() < CERTIFICATE_SHOULD_LAST:
        yield warning(about, f"It ends on {ends:%Y-%m-%d}.", "Have it issued anew, then restart Padstone.")
    else:
        yield fine(about, f"It lasts until {ends:%Y-%m-%d}.")
    names = {value for _, value in seen.get("subjectAltName", ())}
    if strange := [
        name for name in settings.ALLOWED_HOSTS if not is_loopback(name) and not _covers(names, name)
    ]:
        yield warning(
            about,
            f"It does not speak for {', '.join(strange)}, but for {', '.join(sorted(names)) or 'no name'}.",
            "Have it issued for every name in PADSTONE_HOSTS.",
        )


def _covers(names: set[str], name: str) -> bool:
    return name.strip("[]") in names or f"*.{name.partition('.')[2]}" in names


def _shown_by(pair: Tls) -> dict[str, Any]:
    """What a client learns in a handshake with it, without a network."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname = False
    client.load_verify_locations(pair.cert)
    client.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = client.wrap_bio(to_client, to_server)
    theirs = context_of(pair).wrap_bio(to_server, to_client, server_side=True)
    done: set[ssl.SSLObject] = set()
    while len(done) < 2:
        for side in (ours, theirs):
            try:
                side.do_handshake()
                done.add(side)
            except ssl.SSLWantReadError:
                continue
    return dict(ours.getpeercert() or {})


def amqp(deployment: Deployment) -> Iterator[Finding]:
    about = "AMQP"
    if missing := deployment.wiring.amqp_missing():
        yield note(about, "Its client is not installed: machines deliver over HTTP.", missing)
    elif deployment.amqp.anonymous:
        yield warning(
            about,
            "Whoever is on this machine may send messages, and in any machine's name (--amqp-anonymous).",
            "Give the machines credentials (padstone machine credential create), and leave the option out.",
        )
    elif is_loopback(deployment.amqp_host):
        yield fine(about, "It answers to this machine alone, and to machines that log in.")
    elif deployment.amqp.cert:
        yield fine(about, "It answers over TLS, to machines that log in.")
    elif deployment.insecure:
        yield warning(
            about,
            "Machines log in without TLS (--insecure): whoever is on the way can read their secrets.",
            "--amqp-tls-cert and --amqp-tls-key.",
        )
    else:
        yield fault(
            about,
            f"It will not start on {deployment.amqp_host}: other machines could reach it without TLS.",
            "--amqp-tls-cert and --amqp-tls-key; or --amqp-host 127.0.0.1.",
        )
