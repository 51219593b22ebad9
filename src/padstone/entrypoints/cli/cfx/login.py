"""Where passwords come from: the environment or a file, and not the command line, which others can read."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import replace
from pathlib import Path

import click
import msgspec

from padstone.entrypoints.cli.cfx.ports import Place

VARIABLE = "PADSTONE_CFX_PASSWORD"


def logged_in(
    place: Place,
    *,
    ca: Path | None = None,
    certificate: tuple[Path, Path] | None = None,
    insecure: bool = False,
) -> Place:
    """The place with what one logs in with: the environment holds the password of the address's user.
    ValueError where files are given that it cannot use, and where others could read the password on the way.
    """
    if (ca or certificate) and not place.is_tls:
        raise ValueError("certificates need TLS: write amqps:// or https://")
    password = place.password or (os.environ.get(VARIABLE, "") if place.user else "")
    check_exposure(place, password, insecure=insecure)
    return replace(place, password=password, ca=ca, certificate=certificate)


def check_exposure(place: Place, password: str, *, insecure: bool) -> None:
    """ValueError where a password would go to another machine without TLS, unless that is wanted."""
    if password and not (place.is_tls or insecure or is_this_machine(place.host)):
        safe = "amqps://" if place.url.startswith("amqp") else "https://"
        raise ValueError(
            f"without TLS anybody on the way to {place.host} can read the password: write {safe}, or say "
            "--insecure"
        )


def read_credentials(file: Path | None) -> dict[str, str] | None:
    """Each CFX handle with its secret; None without a file."""
    if file is None:
        return None
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[str, str])
    except (msgspec.DecodeError, OSError) as error:
        raise click.UsageError(
            f"--credentials: {file} is no JSON object of CFX handles and their secrets: {error}"
        ) from None


def is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
