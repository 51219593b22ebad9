from __future__ import annotations

from dataclasses import fields

import click

from padstone.ingest.interpret import retry
from padstone.ingest.queries import MessageLine, bytes_of, counts, exceptions, message
from padstone.platform.accounts.identity import operator_of_this_machine
from padstone.platform.terminal import format_option, say_facts, say_json, say_table

STATES = ("received", "done", "waiting", "rejected", "failed", "repeated")
COLUMNS = ("id", "state", "source", "name", "code", "reason", "awaits", "received_at")
DOUBT = ("code", "reason", "cleared_at")


@click.group(short_help="What came in and what became of it")
def inbox() -> None:
    """Messages as they came in, and what became of each."""


@inbox.command("list")
@click.option(
    "--state",
    type=click.Choice(STATES),
    help="One state; without it, what waits, was rejected, failed or is in doubt.",
)
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=100, show_default=True, help="At most so many."
)
@click.option("--before", type=int, metavar="ID", help="Only messages with a smaller ID: the next page.")
def list_messages(state: str | None, limit: int, before: int | None) -> None:
    """How many messages are in each state, and those that need a look."""
    actor = operator_of_this_machine()
    say_facts("Inbox", ((name, str(count)) for name, count in counts(actor).items()))
    lines = exceptions(actor, state=state, limit=limit, before=before)
    say_table(
        f"Messages: {state or 'exceptions'}",
        (*COLUMNS, "doubts"),
        [
            [*(getattr(line, name) for name in COLUMNS), [doubt.reason for doubt in line.flags]]
            for line in lines
        ],
    )


@inbox.command("show")
@click.argument("message_id", metavar="ID", type=int)
@format_option("table", "json")
def show(message_id: int, output: str) -> None:
    """One message: where it came from, what it is, what became of it and why."""
    found = message(operator_of_this_machine(), message_id)
    if output == "json":
        say_json(found)
    else:
        _say(found)


@inbox.command("bytes")
@click.argument("message_id", metavar="ID", type=int)
def show_bytes(message_id: int) -> None:
    """The exact bytes of one message, as they came in."""
    click.echo(bytes_of(operator_of_this_machine(), message_id), nl=False)


@inbox.command("retry")
@click.argument("message_id", metavar="ID", type=int)
def retry_message(message_id: int) -> None:
    """Put a message that waits, was rejected or failed back, to be interpreted once more."""
    retry(operator_of_this_machine(), message_id=message_id)
    click.echo(f"Message {message_id} is on its way again.")


def _say(found: MessageLine) -> None:
    named = {field.name: getattr(found, field.name) for field in fields(found)}
    flags = named.pop("flags", ())
    say_facts(f"Message {found.id}", ((name.replace("_", " "), value) for name, value in named.items()))
    if flags:
        say_table("Doubts", DOUBT, [[getattr(flag, name) for name in DOUBT] for flag in flags])
