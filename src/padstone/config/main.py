"""The command line put together: ``padstone``. A command's module is read only when that command is asked
for.
"""

from __future__ import annotations

import gc
import os
import sys
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click

import padstone
from padstone.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from padstone.platform.discretion import say_exception

EXIT_CODES: dict[type[Refusal], int] = {Invalid: 3, NotFound: 4, Conflict: 5, Forbidden: 6}
EXIT_REFUSED = 7
"""Any other refusal. 1 is a fault or "done, but not all of it", 2 is wrong usage, which click says."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a command is, and what the list of commands says of it. ``django`` is False where it needs no
    database.
    """

    address: str
    short_help: str
    django: bool = True

    def load(self) -> click.Command:
        if self.django:
            _set_up_django()
        module, _, name = self.address.partition(":")
        found: click.Command = getattr(import_module(module), name)
        return found


COMMANDS: dict[str, dict[str, Entry]] = {
    "Answers": {
        "unit": Entry(
            "padstone.features.certificate.cli:unit", "What is in one board, and what happened to it"
        ),
        "panel": Entry(
            "padstone.features.certificate.cli:panel", "All boards of one panel, and what is in them"
        ),
        "recall": Entry("padstone.features.recall.cli:recall_units", "Which boards hold suspect parts"),
        "package": Entry(
            "padstone.features.materials.cli:package",
            "One reel: what it holds, where it came from, where it was loaded",
        ),
        "clock": Entry(
            "padstone.features.clocks.cli:clock",
            "How long packages may still be used: floor life, paste, expiry",
        ),
        "export": Entry(
            "padstone.features.history.cli:export", "Write the history as Parquet, for other engines"
        ),
    },
    "Messages": {
        "ingest": Entry("padstone.entrypoints.cli.ingest:ingest", "Read CFX messages from files"),
        "inbox": Entry("padstone.entrypoints.cli.inbox:inbox", "What came in and what became of it"),
        "desk": Entry(
            "padstone.entrypoints.cli.desk:desk", "Messages that wait for a person, and what to do about them"
        ),
        "endpoints": Entry(
            "padstone.entrypoints.cli.endpoints:endpoints", "Who is out there: every machine that has spoken"
        ),
    },
    "Tools": {
        "cfx": Entry(
            "padstone.entrypoints.cli.cfx.group:cfx",
            "Record, replay, validate and explain CFX messages",
            django=False,
        ),
        "label": Entry(
            "padstone.features.labels.cli:label", "Read labels and photos, print our own", django=False
        ),
    },
    "Factory": {
        "station": Entry(
            "padstone.entrypoints.cli.factory:station", "List stations and say where they stand"
        ),
        "zone": Entry("padstone.entrypoints.cli.endpoints:zone", "In which time zone machines' clocks run"),
        "line": Entry("padstone.entrypoints.cli.factory:line", "Set up a line with its stations from a file"),
        "order": Entry("padstone.entrypoints.cli.factory:order", "Work orders"),
        "import": Entry(
            "padstone.features.design.cli:import_",
            "Take in bills, placements and IPC-2581 as clients send them",
        ),
        "design": Entry(
            "padstone.features.design.cli:design", "Revisions: readiness, release, difference, export"
        ),
        "receiving": Entry(
            "padstone.features.receiving.cli:receiving", "Purchase orders, suppliers, and what arrives"
        ),
        "kit": Entry(
            "padstone.features.kitting.cli:kit", "Kits of work orders: shortages, pick lists, returns"
        ),
        "stock": Entry("padstone.features.stock.cli:stock", "What is in store: find, move, count, balance"),
        "part": Entry("padstone.features.parts.cli:part", "Parts: search, import, merge"),
        "bom": Entry("padstone.features.parts.cli:bom", "Bills of materials in the plain form"),
        "user": Entry("padstone.entrypoints.cli.user:user", "Accounts of people"),
        "machine": Entry("padstone.entrypoints.cli.machine:machine", "What machines log in with"),
        "token": Entry("padstone.entrypoints.cli.api_token:token", "API tokens"),
        "audit": Entry("padstone.entrypoints.cli.audit:audit", "Whether the record can be trusted"),
        "archive": Entry(
            "padstone.entrypoints.cli.archive:archive",
            "Move old messages' bytes out of the database, and verify them",
        ),
    },
    "Running Padstone": {
        "demo": Entry(
            "padstone.entrypoints.cli.demo:demo", "Run a demo factory: web, ingest and a simulated line"
        ),
        "serve": Entry("padstone.entrypoints.cli.serve:serve", "Run Padstone: web and ingest"),
        "web": Entry("padstone.entrypoints.cli.web:web", "Run the web server alone"),
        "ingestd": Entry(
            "padstone.entrypoints.ingestd.cli:ingestd", "Take and interpret machines' messages alone"
        ),
        "simulate": Entry("padstone.simulator.cli:simulate", "Run a simulated line", django=False),
        "backup": Entry(
            "padstone.entrypoints.cli.backup:backup", "Back up everything into one file, check it, restore it"
        ),
        "doctor": Entry(
            "padstone.entrypoints.cli.doctor:doctor", "Check this deployment, and say what to mend"
        ),
        "migrate": Entry("padstone.entrypoints.cli.migrate:migrate", "Make or update the database's tables"),
        "openapi": Entry(
            "padstone.entrypoints.cli.openapi:openapi", "Print the API's description (OpenAPI 3.1)"
        ),
    },
}


class Root(click.Group):
    """The commands of :data:`COMMANDS`, listed without being loaded; every refusal ends in a sentence and a
    code.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for group in COMMANDS.values() for name in group]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        for group in COMMANDS.values():
            if entry := group.get(cmd_name):
                return entry.load()
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, group in COMMANDS.items():
            with formatter.section(title):
                formatter.write_dl([(name, entry.short_help) for name, entry in group.items()])

    def main(self, *args: Any, **kwargs: Any) -> Any:
        sys.excepthook = say_exception
        return super().main(*args, **{"prog_name": "padstone", **kwargs})

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            _say(refusal)
            ctx.exit(exit_code(refusal))
        except Exception as error:
            if _is_missing_table(error):
                click.echo(
                    "The database has not this version's tables yet. Make them: padstone migrate", err=True
                )
                ctx.exit(EXIT_REFUSED)
            raise


def exit_code(refusal: Refusal) -> int:
    """The command line's code for a kind of refusal."""
    return next((code for kind, code in EXIT_CODES.items() if isinstance(refusal, kind)), EXIT_REFUSED)


def _say(refusal: Refusal) -> None:
    clause = f" [{refusal.clause}]" if refusal.clause else ""
    click.echo(f"{refusal.reason}{clause} ({refusal.code})", err=True)
    if refusal.way_out:
        click.echo(refusal.way_out, err=True)


def _set_up_django() -> None:
    from django.apps import apps  # noqa: PLC0415 - `padstone --help` answers without it

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "padstone.config.settings")
    if not apps.ready:
        import django  # noqa: PLC0415 - as above

        # What is read now stays for good: to look through it for garbage would be a tenth of the start.
        gc.disable()
        django.setup()
        gc.freeze()
        gc.enable()


def _is_missing_table(error: Exception) -> bool:
    from django.db import OperationalError, ProgrammingError  # noqa: PLC0415 - as above

    text = str(error)
    return isinstance(error, OperationalError | ProgrammingError) and (
        "no such table" in text or "no such column" in text or "does not exist" in text
    )


@click.group(cls=Root, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(padstone.__version__, prog_name="padstone")
@click.pass_context
def main(ctx: click.Context) -> None:
    """What exactly is in this board, and which other boards share its fate.

    PADSTONE_DATA names the folder of the embedded database (padstone-data here, if it is not set);
    PADSTONE_DATABASE_URL names a PostgreSQL database instead.
    """
    from padstone.config.wiring import WIRING  # noqa: PLC0415 - as above

    ctx.obj = WIRING


if __name__ == "__main__":
    main()
