"""Who can reach a door of ours, and whether they must speak TLS there."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import click
from django.conf import settings

from padstone.kernel.errors import Invalid, Refusal
from padstone.platform.discretion import is_open_to_others

F = TypeVar("F", bound=Callable[..., object])

A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class Tls:
    """A certificate with its chain, and its private key: two files in PEM."""

    cert: Path
    key: Path


def tls_options(function: F) -> F:
    """``--tls-cert``, ``--tls-key`` and ``--insecure``; each may come from the environment too."""
    for option in (
        click.option(
            "--insecure",
            is_flag=True,
            envvar="PADSTONE_INSECURE",
            show_envvar=True,
            help="Let other machines in without TLS: passwords and sessions can be read on the way.",
        ),
        click.option(
            "--tls-key",
            type=A_FILE,
            envvar="PADSTONE_TLS_KEY",
            show_envvar=True,
            help="Its private key, PEM.",
        ),
        click.option(
            "--tls-cert",
            type=A_FILE,
            envvar="PADSTONE_TLS_CERT",
            show_envvar=True,
            help="Speak HTTPS, TLS 1.2 or later: the certificate with its chain, PEM.",
        ),
    ):
        function = option(function)
    return function


def exposure(host: str, cert: Path | None, key: Path | None, *, insecure: bool) -> Tls | None:
    """The TLS that a web server on ``host`` is to speak; None for plain HTTP.

    Refuses: a certificate without its key or with another's, a key that others may read, and plain HTTP where
    other machines can reach it, unless ``insecure`` says so or a proxy with TLS stands before it.
    """
    if cert and key:
        return checked(Tls(cert, key))
    if cert or key:
        raise click.UsageError("--tls-cert and --tls-key belong together.")
    if not is_loopback(host) and not settings.BEHIND_PROXY and not insecure:
        raise Refusal(
            "exposed_without_tls",
            "Other machines can reach {host}, and without TLS anybody on the way can read passwords and take "
            "over sessions.",
            field="host",
            way_out="Give --tls-cert and --tls-key; or put a proxy with TLS in front and set "
            "PADSTONE_BEHIND_PROXY=1; or say --insecure on a network where that does not matter. "
            "docs/how-to/deploy.md shows each.",
            host=host,
        )
    return None


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach it. A name other than localhost may lead anywhere."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def checked(tls: Tls) -> Tls:
    if is_open_to_others(tls.key):
        raise Invalid(
            "tls_key_open",
            "{path} is a private key, and others may read or change it.",
            field="tls-key",
            way_out=f"chmod 600 {tls.key}",
            path=tls.key,
        )
    try:
        context_of(tls)
    except (ssl.SSLError, OSError) as error:
        raise Invalid(
            "tls_unusable",
            "{cert} and {key} are no certificate with its key ({why}).",
            field="tls-cert",
            cert=tls.cert,
            key=tls.key,
            why=error,
        ) from error
    return tls


def context_of(tls: Tls) -> ssl.SSLContext:
    """What a server speaks with it: TLS 1.2 or later, OpenSSL's own choice of ciphers."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(tls.cert, tls.key)
    return context
