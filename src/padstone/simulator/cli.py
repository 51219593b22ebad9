"""``padstone simulate``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from padstone.simulator import scenarios
from padstone.simulator.bom_files import FileRefused, Finding, product_from_files
from padstone.simulator.design import Product, heart_monitor
from padstone.simulator.export import export_design
from padstone.simulator.feeders import Slot, plan_setup, setup_from_csv
from padstone.simulator.line import pulse_line
from padstone.simulator.pacing import Pace, pump
from padstone.simulator.scenarios import SCENARIOS, SUSPECT_LOT, SUSPECT_UNITS, Suspect
from padstone.simulator.senders import Sender, SendingRefused, read_secrets, sender_for
from padstone.simulator.world import Settings, World, build

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choices:
    """What was said on the command line, as it was said."""

    to: str | None
    user: str
    password: str
    credentials: Path | None
    ca: Path | None
    units: int
    panel_up: int
    seed: int
    scenario: str
    suspect_lot: str | None
    suspect_units: int | None
    ledger: Path | None
    bom: Path | None
    placement: Path | None
    placement_unit: str | None
    product: str | None
    setup: Path | None
    pace: str
    start: str | None
    keep_running: bool
    export_design: Path | None


@click.command(epilog="Messages, ledger and everything else follow from the seed and the start.")
@click.option(
    "--to", help="Where to: file:DIR, file:ALL.ndjson, http://HOST:PORT or amqp://HOST:PORT/ADDRESS."
)
@click.option(
    "--credentials",
    type=FILE,
    help="Each machine logs in by itself: a JSON file of CFX handles and their secrets.",
)
@click.option("--ca", type=FILE, help="Who may vouch for the other side of https and amqps, PEM.")
@click.option("--user", default="", help="User for HTTP Basic, where one logs in for all machines.")
@click.option("--password", default="", envvar="PADSTONE_SIMULATOR_PASSWORD", help="Password for HTTP Basic.")
@click.option(
    "--units", default=500, show_default=True, type=click.IntRange(min=1), help="Units of a work order."
)
@click.option(
    "--panel-up", default=4, show_default=True, type=click.IntRange(min=1), help="Units on a panel."
)
@click.option("--seed", default=1, show_default=True, help="What chance follows from.")
@click.option("--scenario", default="heart-monitor", show_default=True, type=click.Choice(SCENARIOS))
@click.option("--suspect-lot", help="Name a lot that goes into exactly --suspect-units units.")
@click.option("--suspect-units", type=click.IntRange(min=1), help=f"{SUSPECT_UNITS} where a lot is suspect.")
@click.option(
    "--ledger", type=click.Path(dir_okay=False, path_type=Path), help="Write the truth to this file."
)
@click.option("--bom", type=FILE, help="Build the product of this bill of material (CSV or XLSX) ...")
@click.option("--placement", type=FILE, help="... and of this placement file.")
@click.option(
    "--placement-unit", type=click.Choice(("mm", "mil", "inch")), help="Where the file does not say."
)
@click.option("--product", help="Name of the product of --bom.")
@click.option("--setup", type=FILE, help="Set-up of the placers (CSV as --export-design writes it).")
@click.option("--pace", default="fast", show_default=True, help="real, fast, or how many times real time.")
@click.option("--start", help="Start of simulated time, ISO 8601 with zone. Default: the run ends about now.")
@click.option(
    "--keep-running", is_flag=True, help="Begin the next work order after each, in real time once caught up."
)
@click.option(
    "--export-design",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write bom.csv, placements.csv, setup.csv and line.json to this folder; without --to that is all.",
)
def simulate(**options: object) -> None:
    """Run a whole SMT line in software that speaks CFX."""
    choices = _Choices(**options)  # type: ignore[arg-type]  # click has checked each by the types above
    try:
        _simulate(choices)
    except (FileRefused, scenarios.ScenarioError, SendingRefused, ValueError, OSError) as error:
        raise click.ClickException(str(error)) from error


def _simulate(choices: _Choices) -> None:
    product = _product(choices)
    slots = _slots(choices, product)
    if choices.export_design is not None:
        for path in export_design(choices.export_design, product, pulse_line(), slots):
            click.echo(path)
        if choices.to is None:
            return
    if choices.to is None:
        raise click.UsageError(
            "say where the messages go: --to file:DIR, http://HOST:PORT or amqp://HOST:PORT"
        )
    pace = Pace.read(choices.pace)
    settings = _settings(choices, product, slots)
    settings = replace(settings, start=_start(choices, settings, pace))
    if choices.keep_running:
        pace = replace(pace, held=True)
        settings = replace(settings, orders=None)
    world = build(settings)
    secrets = read_secrets(choices.credentials) if choices.credentials else None
    sender = sender_for(choices.to, choices.user, choices.password, secrets=secrets, ca=choices.ca)
    _run(choices, world, sender, pace)


def _product(choices: _Choices) -> Product:
    if choices.bom is None and choices.placement is None:
        return heart_monitor()
    if choices.bom is None or choices.placement is None:
        raise click.UsageError("a product from files needs both --bom and --placement")
    product, findings = product_from_files(
        choices.bom, choices.placement, choices.product, choices.placement_unit
    )
    _say_findings(findings)
    return product


def _say_findings(findings: list[Finding]) -> None:
    for finding in findings:
        click.echo(f"{finding.subject} {finding.text}", err=True)


def _slots(choices: _Choices, product: Product) -> tuple[Slot, ...]:
    placers = pulse_line().of_kind("placer")
    if choices.setup is None:
        return plan_setup(product, placers)
    return setup_from_csv(choices.setup.read_text(encoding="utf-8"), product, placers)


def _settings(choices: _Choices, product: Product, slots: tuple[Slot, ...]) -> Settings:
    suspect = None
    is_recall = choices.scenario == "heart-monitor-recall"
    if is_recall or choices.suspect_lot or choices.suspect_units:
        suspect = Suspect(choices.suspect_lot or SUSPECT_LOT, choices.suspect_units or SUSPECT_UNITS)
    return Settings(
        units=choices.units,
        panel_up=choices.panel_up,
        seed=choices.seed,
        scenario=choices.scenario,
        suspect=suspect,
        product=product,
        slots=slots,
    )


def _start(choices: _Choices, settings: Settings, pace: Pace) -> datetime:
    """The start asked for; else one that lets the run, which is tried in silence first, end about now."""
    if choices.start is not None:
        start = datetime.fromisoformat(choices.start)
        if start.tzinfo is None:
            raise click.UsageError("--start needs a zone, as in 2026-03-02T06:00:00+01:00")
        return start
    now = datetime.now(UTC).astimezone().replace(microsecond=0)
    if pace.factor == 1.0:
        return now
    trial = build(replace(settings, start=now))
    for _ in trial:
        pass
    return pace.start_for(trial.now - now, now).replace(microsecond=0)


def _run(choices: _Choices, world: World, sender: Sender, pace: Pace) -> None:
    with _progress(world) as on_progress:
        try:
            count = pump(world, sender, pace, on_progress)
        except KeyboardInterrupt:
            count = None
        finally:
            sender.close()
            if choices.ledger is not None:
                choices.ledger.parent.mkdir(parents=True, exist_ok=True)
                world.ledger.write(choices.ledger)
    header = world.ledger.header
    click.echo(
        f"{'stopped' if count is None else f'{count} messages'}: {header.product}, "
        f"{len(world.ledger.units)} units, work order {', '.join(header.work_orders)}",
        err=True,
    )
    if header.suspect_lot:
        units = world.ledger.units_with_lot(header.suspect_lot)
        click.echo(f"lot {header.suspect_lot} of {header.suspect_part} is in {len(units)} units", err=True)


@contextmanager
def _progress(world: World) -> Iterator[Callable[[World], None]]:
    """A bar of the panels through the line on a terminal; nothing elsewhere."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:.0f} panels"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, disable=not sys.stderr.isatty()) as bar:
        endless = world.settings.orders is None
        task = bar.add_task(world.product.name, total=None if endless else world.total_panels)
        yield lambda running: bar.update(task, completed=running.finished_panels)
