"""``padstone stock find``, ``move``, ``count`` and the like: what the pages do, from a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

import click

from padstone.features.stock import commands
from padstone.features.stock.domain.words import HoldReason, LocationKind
from padstone.features.stock.queries.balance import (
    Balance,
    balance_of_house,
    balance_of_lot,
    balance_of_order,
    balance_of_package,
)
from padstone.features.stock.queries.cards import locations, package_stock
from padstone.features.stock.queries.search import search
from padstone.features.stock.queries.verify import verify_ledger
from padstone.platform.accounts.identity import operator_of_this_machine
from padstone.platform.terminal import format_option, say_facts, say_json, say_table

_LINE = (
    "package",
    "part",
    "lot",
    "location",
    "quantity",
    "unit",
    "held",
    "reserved_for",
    "owner",
    "found_by",
)
_HISTORY = ("at", "kind", "source", "to", "quantity", "other_package", "by", "why")
_BALANCE = (
    "package",
    "received",
    "split_in",
    "split_out",
    "on_hand",
    "placed",
    "doubtful",
    "spoiled",
    "scrapped",
    "returned",
    "counted_away",
    "missing",
)


class Pieces(click.ParamType[Decimal]):
    name = "pieces"

    def convert(
        self, value: str | Decimal, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal:
        try:
            return Decimal(value)
        except InvalidOperation:
            self.fail(f"{value!r} is no number", param, ctx)


@click.command(short_help="Packages by any code that is on them")
@click.argument("code")
@format_option("table", "json")
def find(code: str, output: str) -> None:
    """Packages that CODE names: an identifier, another code on the package, a lot, part, maker's number, date
    code or location.
    """
    found = search(operator_of_this_machine(), code)
    if output == "json":
        say_json(found)
        return
    say_table("Packages", _LINE, _cells(found.packages, _LINE))


@click.command(short_help="One package: where it is, what is left, what became of it")
@click.argument("package")
@format_option("table", "json")
def show(package: str, output: str) -> None:
    """Where PACKAGE is, what is left of it, and what became of it in store."""
    card = package_stock(operator_of_this_machine(), package)
    if output == "json":
        say_json(card)
        return
    named = ("location", "path", "most", "least", "unit", "owner", "reserved_for", "unfit", "codes", "since")
    say_facts(f"Package {card.package}", [(name, getattr(card, name)) for name in named])
    say_table("What became of it", _HISTORY, _cells(card.history, _HISTORY))


@click.group()
def location() -> None:
    """Places to store in."""


@location.command("list", short_help="All places, as one walks past them")
@format_option("table", "json")
def location_list(output: str) -> None:
    """All places, as one walks past them."""
    rows = locations(operator_of_this_machine())
    if output == "json":
        say_json(rows)
        return
    columns = ("code", "name", "kind", "parent", "packages", "restricted")
    say_table("Locations", columns, _cells(rows, columns))


@location.command("make", short_help="Make a place, or change its name")
@click.argument("code")
@click.argument("kind", type=click.Choice([one.value for one in LocationKind]))
@click.option("--in", "parent", default="", help="The place that it lies in.")
@click.option("--name", default="", help="What people call it.")
@click.option("--restricted", is_flag=True, help="Its page shows who took what from it.")
def location_make(code: str, kind: str, parent: str, name: str, *, restricted: bool) -> None:
    """Make the place CODE, of a KIND. Made before, its name and whether it is restricted change."""
    made = commands.define_location(
        operator_of_this_machine(), code=code, kind=kind, parent=parent, name=name, restricted=restricted
    )
    click.echo(f"{made.code} is there.")


@click.command(short_help="Bring a package to a location")
@click.argument("package")
@click.argument("to")
@click.option("--why", default="")
def move(package: str, to: str, why: str) -> None:
    """Bring PACKAGE to the location TO. One that machines told of enters the store by it."""
    done = commands.move(operator_of_this_machine(), package=package, to=to, why=why)
    _say(done)


@click.command(short_help="Say how many pieces are in a package")
@click.argument("package")
@click.argument("pieces", type=Pieces())
@click.option("--to", default="", help="Where it is, if not where the ledger has it.")
@click.option("--accepted", is_flag=True, help="What is short is accepted, for the reason given.")
@click.option("--why", default="")
def count(package: str, pieces: Decimal, to: str, why: str, *, accepted: bool) -> None:
    """There are PIECES in PACKAGE: what the ledger has otherwise is booked."""
    done = commands.count(
        operator_of_this_machine(), package=package, quantity=pieces, to=to, accepted=accepted, why=why
    )
    _say(done)


@click.command(short_help="Put packages in quarantine")
@click.argument("packages", nargs=-1, required=True)
@click.option("--reason", type=click.Choice([one.value for one in HoldReason]), required=True)
@click.option("--why", default="")
@click.option("--to", default="", help="Where they are brought at once.")
def hold(packages: tuple[str, ...], reason: str, why: str, to: str) -> None:
    """Put PACKAGES in quarantine: nobody uses them until a named person has disposed of them."""
    held = commands.hold(operator_of_this_machine(), packages=packages, reason=reason, why=why, to=to)
    click.echo(f"{held} of {len(packages)} are new in quarantine.")


@click.command(short_help="What came of packages, where it went, and what does not add up")
@click.option("--package")
@click.option("--lot")
@click.option("--order")
@format_option("table", "json")
@click.pass_context
def balance(ctx: click.Context, package: str | None, lot: str | None, order: str | None, output: str) -> None:
    """The mass balance of a package, a lot or a work order; of none, the packages that do not add up. Ends
    with 1 where something does not.
    """
    actor = operator_of_this_machine()
    if package:
        found = balance_of_package(actor, package)
    elif lot:
        found = balance_of_lot(actor, lot)
    elif order:
        found = balance_of_order(actor, order)
    else:
        found = balance_of_house(actor)
    if output == "json":
        say_json(found)
    else:
        _say_balance(found)
    if found.findings:
        ctx.exit(1)


def _say_balance(found: Balance) -> None:
    lines = [*found.lines, found.total] if found.total is not None else list(found.lines)
    say_table("Mass balance", _BALANCE, _cells(lines, _BALANCE))
    columns = ("package", "cause", "pieces", "other", "text")
    say_table("What does not add up", columns, _cells(found.findings, columns))


@click.command(short_help="Hold every position against the ledger")
@format_option("table", "json")
@click.pass_context
def verify(ctx: click.Context, output: str) -> None:
    """Every package's position must be what its movements come to, and what was used of it what the
    genealogy says. Ends with 1 where one is not.
    """
    broken = verify_ledger(operator_of_this_machine())
    if output == "json":
        say_json(broken)
    elif not broken:
        click.echo("Every position is what its movements come to.")
    else:
        columns = ("package", "what", "position", "ledger")
        say_table("Broken", columns, _cells(broken, columns))
    if broken:
        ctx.exit(1)


def _say(done: commands.Whereabouts) -> None:
    where = f"at {done.location}" if done.location else "nowhere any more"
    pieces = f"{done.quantity.normalize():f} {done.unit}"
    changed = "" if done.changed else " It was so before."
    click.echo(f"{done.package} is {where}: {pieces}.{changed}")


def _cells(rows: Iterable[object], columns: tuple[str, ...]) -> list[list[object]]:
    return [[getattr(row, name) for name in columns] for row in rows]


COMMANDS: tuple[click.Command, ...] = (find, show, location, move, count, hold, balance, verify)
