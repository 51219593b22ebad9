"""How AMQP's port stands open: the options that say so, for every command that opens it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from padstone.entrypoints.cli.exposure import A_FILE, Tls, checked
from padstone.entrypoints.ingestd.ports import Exposure

F = TypeVar("F", bound=Callable[..., object])


def amqp_exposure_options(function: F) -> F:
    """``--amqp-tls-cert``, ``--amqp-tls-key``, ``--amqp-client-ca`` and ``--amqp-anonymous``; each may come
    from the environment too.
    """
    for option in (
        click.option(
            "--amqp-anonymous",
            is_flag=True,
            envvar="PADSTONE_AMQP_ANONYMOUS",
            show_envvar=True,
            help="Let in over AMQP whoever is on this machine, without a login.",
        ),
        click.option(
            "--amqp-client-ca",
            type=A_FILE,
            envvar="PADSTONE_AMQP_CLIENT_CA",
            show_envvar=True,
            help="Machines may show certificates that these authorities issued, PEM.",
        ),
        click.option(
            "--amqp-tls-key",
            type=A_FILE,
            envvar="PADSTONE_AMQP_TLS_KEY",
            show_envvar=True,
            help="Its private key, PEM.",
        ),
        click.option(
            "--amqp-tls-cert",
            type=A_FILE,
            envvar="PADSTONE_AMQP_TLS_CERT",
            show_envvar=True,
            help="Speak AMQP over TLS, 1.2 or later: the certificate with its chain, PEM.",
        ),
    ):
        function = option(function)
    return function


def amqp_exposure(
    *,
    amqp_tls_cert: Path | None,
    amqp_tls_key: Path | None,
    amqp_client_ca: Path | None,
    amqp_anonymous: bool,
    insecure: bool,
) -> Exposure:
    """What the options come to. Refuses a certificate without its key or with another's, and a key that
    others may read.
    """
    if bool(amqp_tls_cert) != bool(amqp_tls_key):
        raise click.UsageError("--amqp-tls-cert and --amqp-tls-key belong together.")
    if amqp_client_ca and not amqp_tls_cert:
        raise click.UsageError("--amqp-client-ca needs TLS: --amqp-tls-cert and --amqp-tls-key.")
    if amqp_tls_cert and amqp_tls_key:
        checked(Tls(amqp_tls_cert, amqp_tls_key))
    return Exposure(
        cert=amqp_tls_cert,
        key=amqp_tls_key,
        client_ca=amqp_client_ca,
        anonymous=amqp_anonymous,
        insecure=insecure,
    )


def as_arguments(exposure: Exposure) -> list[str]:
    """The same as options again, for a process of its own."""
    named = {
        "--amqp-tls-cert": exposure.cert,
        "--amqp-tls-key": exposure.key,
        "--amqp-client-ca": exposure.client_ca,
    }
    arguments = [text for option, path in named.items() if path for text in (option, str(path))]
    if exposure.anonymous:
        arguments.append("--amqp-anonymous")
    if exposure.insecure:
        arguments.append("--insecure")
    return arguments
