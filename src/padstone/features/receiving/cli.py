"""``padstone receiving``: purchase orders, suppliers, and packages from the command line."""

from __future__ import annotations

from pathlib import Path

import click

from padstone.features.receiving import commands
from padstone.features.receiving.domain.words import Approval, Tier
from padstone.features.receiving.queries.orders import purchase_order, purchase_orders
from padstone.features.receiving.queries.suppliers import supplier_list
from padstone.platform.accounts.identity import operator_of_this_machine
from padstone.platform.terminal import format_option, say_facts, say_json, say_table

A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
DECISIONS = [one.value for one in Approval if one is not Approval.NEW]

EXAMPLE = """\
order,supplier,line,part,quantity,expected_on
PO-1001,Mouser,1,100-0100,20000,2026-12-01
PO-1001,Mouser,2,100-0101,10000,2026-12-08
"""


@click.group()
def receiving() -> None:
    """Purchase orders, suppliers, and what arrives."""


@receiving.group()
def order() -> None:
    """Purchase orders."""


@order.command()
def example() -> None:
    """Print a small table of purchase orders, to begin from."""
    click.echo(EXAMPLE, nl=False)


@order.command("import")
@click.argument("file", type=A_FILE)
@format_option("table", "json")
def import_file(file: Path, output: str) -> None:
    """Enter the purchase orders of the CSV FILE: order, supplier, line, part, quantity, expected_on."""
    report = commands.import_orders(
        operator_of_this_machine(), content=file.read_bytes(), file_name=file.name
    )
    if output == "json":
        say_json(report)
        return
    click.echo(f"{report.orders} purchase orders with {report.lines} lines.")


@order.command("list")
@click.option("--closed", is_flag=True, help="The closed ones.")
@format_option("table", "json")
def list_(*, closed: bool, output: str) -> None:
    """Purchase orders: what is due first, first."""
    found = purchase_orders(operator_of_this_machine(), closed=closed)
    if output == "json":
        say_json(found)
        return
    columns = ("number", "supplier", "lines", "next_on", "state")
    say_table("Purchase orders", columns, [[getattr(one, name) for name in columns] for one in found])


@order.command()
@click.argument("number")
@format_option("table", "json")
def show(number: str, output: str) -> None:
    """One purchase order: its lines, and what came."""
    card = purchase_order(operator_of_this_machine(), number)
    if output == "json":
        say_json(card)
        return
    say_facts(card.number, (("supplier", card.supplier), ("state", card.state)))
    lines = ("number", "part", "ordered", "received", "packages", "expected_on", "state")
    say_table("Lines", lines, [[getattr(one, name) for name in lines] for one in card.lines])
    came = ("package", "part", "quantity", "lot", "findings", "at", "by")
    say_table("Received", came, [[getattr(one, name) for name in came] for one in card.receipts])


@receiving.group()
def supplier() -> None:
    """Suppliers, and what the house thinks of them."""


@supplier.command("list")
@format_option("table", "json")
def list_suppliers(output: str) -> None:
    """All suppliers."""
    found = supplier_list(operator_of_this_machine())
    if output == "json":
        say_json(found)
        return
    columns = ("name", "approval", "tier", "certified_until")
    say_table("Suppliers", columns, [[getattr(one, name) for name in columns] for one in found])


@supplier.command("decide")
@click.argument("name")
@click.option("--approval", required=True, type=click.Choice(DECISIONS))
@click.option("--tier", required=True, type=click.Choice([one.value for one in Tier]))
@click.option("--why", required=True)
def decide(*, name: str, approval: str, tier: str, why: str) -> None:
    """Approve, suspend or reject the supplier NAME."""
    commands.decide_supplier(operator_of_this_machine(), supplier=name, approval=approval, tier=tier, why=why)
    click.echo(f"{name}: {approval}, {tier}.")


@receiving.command("package")
@click.argument("labels", nargs=-1, required=True, metavar="LABEL...")
@click.option("--location", default="", help="Where it is put.")
@click.option("--order", "number", default="", help="The purchase order that it came for.")
@click.option("--say", "said", multiple=True, metavar="NAME=WORD", help="What no label says: quantity=5000.")
@format_option("table", "json")
def package(
    *, labels: tuple[str, ...], location: str, number: str, said: tuple[str, ...], output: str
) -> None:
    """Receive a package with these LABELs: payloads as a scanner sends them."""
    words = {name: word for name, _, word in (one.partition("=") for one in said)}
    done = commands.receive(
        operator_of_this_machine(), labels=labels, location=location, order=number, said=words
    )
    if output == "json":
        say_json(done)
        return
    where = f"in quarantine at {done.location}" if done.held else f"at {done.location}"
    click.echo(f"{done.package}: {done.quantity.normalize():f} {done.unit} of {done.part}, {where}.")
    for one in done.findings:
        click.echo(f"{one.reason} {one.way_out}")
