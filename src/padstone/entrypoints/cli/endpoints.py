from __future__ import annotations

import click

from padstone.features.sites.commands import set_site_zone, set_zone
from padstone.features.sites.queries import sites
from padstone.ingest.directory import PRESENCES, EndpointLine, endpoint_card
from padstone.ingest.directory import endpoints as known_endpoints
from padstone.platform.accounts.identity import operator_of_this_machine
from padstone.platform.terminal import format_option, say_facts, say_json, say_table

COLUMNS = (
    "handle",
    "presence",
    "station",
    "line",
    "doors",
    "last heard",
    "a minute",
    "an hour",
    "waiting",
    "rejected",
    "failed",
)


@click.command(short_help="Who is out there: every machine that has spoken")
@click.argument("handle", required=False)
@click.option("--presence", type=click.Choice(PRESENCES), help="Only those that are heard like this.")
@format_option("table", "json")
def endpoints(handle: str | None, presence: str | None, output: str) -> None:
    """Every machine that has spoken, or one in full: HANDLE is its CFX handle.

    A machine is lost once it was not heard for 2.5 of its heartbeats, and shut down when the last it said was
    goodbye.
    """
    if handle is not None:
        _one(handle, output)
        return
    found = [one for one in known_endpoints(operator_of_this_machine()) if presence in (None, one.presence)]
    if output == "json":
        say_json(tuple(found))
    else:
        say_table("Endpoints", COLUMNS, [_row(one) for one in found])


@click.group(short_help="In which time zone machines' clocks run")
def zone() -> None:
    """Time zones of machines' clocks: where one leaves the zone out of its times, they are read in this."""


@zone.command("list")
@format_option("table", "json")
def list_zones(output: str) -> None:
    """Every site and every machine with its zone; a machine without one has the site's, or else UTC."""
    actor = operator_of_this_machine()
    of_sites, machines = sites(actor), known_endpoints(actor)
    if output == "json":
        say_json({"sites": of_sites, "endpoints": {one.handle: one.zone for one in machines}})
        return
    say_table("Sites", ("site", "zone"), [[one.name, one.zone] for one in of_sites])
    say_table(
        "Machines",
        ("handle", "site", "its own", "counts"),
        [[one.handle, one.zone.site, one.zone.own, one.zone.name] for one in machines],
    )


@zone.command("machine")
@click.argument("handle")
@click.argument("name", default="")
def set_machine_zone(handle: str, name: str) -> None:
    """Say that the clock of the machine with the CFX handle HANDLE runs in the time zone NAME, like
    Europe/Berlin; without NAME the site's counts again.
    """
    set_zone(operator_of_this_machine(), handle=handle, zone=name)
    click.echo(f"{handle}: {name or 'as its site'}, for what is interpreted from now on.")


@zone.command("site")
@click.argument("site")
@click.argument("name", default="")
def set_zone_of_site(site: str, name: str) -> None:
    """Say it of all machines of SITE of which nobody has said it; without NAME nobody has."""
    set_site_zone(operator_of_this_machine(), site=site, zone=name)
    click.echo(f"{site}: {name or 'no zone'}, for what is interpreted from now on.")


def _row(one: EndpointLine) -> list[object]:
    return [
        one.handle,
        one.presence.replace("_", " "),
        one.station,
        one.line,
        one.doors,
        one.last_heard_at,
        one.rate.last_minute,
        one.rate.last_hour,
        one.open.waiting,
        one.open.rejected,
        one.open.failed,
    ]


def _one(handle: str, output: str) -> None:
    card = endpoint_card(operator_of_this_machine(), handle)
    if output == "json":
        say_json(card)
        return
    one = card.endpoint
    say_facts(
        one.handle,
        (
            ("name", one.friendly_name),
            ("vendor", one.vendor),
            ("model", one.model_number),
            ("serial", one.serial_number),
            ("CFX version", one.cfx_version),
            ("presence", one.presence.replace("_", " ")),
            ("heartbeat s", one.heartbeat_s),
            ("lost after s", one.lost_after_s),
            ("last heard", one.last_heard_at),
            ("first heard", one.first_heard_at),
            ("station", one.station),
            ("line", one.line),
            ("doors", one.doors),
            ("time zone", one.zone.name),
            ("in the last minute", one.rate.last_minute),
            ("in the last hour", one.rate.last_hour),
            ("ms to here, worst", (one.lag.transit_ms, one.lag.worst_transit_ms)),
            ("ms to the books, worst", (one.lag.recording_ms, one.lag.worst_recording_ms)),
            ("on the books", one.messages),
            ("of them kept alone", one.kept),
            ("waiting", one.open.waiting),
            ("rejected", one.open.rejected),
            ("failed", one.open.failed),
        ),
    )
    say_table(
        "Supported topics",
        ("topic", "support", "messages"),
        [[topic.name, topic.support, topic.messages or "all"] for topic in card.topics],
    )
    say_table(
        "Kinds of messages",
        ("message", "on the books", "kept alone", "newest", "received"),
        [[kind.name, kind.messages, kind.kept, kind.newest, kind.newest_at] for kind in card.kinds],
    )
    if card.doubts:
        say_table(
            "Doubts",
            ("doubt", "how many", "newest"),
            [[doubt.code, doubt.doubts, doubt.newest] for doubt in card.doubts],
        )
    say_table(
        "Last messages",
        ("id", "state", "message", "received", "reason"),
        [[line.id, line.state, line.name, line.received_at, line.reason] for line in card.messages],
    )
