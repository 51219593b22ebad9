"""``padstone kit``: what is short, what to fetch, picks and returns."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import click

from padstone.features.kitting import commands
from padstone.features.kitting.queries.cards import kit_card
from padstone.features.kitting.queries.outlook import outlook
from padstone.features.stock.at_hand import Pieces
from padstone.platform.accounts.identity import operator_of_this_machine
from padstone.platform.terminal import format_option, say_facts, say_json, say_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@click.group()
def kit() -> None:
    """Kits of work orders: what is short, what to fetch, what came back."""


@kit.command("list")
@format_option("table", "json")
def list_kits(output: str) -> None:
    """Orders to build, what is due first, first, and how far their kits are."""
    found = outlook(operator_of_this_machine()).orders
    if output == "json":
        say_json(found)
        return
    columns = ("order", "product", "quantity", "due_on", "state", "done", "lines", "short", "location")
    say_table("Kits", columns, _cells(found, columns))


@kit.command()
@click.argument("order")
@format_option("table", "json")
def show(order: str, output: str) -> None:
    """The kit of ORDER: its pick list in the order of the walk, what is in it, and its lines."""
    card = kit_card(operator_of_this_machine(), order)
    if output == "json":
        say_json(card)
        return
    at_hand = f"{card.done} of {len(card.lines)} lines"
    say_facts(
        card.order,
        (("state", card.state), ("location", card.location), ("line", card.line), ("at hand", at_hand)),
    )
    fetch = ("location", "package", "part", "takes", "quantity", "unit", "instead", "use_by")
    say_table("To fetch", fetch, _cells(card.to_fetch, fetch))
    picked = ("package", "part", "quantity", "left", "counted", "difference", "location", "state", "by")
    say_table("Picked", picked, _cells(card.picks, picked))
    lines = ("part", "wanted", "due", "in_kit", "on_line", "to_fetch", "short", "state")
    say_table("Lines", lines, _cells(card.lines, lines))
    say_table("Not in the kit", ("line", "part", "why"), _cells(card.left_out, ("line", "part", "why")))


@kit.command()
@click.argument("order", default="")
@format_option("table", "json")
@click.pass_context
def shortages(ctx: click.Context, order: str, output: str) -> None:
    """What falls short: for all planned orders together, or for ORDER alone. Ends with 1 where anything
    does.
    """
    found = outlook(operator_of_this_machine(), order)
    if output == "json":
        say_json(found)
    else:
        columns = ("part", "description", "short", "due", "for", "ordered")
        rows = [
            (
                one.part,
                one.description,
                one.short,
                one.due,
                ", ".join(of.order for of in one.orders),
                ", ".join(of.order for of in one.expected),
            )
            for one in found.shortages
        ]
        say_table("What falls short", columns, rows)
    if found.shortages:
        ctx.exit(1)


@kit.command()
@click.argument("order")
@click.argument("location")
@click.option("--line", default="", help="Where the order is built.")
def begin(order: str, location: str, line: str) -> None:
    """Begin the kit of ORDER: what is picked goes to LOCATION."""
    commands.begin_kit(operator_of_this_machine(), order=order, location=location, line=line)
    click.echo(f"The kit of {order} goes to {location}.")


@kit.command()
@click.argument("order")
@click.argument("package")
@click.argument("location")
def pick(order: str, package: str, location: str) -> None:
    """Take PACKAGE from LOCATION into the kit of ORDER."""
    done = commands.pick(operator_of_this_machine(), order=order, package=package, location=location)
    instead = f" instead of {done.wanted}" if done.instead else ""
    click.echo(
        f"{done.package} is picked, {_pieces(done.quantity)} of {done.part}{instead}: {done.location}."
    )
    if done.hint:
        click.echo(done.hint)


@kit.command("return")
@click.argument("package")
@click.argument("pieces", type=Pieces(), required=False)
@click.option("--to", "location", default="", help="Where it is put.")
@click.option("--why", default="")
def give_back(package: str, pieces: Decimal | None, location: str, why: str) -> None:
    """Bring PACKAGE back with so many PIECES; without them it comes back as it went."""
    done = commands.give_back(
        operator_of_this_machine(), package=package, quantity=pieces, location=location, why=why
    )
    where = f"back at {done.location}" if done.location else "used up"
    counted = f"{_pieces(done.counted)} counted, {_pieces(done.most)} by the books"
    click.echo(f"{done.package} is {where}: {counted}.")
    if done.closed:
        click.echo(f"The kit of {done.order} is closed.")


@kit.command("used-up")
@click.argument("order")
def used_up(order: str) -> None:
    """Close the packages in the kit of ORDER that are used up."""
    closed = commands.close_used_up(operator_of_this_machine(), order=order)
    click.echo(f"Closed: {', '.join(closed)}." if closed else "Nothing of it is used up.")


@kit.command()
@click.argument("order")
def issue(order: str) -> None:
    """Hand the kit of ORDER to its line."""
    commands.issue_kit(operator_of_this_machine(), order=order)
    click.echo(f"The kit of {order} is issued.")


@kit.command()
@click.argument("order")
@click.option("--why", default="")
def close(order: str, why: str) -> None:
    """Be done with the kit of ORDER; nothing may be in it."""
    commands.close_kit(operator_of_this_machine(), order=order, why=why)
    click.echo(f"The kit of {order} is closed.")


def _pieces(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _cells(rows: Iterable[object], columns: Sequence[str]) -> list[list[object]]:
    return [[getattr(row, name) for name in columns] for row in rows]
