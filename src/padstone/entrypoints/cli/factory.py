from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
import msgspec

from padstone.features.parts.lookups import revision
from padstone.features.production.commands import assign_client, plan_work_order
from padstone.features.production.queries import factory_now
from padstone.features.sites.commands import DEFAULT_SITE, assign_station
from padstone.kernel.errors import Invalid, NotFound
from padstone.platform.accounts.identity import operator_of_this_machine
from padstone.platform.terminal import format_option, say_json, say_table

KINDS = ("printer", "spi", "placer", "oven", "aoi", "test", "repair", "other")


class StationEntry(msgspec.Struct, frozen=True):
    """One station of a line's file: its name, its kind, and the CFX handle of the machine that speaks for
    it.
    """

    name: str
    kind: str
    handle: str


class LineFile(msgspec.Struct, frozen=True):
    """A line: its name, and its stations in the order in which panels meet them."""

    name: str
    stations: list[StationEntry]


@click.group(short_help="List stations and say where they stand")
def station() -> None:
    """Stations: where work is done. A machine that is heard for the first time gets one that stands nowhere
    yet.
    """


@station.command("list")
@format_option("table", "json")
def list_stations(output: str) -> None:
    """Every line with its stations; those that stand nowhere come under a line without a name."""
    lines = factory_now(operator_of_this_machine())
    if output == "json":
        say_json(lines)
        return
    columns = ("name", "kind", "handle", "last_heard_at", "resource_state", "panels_today", "last_panel")
    for known in lines:
        say_table(
            known.name or "Not on a line",
            columns,
            [[getattr(row, name) for name in columns] for row in known.stations],
        )


@station.command("assign")
@click.argument("handle")
@click.option(
    "--line", "line_name", required=True, help="The line it stands in; made if there is none of that name."
)
@click.option("--name", required=True, help="What people call the station.")
@click.option("--kind", required=True, type=click.Choice(KINDS))
@click.option(
    "--place", default=0, show_default=True, help="Its place in the line, counted from the line's start."
)
@click.option("--site", default=DEFAULT_SITE, show_default=True, help="The site of a line that is made.")
def assign(*, handle: str, line_name: str, name: str, kind: str, place: int, site: str) -> None:
    """Say which station the machine with the CFX handle HANDLE speaks for, and where it stands."""
    assign_station(
        operator_of_this_machine(),
        handle=handle,
        name=name,
        kind=kind,
        line=line_name,
        place_in_line=place,
        site=site,
    )
    click.echo(f"{handle} speaks for {name}, place {place} of {line_name}.")


@click.group(short_help="Set up a line with its stations from a file")
def line() -> None:
    """Lines: rows of stations."""


@line.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--site", default=DEFAULT_SITE, show_default=True, help="The site of a line that is made.")
def import_line(file: Path, site: str) -> None:
    """Set up the line that FILE describes; repeating it changes nothing.

    FILE is JSON: {"name": ..., "stations": [{"name": ..., "kind": ..., "handle": ...}, ...]}, the stations in
    the order in which panels meet them.
    """
    found = read_line(file)
    set_up_line(found, site=site)
    click.echo(f"{found.name}: {len(found.stations)} stations.")


@click.group(short_help="Work orders")
def order() -> None:
    """Work orders: what is to be built, and to which revision."""


@order.command("plan")
@click.argument("number")
@click.option("--product", required=True, help="The product's number.")
@click.option(
    "--revision", "label", required=True, help="The label of the revision, as its bill was imported."
)
@click.option("--quantity", required=True, type=click.IntRange(min=1), help="How many units.")
@click.option("--client", default="", help="For whom it is built: that client's people see it.")
@click.option("--due", type=click.DateTime(["%Y-%m-%d"]), help="The day until which it is to be built.")
def plan(*, number: str, product: str, label: str, quantity: int, client: str, due: datetime | None) -> None:
    """Plan the work order NUMBER, the number that machines tell when they work on it.

    Only a planned order says to which bill of materials its boards are compared. Planning it after machines
    have begun is no fault; repeating it changes nothing.
    """
    known = revision(product, label)
    if known is None:
        raise NotFound(
            "revision_unknown",
            "No bill of materials of {product} {revision} was imported.",
            field="revision",
            way_out="Import it first: padstone bom import. padstone bom show lists what there is.",
            product=product,
            revision=label,
        )
    plan_work_order(
        operator_of_this_machine(),
        number=number,
        revision_id=known.pk,
        quantity=quantity,
        client=client,
        due_on=due.date() if due else None,
    )
    click.echo(f"{number}: {quantity} of {product} {label}{f' for {client}' if client else ''}.")


@order.command("client")
@click.argument("number")
@click.argument("client", default="")
def set_client(number: str, client: str) -> None:
    """Say that the work order NUMBER is built for CLIENT, whose people see it from now on; nobody named: for
    no client.
    """
    assign_client(operator_of_this_machine(), number=number, client=client)
    click.echo(f"{number}: for {client}." if client else f"{number}: for no client.")


def read_line(file: Path) -> LineFile:
    """The line in a file, whole and with kinds we know, or Invalid."""
    try:
        found = msgspec.json.decode(file.read_bytes(), type=LineFile)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid(
            "line_file_unreadable", "{file} is no line: {why}.", file=file.name, why=error
        ) from error
    for entry in found.stations:
        if entry.kind not in KINDS:
            raise Invalid(
                "unknown_station_kind",
                "There is no station kind {kind}.",
                field="kind",
                way_out=f"Use one of: {', '.join(KINDS)}.",
                kind=entry.kind,
            )
    return found


def set_up_line(found: LineFile, *, site: str = DEFAULT_SITE) -> None:
    actor = operator_of_this_machine()
    for place, entry in enumerate(found.stations, start=1):
        assign_station(
            actor,
            handle=entry.handle,
            name=entry.name,
            kind=entry.kind,
            line=found.name,
            place_in_line=place,
            site=site,
        )
