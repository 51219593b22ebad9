from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

import click

from padstone.ingest import commands
from padstone.ingest.awaited import awaited
from padstone.ingest.decoded import Decoded, Node, decoded
from padstone.ingest.desk import (
    ON_DESK_STATES,
    STATES,
    ReplayCard,
    Wanted,
    count_wanted,
    dispositions,
    is_window,
    kept_kinds,
    on_desk,
    replay_card,
)
from padstone.ingest.desk import desk as messages_on_desk
from padstone.ingest.interpret import retry
from padstone.ingest.queries import bytes_of, message
from padstone.platform.accounts.identity import operator_of_this_machine
from padstone.platform.terminal import Instant, format_option, say_facts, say_json, say_table, shown

COLUMNS = ("id", "state", "source", "name", "code", "reason", "awaits", "received_at")
MARKS = {"unknown": "not of the standard", "repaired": "read as", "wrong": "wrong"}


def filtered(states: tuple[str, ...]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The options that say which messages are meant."""
    options = (
        click.option("--state", type=click.Choice(states), help="Without it, all that wait for a person."),
        click.option("--endpoint", default="", metavar="HANDLE", help="Of one machine."),
        click.option("--code", default="", help="With this code, such as unknown_package."),
        click.option("--kind", default="", metavar="NAME", help="The message's name, or its last part."),
        click.option("--text", default="", help="In the reason, in what is awaited, or in the message's id."),
        click.option("--since", type=Instant(), help="Received then or later."),
        click.option("--until", type=Instant(), help="Received before."),
    )

    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            function = option(function)
        return function

    return add


@click.group(short_help="Messages that wait for a person, and what to do about them")
def desk() -> None:
    """Messages that wait, were rejected or failed: look at them, have them taken up again, dismiss them."""


@desk.command("list")
@filtered(STATES)
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=100, show_default=True, help="At most so many."
)
@click.option("--before", type=int, metavar="ID", help="Only messages with a smaller ID: the next page.")
@format_option("table", "json")
def list_messages(limit: int, before: int | None, output: str, **asked: Any) -> None:
    """What lies on the desk, counted, and the newest of the messages asked for."""
    actor = operator_of_this_machine()
    wanted = _wanted(**asked)
    lines = messages_on_desk(actor, wanted, limit=limit, before=before)
    if output == "json":
        say_json(lines)
        return
    there = on_desk(actor)
    say_facts(
        "Desk",
        ((name, getattr(there, name)) for name in (*ON_DESK_STATES, "received", "done", "kept")),
    )
    if wanted.state == "kept" and not wanted.kind:
        say_table(
            "Kinds that are kept", ("message", "how many"), [[k.value, k.count] for k in kept_kinds(actor)]
        )
    say_table(
        f"Messages: {wanted.state or 'to look at'}",
        COLUMNS,
        [[getattr(line, name) for name in COLUMNS] for line in lines],
    )
    if is_window(wanted):
        click.echo("Only the newest messages were looked through.", err=True)


@desk.command("show")
@click.argument("message_id", metavar="ID", type=int)
def show(message_id: int) -> None:
    """One message: what became of it and why, what it waits for, and what it says."""
    actor = operator_of_this_machine()
    line = message(actor, message_id)
    named = {field.name: getattr(line, field.name) for field in fields(line) if field.name != "flags"}
    say_facts(f"Message {line.id}", ((name.replace("_", " "), value) for name, value in named.items()))
    what = awaited(actor, line.awaits)
    if what is not None:
        say_facts(
            "Awaited",
            (
                (what.kind, what.key),
                ("brought by", what.brought_by),
                ("messages that wait for it", what.messages),
            ),
        )
    for flag in line.flags:
        _say(f"Doubt: {flag.reason} ({flag.code}){' settled' if flag.cleared_at else ''}")
    for one in dispositions(actor, message_id):
        _say(f"Dismissed by {one.by}, {one.at:%Y-%m-%d %H:%M} UTC: {one.reason}")
    _say_tree(decoded(line.name, bytes_of(actor, message_id)))


@desk.command("retry")
@click.argument("message_ids", metavar="[ID...]", type=int, nargs=-1)
@filtered((*ON_DESK_STATES, "dismissed"))
@click.option("--all", "everything", is_flag=True, help="All messages that the options say.")
@click.option("--dry-run", is_flag=True, help="Say how many there are, and do nothing.")
@click.pass_context
def retry_messages(
    ctx: click.Context, /, message_ids: tuple[int, ...], *, everything: bool, dry_run: bool, **asked: Any
) -> None:
    """Have messages interpreted once more: those with these IDs, or, with --all, all that the options say, in
    their order.

    Ends with 1 if some of them may not be taken up.
    """
    actor = operator_of_this_machine()
    if bool(message_ids) is everything:
        raise click.UsageError("Name messages, or say --all.")
    for message_id in message_ids:
        retry(actor, message_id=message_id)
        click.echo(f"Message {message_id} is on its way again.")
    if not everything:
        return
    wanted = _counted(_wanted(**asked))
    if dry_run:
        return
    card = replay_card(actor, commands.replay(actor, wanted=wanted))
    _say_replay(card)
    if card.refused:
        ctx.exit(1)


@desk.command("replay")
@click.argument("replay_id", metavar="ID", type=int)
@format_option("table", "json")
def show_replay(replay_id: int, output: str) -> None:
    """What has become of each message of a replay."""
    card = replay_card(operator_of_this_machine(), replay_id)
    if output == "json":
        say_json(card)
    else:
        _say_replay(card)


@desk.command("dismiss")
@click.argument("message_ids", metavar="[ID...]", type=int, nargs=-1)
@click.option("--why", required=True, help="The reason, for the next person.")
@filtered(ON_DESK_STATES)
@click.option("--all", "everything", is_flag=True, help="All messages that the options say.")
@click.option("--dry-run", is_flag=True, help="Say how many there are, and do nothing.")
def dismiss_messages(
    message_ids: tuple[int, ...], why: str, *, everything: bool, dry_run: bool, **asked: Any
) -> None:
    """Say that nothing needs to be done about messages. They stay in their state; the desk lists them no
    longer.
    """
    actor = operator_of_this_machine()
    if bool(message_ids) is everything:
        raise click.UsageError("Name messages, or say --all.")
    for message_id in message_ids:
        commands.dismiss(actor, message_id=message_id, why=why)
        click.echo(f"Message {message_id} is dismissed.")
    if not everything:
        return
    wanted = _counted(_wanted(**asked))
    if not dry_run:
        count = commands.dismiss_all(actor, wanted=wanted, why=why)
        click.echo(f"{count} messages are dismissed.")


def _wanted(
    *,
    state: str | None,
    endpoint: str,
    code: str,
    kind: str,
    text: str,
    since: datetime | None,
    until: datetime | None,
) -> Wanted:
    return Wanted(
        state=state or "",
        endpoint=endpoint,
        code=code,
        kind=kind,
        text=text,
        since=since,
        until=until,
    )


def _counted(wanted: Wanted) -> Wanted:
    """The same, of the messages that are there now; says how many they are."""
    count, newest = count_wanted(operator_of_this_machine(), wanted)
    click.echo(f"{count} messages are like that.")
    return replace(wanted, up_to=newest)


def _say_replay(card: ReplayCard) -> None:
    say_facts(
        f"Replay {card.replay.id}",
        (
            ("asked by", card.replay.by),
            ("at", card.replay.at),
            ("messages", card.replay.messages),
            ("not taken up", card.refused),
            *((f"now {state}", count) for state, count in sorted(card.now.items())),
        ),
    )
    say_table(
        "Messages",
        ("id", "message", "was", "now", "reason"),
        [[one.message, one.name, one.was, one.refused or one.state, one.reason] for one in card.messages],
    )


def _say_tree(found: Decoded) -> None:
    for note in found.notes:
        _say(f"! {note}")
    for line in _lines(found.nodes, ""):
        _say(line)
    if found.cut:
        click.echo("… There is more: padstone inbox bytes shows all of it.")


def _say(line: str) -> None:
    """What machines and people wrote cannot move the terminal."""
    click.echo(shown(line).plain)


def _lines(nodes: tuple[Node, ...], indent: str) -> Iterator[str]:
    for node in nodes:
        told = " ".join(part for part in (MARKS.get(node.mark, ""), node.note) if part)
        yield f"{indent}{node.name}: {node.value}{f'   <- {told}' if told else ''}".rstrip()
        yield from _lines(node.children, f"{indent}  ")
