from __future__ import annotations

from dataclasses import fields

import click

from padstone.features.materials.queries import package_card
from padstone.platform.accounts.identity import operator_of_this_machine
from padstone.platform.terminal import format_option, say_facts, say_json, say_table


@click.command(short_help="One reel: what it holds, where it came from, where it was loaded")
@click.argument("identifier")
@format_option("table", "json")
def package(identifier: str, output: str) -> None:
    """The reel, tray, stick or bag IDENTIFIER, and where it was loaded and unloaded."""
    card = package_card(operator_of_this_machine(), identifier)
    if output == "json":
        say_json(card)
        return
    facts = [
        (field.name.replace("_", " "), getattr(card, field.name))
        for field in fields(card)
        if field.name != "load_events"
    ]
    say_facts(f"Package {card.identifier}", facts)
    columns = ("at", "kind", "station", "location", "feeder", "quantity")
    say_table(
        "Loaded and unloaded",
        columns,
        [[getattr(event, name) for name in columns] for event in card.load_events],
    )
