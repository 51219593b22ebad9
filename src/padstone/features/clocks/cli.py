"""``padstone clock``: floor life, paste and expiry from the command line."""

from __future__ import annotations

from datetime import timedelta

import click

from padstone.features.clocks.commands import note_exposure
from padstone.features.clocks.domain.happenings import BY_PEOPLE, Happened
from padstone.features.clocks.domain.reasons import Reason
from padstone.features.clocks.queries import RunningOut, clock_of, running_out
from padstone.platform.accounts.identity import operator_of_this_machine
from padstone.platform.terminal import format_option, say_facts, say_json, say_table

KINDS = [kind.value for kind in BY_PEOPLE if kind is not Happened.MIXED]


@click.group()
def clock() -> None:
    """How long packages may still be used: floor life, paste, expiry."""


@clock.command()
@click.argument("package")
@format_option("table", "json")
def show(package: str, output: str) -> None:
    """How long PACKAGE may still be used, and why not."""
    one = clock_of(operator_of_this_machine(), package)
    if output == "json":
        say_json(one)
        return
    say_facts(
        one.package,
        (
            ("part", one.part),
            ("moisture level", one.level),
            ("it is", one.keeping),
            ("seconds left", one.left_s),
            ("runs out at", one.runs_out_at),
            ("thawed at", one.ready_at),
            ("expires at", one.expires_at),
            ("must not be used", _sentences(one.reasons)),
            ("to look at", _sentences(one.doubts)),
        ),
    )


@clock.command("next")
@click.option("--hours", type=click.IntRange(0, 100_000), help="Only what runs out in so many hours.")
@format_option("table", "json")
def next_(*, hours: int | None, output: str) -> None:
    """What runs out next, first what has."""
    within = None if hours is None else timedelta(hours=hours)
    found = running_out(operator_of_this_machine(), within=within)
    if output == "json":
        say_json(found)
        return
    say_table(
        "What runs out next",
        ("package", "part", "level", "runs out at", "left s", "where", "why not"),
        [_row(one) for one in found],
    )


@clock.command()
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("packages", nargs=-1, required=True)
@click.option("--value", type=int, help="°C of a bake, % RH of a card, seconds on a label.")
def note(kind: str, packages: tuple[str, ...], value: int | None) -> None:
    """Tell that PACKAGES went through KIND now: opened, dry_in, bake_began, cold_out ..."""
    count = note_exposure(operator_of_this_machine(), packages=packages, kind=kind, value=value)
    click.echo(f"{count} noted.")


def _row(row: RunningOut) -> list[object]:
    one, where = row.remaining, f"{row.station} {row.location}".strip()
    return [one.package, one.part, one.level, one.runs_out_at, one.left_s, where, _sentences(one.reasons)]


def _sentences(reasons: tuple[Reason, ...]) -> str:
    return " ".join(one.text for one in reasons)
