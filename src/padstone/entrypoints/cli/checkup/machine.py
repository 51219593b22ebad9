"""The machine: folder, disk, clock, who runs it, what is installed."""

from __future__ import annotations

import json
import os
import platform
import shutil
import sqlite3
import stat
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import django
from django.conf import settings
from django.db import connection

import padstone
from padstone.entrypoints.cli.checkup.finding import Deployment, Finding, fault, fine, note, warning
from padstone.ingest.models import Batch
from padstone.kernel import clock
from padstone.platform.accounts.queries import admins
from padstone.platform.backup.folder import LAST

GIBIBYTE = 1024**3
LEAST_FREE = 1 * GIBIBYTE
LITTLE_FREE = 0.10
CLOCK_MAY_DIFFER = timedelta(minutes=1)
BACKUP_MAY_BE = timedelta(days=2)
NETWORK_DISKS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "glusterfs", "ceph"})
OLDEST_POSTGRESQL = 14


def user(deployment: Deployment) -> Iterator[Finding]:
    if os.geteuid() == 0:
        yield warning(
            "user", "This runs as root.", "Give Padstone a user of its own: docs/how-to/deploy.md shows how."
        )


def data_folder(deployment: Deployment) -> Iterator[Finding]:
    about = "data folder"
    folder = deployment.wiring.data_folder()
    status = folder.stat()
    if status.st_mode & (stat.S_IRWXO | stat.S_IWGRP):
        yield fault(
            about,
            f"Other users of this machine may look into {folder} (mode {stat.S_IMODE(status.st_mode):o}).",
            f"chmod 700 {folder}",
        )
    elif status.st_uid != os.geteuid() and os.geteuid() != 0:
        yield fault(about, f"{folder} belongs to somebody else.", f"chown it: {folder}")
    else:
        yield fine(about, f"{folder} is its owner's alone.")
    kind = file_system_of(folder)
    if kind in NETWORK_DISKS and connection.vendor == "sqlite":
        yield fault(
            about,
            f"{folder} lies on a network disk ({kind}), where SQLite's locks cannot be relied upon.",
            "Put PADSTONE_DATA on a local disk, or use PostgreSQL.",
        )


def file_system_of(folder: Path) -> str:
    """Its kind, as Linux says; "" elsewhere."""
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return ""
    rows = [line.split() for line in mounts.read_text().splitlines()]
    found = [
        (len(row[1]), row[2]) for row in rows if folder.resolve().is_relative_to(row[1].replace(r"\040", " "))
    ]
    return max(found)[1] if found else ""


def disk(deployment: Deployment) -> Iterator[Finding]:
    folder = deployment.wiring.data_folder()
    usage = shutil.disk_usage(folder)
    said = f"{usage.free / GIBIBYTE:.1f} GiB are free beside {folder}."
    if usage.free < LEAST_FREE:
        yield fault("disk", said, "Make room: what cannot be stored is not taken from the machines.")
    elif usage.free < usage.total * LITTLE_FREE:
        yield warning("disk", said, "Make room before it is full.")
    else:
        yield fine("disk", said)


def time(deployment: Deployment) -> Iterator[Finding]:
    about, now = "clock", clock.now()
    newest = Batch.objects.order_by("-pk").values_list("received_at", flat=True).first()
    if newest is not None and newest > now + CLOCK_MAY_DIFFER:
        yield fault(
            about,
            f"It went back: it says {now:%Y-%m-%d %H:%M:%S} UTC, and a message was received at "
            f"{newest:%Y-%m-%d %H:%M:%S}.",
            "Set it, and keep it by NTP (Debian: apt-get install systemd-timesyncd).",
        )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            theirs: datetime = cursor.fetchone()[0]
        if abs(theirs - clock.now()) > CLOCK_MAY_DIFFER:
            yield warning(
                about,
                f"The database's says {theirs.isoformat()}, ours {now.isoformat()}.",
                "Keep both by NTP.",
            )
    if _is_kept_by_ntp() is False:
        yield warning(
            about,
            "Nothing keeps it right: the times of messages would drift from the machines'.",
            "apt-get install systemd-timesyncd, or chrony.",
        )
    if settings.TIME_ZONE == "UTC":
        yield note(
            "time zone", "Pages show times in UTC.", "The site's own: PADSTONE_TIME_ZONE=Europe/Berlin, say."
        )
    else:
        yield fine("time zone", f"Pages show times in {settings.TIME_ZONE}; it is {now:%Y-%m-%d %H:%M} UTC.")


def _is_kept_by_ntp() -> bool | None:
    """None where nobody can say."""
    if shutil.which("timedatectl") is None:
        return None
    asked = subprocess.run(
        ["timedatectl", "show", "--property=NTPSynchronized", "--value"],  # noqa: S607 - the system's own
        capture_output=True,
        text=True,
        check=False,
    )
    return {"yes": True, "no": False}.get(asked.stdout.strip()) if asked.returncode == 0 else None


def backups(deployment: Deployment) -> Iterator[Finding]:
    about, way = "backups", "padstone backup create FOLDER, every night: docs/how-to/deploy.md shows how."
    path = deployment.wiring.data_folder() / LAST
    if not path.exists():
        yield warning(about, "None was ever made.", way)
        return
    told = json.loads(path.read_text())
    age = clock.now() - datetime.fromisoformat(told["created_at"])
    if age > BACKUP_MAY_BE:
        yield warning(about, f"The last one is {age.days} days old ({told['file']}).", way)
    elif not Path(told["file"]).exists():
        yield note(
            about, f"The last one, {told['file']}, is not there any more.", "If it was taken elsewhere, good."
        )
    else:
        same = Path(told["file"]).stat().st_dev == path.stat().st_dev
        yield fine(about, f"The last one is {told['file']}, {age.total_seconds() / 3600:.0f} hours old.")
        if same:
            yield note(about, "It lies on the disk of what it is to replace.", "Copy it to another machine.")


def accounts(deployment: Deployment) -> Iterator[Finding]:
    names = admins()
    if names:
        yield fine("accounts", f"May do everything: {', '.join(names)}.")
    else:
        yield warning("accounts", "Nobody may log in and do everything.", "padstone user create-admin")


def versions(deployment: Deployment) -> Iterator[Finding]:
    about = "versions"
    known = [
        f"Padstone {padstone.__version__}",
        f"Python {platform.python_version()}",
        f"Django {django.get_version()}",
    ]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            server = str(cursor.fetchone()[0])
        known.append(f"PostgreSQL {server}")
        if int(server.split(".", maxsplit=1)[0].split(maxsplit=1)[0]) < OLDEST_POSTGRESQL:
            yield fault(about, f"PostgreSQL {server} is too old.", f"Version {OLDEST_POSTGRESQL} or later.")
        if shutil.which("pg_dump") is None:
            yield warning(about, "pg_dump is missing: no backups.", "apt-get install postgresql-client")
    else:
        known.append(f"SQLite {sqlite3.sqlite_version}")
    yield fine(about, ", ".join(known))


def debug(deployment: Deployment) -> Iterator[Finding]:
    if settings.DEBUG:
        yield fault("debug", "Errors show the inside of Padstone to everybody.", "Nothing may set DEBUG.")
    else:
        yield fine("debug", "It is off.")
