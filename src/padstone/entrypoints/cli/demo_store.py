"""The demo's store: shelves, a dry cabinet, reels that the past left over, one in quarantine."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

from padstone.features.stock import commands

if TYPE_CHECKING:
    from pathlib import Path

    from padstone.kernel.actor import Actor

LOCATIONS = (
    ("HQ", "site", "", "Padstone Works"),
    ("STORE", "warehouse", "HQ", "SMT store"),
    ("A-01", "shelf", "STORE", ""),
    ("A-02", "shelf", "STORE", ""),
    ("B-01", "shelf", "STORE", ""),
    ("DRY-1", "dry_cabinet", "STORE", "Dry cabinet"),
    ("CAGE", "quarantine", "STORE", "Quarantine cage"),
    ("LINE-1", "line", "HQ", "Line 1"),
)
"""Code, kind, what it lies in, name."""
SHELVES = ("A-01", "A-02", "B-01", "DRY-1")
STORED = 16


def fill_store(actor: Actor, ledger: Path) -> None:
    """Some of the past's reels come to lie there. Repeating it changes nothing that counts."""
    for code, kind, parent, name in LOCATIONS:
        commands.define_location(actor, code=code, kind=kind, parent=parent, name=name)
    commands.log_condition(actor, location="STORE", celsius=Decimal(23), humidity_percent=Decimal(45))
    commands.log_condition(actor, location="DRY-1", celsius=Decimal(23), humidity_percent=Decimal("3.8"))
    packages = _left_over(ledger)[:STORED]
    for number, package in enumerate(packages[1:]):
        commands.move(actor, package=package, to=SHELVES[number % len(SHELVES)])
    commands.move(actor, package=packages[0], to="CAGE")
    commands.hold(actor, packages=packages[:1], reason="label", why="Two labels disagree.")


def _left_over(ledger: Path) -> list[str]:
    """The packages that still hold something, as the past's ledger has it."""
    with ledger.open(encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines if '"record":"package"' in line]
    return [one["package"] for one in records if one["held"] > one["placed"] + one["rejected"]]
