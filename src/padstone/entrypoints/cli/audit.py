"""``padstone audit``: whether the record can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click
from django.db import connection

from padstone.ingest.archive.checking import check_archive
from padstone.ingest.replay import check_facts
from padstone.ingest.verify import check_inbox, check_journal
from padstone.platform.accounts.identity import operator_of_this_machine
from padstone.platform.audit.anchors import CHAINS, anchor_line, read_anchors
from padstone.platform.audit.commands import note_verification
from padstone.platform.audit.file import check_file, check_guards
from padstone.platform.audit.stored import DAMAGE
from padstone.platform.audit.verify import Anchored, Checked, Progress, check_audit
from padstone.platform.progress import telling
from padstone.platform.scratch import snapshot
from padstone.platform.signatures.verify import check_signatures
from padstone.platform.terminal import format_option, say_json

_IN_WORDS = {
    "database file": "the database file",
    "guards": "guards against change",
    "audit": "audit lines",
    "signatures": "signatures",
    "inbox": "batches with their messages",
    "archive": "blocks of the archive",
    "journal": "messages on the books",
    "facts": "facts, told again by their messages",
}


@click.group(short_help="Whether the record can be trusted")
def audit() -> None:
    """Verify the evidence, and anchor it elsewhere."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification found. ``checks`` come in the order in which they were made."""

    intact: bool
    checks: tuple[Checked, ...]


@audit.command("verify")
@click.option(
    "--deep",
    is_flag=True,
    help="Also read every block of the archive, interpret all messages again, and compare every fact.",
)
@click.option(
    "--anchor",
    "anchor_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with lines that padstone audit anchor printed: the chains must still hold what they say.",
)
@format_option("table", "json")
@click.pass_context
def verify(ctx: click.Context, deep: bool, anchor_file: Path | None, output: str) -> None:  # noqa: FBT001 - click's way
    """Walk every chain of evidence, and name the first broken link of each.

    Audit lines, signatures, the bytes of every batch, every message against its bytes, and the order of the
    journal; of the archive whether its blocks are there. Ends with 1 if anything is broken. It reads alone,
    little at a time, while Padstone goes on.
    """
    anchors = read_anchors(anchor_file.read_text(errors="replace")) if anchor_file else {}
    with telling(_IN_WORDS) as progress:
        found = verified(anchors, deep=deep, progress=progress)
    if output == "json":
        say_json(found)
    else:
        _say(found, anchors)
    _keep(found, deep=deep)
    if not found.intact:
        ctx.exit(1)


@audit.command("anchor")
def anchor() -> None:
    """Print the newest number and seal of every chain, on one line.

    Keep it where nobody who can write here can write: on paper, in a mail, with an auditor. padstone audit
    verify --anchor FILE proves later that the chains still hold what the line says.
    """
    click.echo(anchor_line())


def verified(anchors: dict[str, list[Anchored]], *, deep: bool, progress: Progress) -> Verified:
    """Every check that there is. What is broken already is not replayed."""
    checks = [
        check_file(connection, progress=progress),
        check_guards(connection),
        check_audit(connection, anchors=anchors.get("audit", ()), progress=progress),
        check_signatures(connection, anchors=anchors.get("signatures", ()), progress=progress),
        check_inbox(connection, anchors=anchors.get("inbox", ()), progress=progress, deep=deep),
        check_archive(connection, deep=deep, progress=progress),
        check_journal(connection, anchors=anchors.get("journal", ()), progress=progress),
    ]
    told = {checked.name: checked.intact for checked in checks}
    if deep and all(told[name] for name in ("database file", "inbox", "archive", "journal")):
        with snapshot() as books:
            checks.append(check_facts(books, progress=progress))
    return Verified(all(checked.intact for checked in checks), tuple(checks))


def _say(found: Verified, anchors: dict[str, list[Anchored]]) -> None:
    for checked in found.checks:
        count = f" {checked.links}" if checked.name in {*CHAINS, "archive", "facts"} else ""
        if checked.broken is None:
            click.echo(f"intact {count:>10}  {_IN_WORDS[checked.name]}")
        else:
            click.echo(f"BROKEN {count:>10}  {_IN_WORDS[checked.name]}")
            click.echo(f"                   {checked.broken}")
    if anchors and found.intact:
        lines = max(len(known) for known in anchors.values())
        click.echo(f"The chains hold what the {lines} anchors say." if lines > 1 else "The anchor holds.")
    click.echo("The evidence is intact." if found.intact else "The evidence is BROKEN.")


def _keep(found: Verified, *, deep: bool) -> None:
    """For the page. A database that is too damaged to be written to keeps nothing."""
    findings = [f"{_IN_WORDS[one.name]}: {one.broken}" for one in found.checks if one.broken is not None]
    try:
        note_verification(operator_of_this_machine(), deep=deep, findings=findings)
    except DAMAGE as error:
        click.echo(f"This result could not be kept: {error}", err=True)
