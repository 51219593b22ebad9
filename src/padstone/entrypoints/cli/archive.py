"""``padstone archive``: where the exact bytes of old messages are."""

from __future__ import annotations

from datetime import timedelta

import click
from django.conf import settings
from django.db import connection

from padstone.entrypoints.ingestd import turns
from padstone.entrypoints.ingestd.ports import Wiring
from padstone.ingest.archive import checking, moving
from padstone.ingest.archive.queries import archive_card
from padstone.kernel.errors import Invalid
from padstone.platform.accounts.identity import operator_of_this_machine
from padstone.platform.backup.archive import must_have_room
from padstone.platform.backup.sqlite import FILE
from padstone.platform.progress import telling
from padstone.platform.terminal import format_option, say_facts, say_json


@click.group(short_help="Move old messages' bytes out of the database, and verify them")
def archive() -> None:
    """The archive: blocks with the exact bytes of old messages, in a folder or an S3-compatible store.

    PADSTONE_ARCHIVE says where; without it, the folder archive in the data folder.
    """


@archive.command("move")
@click.option(
    "--older-than",
    "days",
    type=click.IntRange(0, 36_500),
    metavar="DAYS",
    help="What was received longer ago. Default: PADSTONE_ARCHIVE_AFTER_DAYS.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be moved, and move nothing.")
def move(days: int | None, *, dry_run: bool) -> None:
    """Move the exact bytes of old messages into the archive, while Padstone goes on.

    Block by block: packed, stored, read back and compared, and only then taken out of the database. Cut off,
    it has moved some blocks and not the others; the next run goes on from there.
    """
    age = _age(days)
    if dry_run:
        _say_moved("Would be moved", moving.due(age))
        return
    with telling(percent=True) as tell:
        moved = moving.archive(
            operator_of_this_machine(), older_than=age, tell=lambda done, total: tell("Moving", done, total)
        )
    _say_moved("Moved", moved)


@archive.command("verify")
@format_option("table", "json")
@click.pass_context
def verify(ctx: click.Context, output: str) -> None:
    """Read every block, and hold it and every batch in it against their digests.

    A block that is missing, cut off or changed is named with its batches and messages; the rest is verified
    all the same. Ends with 1 if one is not well.
    """
    with telling() as tell:
        seen = checking.look(connection, tell=lambda done, total: tell("Blocks", done, total))
    unknown = checking.unknown_objects(connection)
    checking.note_look(operator_of_this_machine(), seen=seen)
    if output == "json":
        say_json({"look": seen, "unknown": unknown})
    else:
        whole = seen.blocks - len(seen.bad)
        click.echo(f"{whole} of {seen.blocks} blocks are whole ({seen.size_bytes} bytes).")
        for bad in seen.bad:
            click.echo(f"BROKEN {bad}")
        if unknown:
            click.echo(
                f"{len(unknown)} objects belong to no block of these books: an attempt that was cut off left "
                "them, or later books. They do no harm."
            )
    if seen.bad:
        ctx.exit(1)


@archive.command("compact")
@click.pass_obj
def compact(wiring: Wiring) -> None:
    """Give the room that moved bytes left in the embedded database back to the disk. Stop Padstone first.

    SQLite keeps that room inside of its pages until its file is written anew. PostgreSQL uses it again by
    itself.
    """
    if connection.vendor != "sqlite":
        click.echo("PostgreSQL uses the room again by itself: there is nothing to do.")
        return
    folder = wiring.data_folder()
    try:
        turns.only_one(folder)
    except turns.AnotherRuns as refusal:
        raise click.ClickException(str(refusal)) from refusal
    file = folder / FILE
    before = file.stat().st_size
    must_have_room(folder, 2 * before)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    click.echo(f"{before} bytes before, {file.stat().st_size} after.")


@archive.command("show")
@format_option("table", "json")
def show(output: str) -> None:
    """What is archived, how much it is, and what the last look found."""
    card = archive_card(operator_of_this_machine())
    if output == "json":
        say_json(card)
        return
    last = card.last_look
    say_facts(
        "Archive",
        (
            ("at", card.address),
            ("fault", card.fault),
            ("batches", f"{card.batches} of {card.all_batches}"),
            ("blocks", card.blocks),
            ("bytes there", card.size_bytes),
            ("bytes in the database before", card.stored_bytes),
            ("bytes as they came", card.payload_bytes),
            ("received from", card.oldest_at),
            ("received until", card.newest_at),
            ("moves by itself after", f"{card.after_days} days" if card.after_days else "never"),
            ("last verified", last.at if last else "never"),
            ("damaged then", last.damaged if last else ""),
        ),
    )


def _age(days: int | None) -> timedelta:
    given = settings.ARCHIVE_AFTER_DAYS if days is None else days
    if given is None:
        raise Invalid(
            "archive_age_missing",
            "It is not said how old what is moved must be.",
            field="older-than",
            way_out="--older-than DAYS, or PADSTONE_ARCHIVE_AFTER_DAYS.",
        )
    return timedelta(days=given)


def _say_moved(title: str, moved: moving.Moved) -> None:
    say_facts(
        title,
        (
            ("batches", moved.batches),
            ("blocks", moved.blocks),
            ("bytes as they came", moved.payload_bytes),
            ("bytes taken out of the database", moved.stored_bytes),
            ("bytes in the archive", moved.size_bytes),
        ),
    )
