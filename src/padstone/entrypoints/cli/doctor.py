from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from padstone.entrypoints.cli.checkup import archive, brokers, database, doors, machine
from padstone.entrypoints.cli.checkup.finding import Check, Deployment, Finding, Level, fault
from padstone.entrypoints.cli.exposure import A_FILE
from padstone.entrypoints.ingestd.exposure import amqp_exposure, amqp_exposure_options
from padstone.entrypoints.ingestd.ports import Wiring
from padstone.platform.terminal import format_option, say_json, say_table

log = logging.getLogger(__name__)

ANYWAY: tuple[Check, ...] = (
    machine.user,
    machine.data_folder,
    machine.disk,
    machine.backups,
    machine.debug,
    doors.secret_key,
    doors.hosts,
    doors.tls,
    doors.amqp,
    brokers.brokers,
)
ON_THE_DATABASE: tuple[Check, ...] = (
    database.guards,
    database.sqlite,
    database.processes,
    archive.archive,
    machine.time,
    machine.accounts,
    machine.versions,
)


@click.command(short_help="Check this deployment, and say what to mend")
@click.option("--host", default="127.0.0.1", envvar="PADSTONE_HOST", help="As for serve.")
@click.option("--tls-cert", type=A_FILE, envvar="PADSTONE_TLS_CERT", help="As for serve.")
@click.option("--tls-key", type=A_FILE, envvar="PADSTONE_TLS_KEY", help="As for serve.")
@click.option("--insecure", is_flag=True, envvar="PADSTONE_INSECURE", help="As for serve.")
@click.option("--amqp-host", default="127.0.0.1", envvar="PADSTONE_AMQP_HOST", help="As for serve.")
@amqp_exposure_options
@click.option("--strict", is_flag=True, help="End with 1 on a warning too.")
@format_option("table", "json")
@click.pass_context
def doctor(
    ctx: click.Context,
    /,
    *,
    host: str,
    tls_cert: Path | None,
    tls_key: Path | None,
    insecure: bool,
    amqp_host: str,
    strict: bool,
    output: str,
    **amqp: Any,
) -> None:
    """Check this deployment: database, evidence, backups, secrets, doors, clock, disk; and say what to mend.

    It looks at what Padstone would be served with: run it as Padstone's user, with Padstone's environment and
    the same options. It connects to the brokers that are configured, and takes nothing from them. It changes
    nothing. Ends with 1 if there is a fault.
    """
    wiring: Wiring = ctx.obj
    door = amqp_exposure(insecure=insecure, **amqp)
    if tls_cert and tls_key and door.cert is None:  # as serve does
        door = replace(door, cert=tls_cert, key=tls_key)
    deployment = Deployment(wiring, host, tls_cert, tls_key, insecure, amqp_host, door)
    findings = list(examine(deployment))
    if output == "json":
        say_json(findings)
    else:
        _say(findings)
    counted = Counter(finding.level for finding in findings)
    if counted[Level.FAULT] or (strict and counted[Level.WARNING]):
        ctx.exit(1)


def examine(deployment: Deployment) -> Iterator[Finding]:
    """Everything that can be looked at: on a database that is not this version's, what needs none."""
    reachable = database.is_reachable()
    yield reachable
    usable = reachable.level is not Level.FAULT
    if usable:
        migrated = database.is_migrated()
        yield migrated
        usable = migrated.level is not Level.FAULT
    for check in (*ANYWAY, *ON_THE_DATABASE) if usable else ANYWAY:
        yield from _looked(check, deployment)


def _looked(check: Check, deployment: Deployment) -> Iterator[Finding]:
    """A check that breaks is itself a finding, and keeps no other from being made."""
    try:
        yield from check(deployment)
    except Exception as error:  # every finding counts, and this one is reported and logged
        log.exception("The check of %s failed", check.__name__)
        yield fault(
            check.__name__.replace("_", " "), f"It could not be checked: {error}", "The log says why."
        )


def _say(findings: Iterable[Finding]) -> None:
    worst_first = sorted(findings, key=lambda finding: list(Level).index(finding.level), reverse=True)
    say_table(
        "Findings",
        ("level", "about", "found", "to do"),
        [(finding.level, finding.about, finding.text, finding.remedy) for finding in worst_first],
    )
    counted = Counter(finding.level for finding in worst_first)
    click.echo(
        f"{counted[Level.FAULT]} faults, {counted[Level.WARNING]} warnings, {counted[Level.NOTE]} notes; "
        f"{counted[Level.FINE]} things are fine."
    )
