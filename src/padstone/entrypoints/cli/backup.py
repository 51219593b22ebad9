"""``padstone backup``: not losing it."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from django.db import OperationalError, ProgrammingError, connections
from django.db.migrations.loader import MigrationLoader

from padstone.entrypoints.cli.audit import verified
from padstone.entrypoints.cli.migrate import make_tables
from padstone.entrypoints.cli.processes import COMMAND_LINE
from padstone.entrypoints.ingestd.ports import Wiring
from padstone.kernel.errors import Refusal
from padstone.platform.accounts.identity import operator_of_this_machine
from padstone.platform.audit.verify import no_progress
from padstone.platform.backup import archive
from padstone.platform.backup.check import check
from padstone.platform.backup.create import create
from padstone.platform.backup.database import Database, database_of
from padstone.platform.backup.folder import ARCHIVE, ENDING, SECRET_KEY
from padstone.platform.backup.manifest import DATA, Manifest
from padstone.platform.backup.note import note_backup, note_restore
from padstone.platform.backup.restore import must_exist, restore
from padstone.platform.backup.sqlite import FILE, Sqlite
from padstone.platform.objects.place import address_of
from padstone.platform.progress import telling
from padstone.platform.terminal import say_facts, say_json, say_table

A_FILE = click.Path(dir_okay=False, path_type=Path)
A_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group(short_help="Back up everything into one file, check it, restore it")
def backup() -> None:
    """Back up everything into one file while Padstone works; check such a file; restore it."""


@backup.command("create")
@click.argument("target", metavar="FILE|FOLDER", type=click.Path(path_type=Path))
@click.option(
    "--with-secrets",
    is_flag=True,
    help="Take the secret key and other keys along: guard that file like them.",
)
@click.option(
    "--without-archive",
    is_flag=True,
    help="Leave the archive's blocks out: they never change, and are copied elsewhere.",
)
@click.pass_obj
def create_backup(wiring: Wiring, target: Path, *, with_secrets: bool, without_archive: bool) -> None:
    """Write all that this Padstone holds into FILE, or into a new file in FOLDER, while it goes on working.

    An archive that is not in the data folder is not in it, and is backed up where it is.

    The file appears under its name only when it is whole, was read again, and is on the disk.
    """
    with telling(percent=True) as tell:
        made = create(
            target,
            database_of(settings.DATABASES["default"]),
            wiring.data_folder(),
            with_secrets=with_secrets,
            tell=tell,
            archive_at=_archive_elsewhere(wiring, without=without_archive),
        )
    try:
        note_backup(operator_of_this_machine(), file=made.path.name, sha256=made.whole.sha256)
    except (OperationalError, ProgrammingError) as error:  # of another version: one backs up before migrating
        click.echo(f"It is not noted on the record: {error}", err=True)
    _say(
        "Backup",
        made.manifest,
        ("file", made.path),
        ("bytes", made.whole.size_bytes),
        ("sha256", made.whole.sha256),
    )
    if f"{DATA}{SECRET_KEY}" not in made.manifest.members:
        click.echo(
            "The secret key is not in it. Without it second factors, badges and PINs are lost: "
            "keep a copy elsewhere."
        )


@backup.command("verify")
@click.argument("file", type=A_FILE)
@click.option(
    "--scratch",
    type=A_FOLDER,
    help="Where to restore it for the check; it needs room for all of it. Default: beside FILE.",
)
@click.option(
    "--database-url",
    metavar="URL",
    envvar="PADSTONE_SCRATCH_DATABASE_URL",
    help="For a PostgreSQL backup: a server whose role may make a scratch database. Default: ours.",
)
@click.option("--deep", is_flag=True, help="Also interpret all messages again, and compare every fact.")
@click.pass_context
def verify_backup(
    ctx: click.Context, *, file: Path, scratch: Path | None, database_url: str | None, deep: bool
) -> None:
    """Restore FILE into a scratch place, compare all that it promises, walk its chains, and throw it away.

    Ends with 1 where a chain is broken; a file that is damaged is refused.
    """
    wiring: Wiring = ctx.obj
    kind = archive.read_head(must_exist(file)).database
    with telling(percent=True) as tell:
        manifest, walked = check(
            file,
            _like(kind, wiring, database_url),
            scratch or file.absolute().parent,
            settle=_settle,
            walk=lambda environment: json.loads(
                _here("walk", {**_archive_here(), **environment}, *(("--deep",) if deep else ()))
            ),
            known_migrations=known_migrations(),
            tell=tell,
        )
    _say("Whole", manifest, ("file", file))
    click.echo(
        f"Checked: every byte; the database's soundness; {len(manifest.facts.rows)} tables' rows, "
        f"{len(manifest.facts.heads)} heads, {len(manifest.facts.seals)} newest seals as the manifest says."
    )
    for one in walked["checks"]:
        broken = one["broken"]
        what = f"BROKEN at {broken['table']} {broken['row']}: {broken['what']}" if broken else "intact"
        click.echo(f"{one['name']}: {one['links']} checked, {what}")
    if not walked["intact"]:
        ctx.exit(1)


@backup.command("restore")
@click.argument("file", type=A_FILE)
@click.option(
    "--into",
    type=A_FOLDER,
    help="The data folder to restore into; of a SQLite backup the database too. Default: this Padstone's.",
)
@click.option(
    "--database-url",
    metavar="URL",
    envvar="PADSTONE_RESTORE_DATABASE_URL",
    help="The database for a PostgreSQL backup. Default: this Padstone's. Leave the password to "
    "~/.pgpass, or to this variable.",
    show_envvar=True,
)
@click.option("--replace", is_flag=True, help="Put it in the place of a database that holds something.")
@click.option("--keep-old", is_flag=True, help="With --replace: keep what was there, and say where.")
@click.pass_obj
def restore_backup(
    wiring: Wiring, file: Path, into: Path | None, database_url: str | None, *, replace: bool, keep_old: bool
) -> None:
    """Bring back what FILE holds. Stop Padstone first.

    FILE is checked in full before anything is touched, and brought to this version's tables. What was there
    before stands aside until all is done, and comes back if anything fails.
    """
    head = archive.read_head(must_exist(file))
    folder = into.absolute() if into else wiring.data_folder()
    if head.database == Sqlite.kind and into:
        target: Database = Sqlite(folder / FILE)
    else:
        target = _target(wiring, database_url)
    connections.close_all()
    with telling(percent=True) as tell:
        done = restore(
            file,
            target,
            folder,
            replace=replace,
            keep_old=keep_old,
            settle=lambda environment: _settle(
                environment, "--file", file.name, "--created-at", head.created_at
            ),
            known_migrations=known_migrations(),
            tell=tell,
        )
    if done.recovered:
        click.echo("An earlier restore had been cut off: what it had set aside was put back first.", err=True)
    _say("Restored", done.manifest, ("into", folder), ("the old is kept in", ", ".join(done.kept)))
    click.echo("Everybody logs in again. Next: padstone doctor, then start Padstone.")


@backup.command("list")
@click.argument("folder", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.pass_context
def list_backups(ctx: click.Context, folder: Path) -> None:
    """The backups in FOLDER, newest first, as each says of itself; `verify` checks one. Ends with 1 if one is
    cut off or unreadable.
    """
    lines, broken = [], 0
    for file in sorted(folder.glob(f"*{ENDING}"), reverse=True):
        try:
            told = archive.read_head(file)
        except Refusal as refusal:
            broken += 1
            lines.append((file.name, file.stat().st_size, "", "", "", refusal.reason))
            continue
        rows = sum(told.facts.rows.values())
        lines.append(
            (
                file.name,
                file.stat().st_size,
                told.created_at,
                told.padstone,
                f"{told.database}, {rows} rows",
                "",
            )
        )
    say_table("Backups", ("file", "bytes", "created at", "padstone", "database", "fault"), lines)
    if broken:
        ctx.exit(1)


# --- in a process of their own, on a restored database ----------------------------------------


@backup.command("settle", hidden=True)
@click.option("--file", default="")
@click.option("--created-at", default="")
def settle(file: str, created_at: str) -> None:
    """Make the database one of this version; note whence it came."""
    make_tables()
    if file:
        note_restore(operator_of_this_machine(), file=file, created_at=created_at)


@backup.command("walk", hidden=True)
@click.option("--deep", is_flag=True)
def walk(*, deep: bool) -> None:
    """Every check of ``padstone audit verify``; what was found, as JSON. Nothing is written."""
    say_json(verified({}, deep=deep, progress=no_progress))


def _settle(environment: Mapping[str, str], *arguments: str) -> None:
    _here("settle", environment, *arguments)


def _here(command: str, environment: Mapping[str, str], *arguments: str) -> str:
    """One of our own commands on the database that the environment leads to; what it printed."""
    own = {"PADSTONE_SECRET_KEY": secrets.token_urlsafe(48), "PADSTONE_SECRET_KEY_FILE": ""}
    ended = subprocess.run(  # noqa: S603 - our own command line
        [*COMMAND_LINE, "backup", command, *arguments],
        env=os.environ | own | dict(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise Refusal(
            "restored_database_unusable",
            "The restored database could not be made one of this version: {why}",
            way_out="Nothing was changed.",
            why=ended.stderr.strip()[-2000:],
        )
    return ended.stdout


# --- small things ----------------------------------------


def _archive_elsewhere(wiring: Wiring, *, without: bool) -> str:
    """The address of the archive, if a backup is not to hold it."""
    is_ours = wiring.data_folder() / ARCHIVE == settings.ARCHIVE
    return "" if is_ours and not without else address_of(settings.ARCHIVE)


def _archive_here() -> dict[str, str]:
    """The archive that this Padstone works with, for a process that is told of another data folder. A bucket
    is told to it by the surroundings.
    """
    return {"PADSTONE_ARCHIVE": str(settings.ARCHIVE)} if isinstance(settings.ARCHIVE, Path) else {}


def known_migrations() -> set[str]:
    """Every migration that this version has, as "app.name"."""
    return {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}


def _target(wiring: Wiring, url: str | None) -> Database:
    described: Mapping[str, Any] = wiring.database_at(url) if url else settings.DATABASES["default"]
    return database_of(described)


def _like(kind: str, wiring: Wiring, url: str | None) -> Database:
    if kind == Sqlite.kind:
        return Sqlite(wiring.data_folder() / FILE)
    target = _target(wiring, url)
    if target.kind != kind:
        raise Refusal(
            "no_server_to_check_on",
            "A PostgreSQL backup is checked by restoring it, and this Padstone has no PostgreSQL server.",
            way_out="Name one: --database-url, or PADSTONE_SCRATCH_DATABASE_URL.",
        )
    return target


def _say(title: str, manifest: Manifest, *more: tuple[str, object]) -> None:
    say_facts(
        title,
        (
            *more,
            ("created at", manifest.created_at),
            ("padstone", manifest.padstone),
            ("database", f"{manifest.database} {manifest.database_version}"),
            ("rows", sum(manifest.facts.rows.values())),
            *((f"head of {name}", head.number) for name, head in manifest.facts.heads.items()),
            ("files", len(manifest.members) - 1),
            ("left out", manifest.left_out),
        ),
    )
