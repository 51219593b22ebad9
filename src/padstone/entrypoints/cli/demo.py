"""``make run``: a small factory with a past, and a line that goes on working while one looks around."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import click
from django.db import connections
from django.urls import reverse

from padstone.entrypoints.cli.credentials_file import keep_credentials
from padstone.entrypoints.cli.demo_clocks import make_clocks
from padstone.entrypoints.cli.demo_goods_in import receive_goods
from padstone.entrypoints.cli.demo_kit import ORDER as KIT
from padstone.entrypoints.cli.demo_kit import pick_half_a_kit
from padstone.entrypoints.cli.demo_store import fill_store
from padstone.entrypoints.cli.factory import read_line, set_up_line
from padstone.entrypoints.cli.ingest import read_files
from padstone.entrypoints.cli.migrate import bring_up_to_date
from padstone.entrypoints.cli.processes import COMMAND_LINE, Child, Keeper
from padstone.entrypoints.ingestd.ports import Wiring
from padstone.features.design.commands import register_new_parts, release, settle_doubt, take_in
from padstone.features.design.queries import revision_card
from padstone.features.parts.lookups import revision
from padstone.features.production.commands import plan_work_order
from padstone.features.recall.queries import Suspect, recall
from padstone.kernel import clock
from padstone.kernel.errors import Refusal
from padstone.platform.accounts import commands as accounts
from padstone.platform.accounts.identity import operator_of_this_machine
from padstone.platform.accounts.passwords import new_password
from padstone.platform.accounts.queries import admins

HOST = "127.0.0.1"
PRODUCT, PRODUCT_NAME, REVISION = "HM-1", "Padstone Pulse HM-1", "A"
SUSPECT_LOT, SUSPECT_UNITS, PAST_UNITS = "KV26-0417", 20, 60
LIVE_ORDERS, LIVE_UNITS = 10, 200
PAST_BEGAN = timedelta(hours=6)
"""How long ago the first order began: time enough to be done with it before the line's present work
begins.
"""
RUNNING_FOR = timedelta(minutes=20)
"""The line is met at work: it began so long ago, and what it did since is sent at once."""
SECONDS_TO_ANSWER = 60
RAN_UNTIL = "line-ran-until"


@dataclass(frozen=True, slots=True)
class Ports:
    web: int
    amqp: int


@click.command(short_help="Run a demo factory: web, ingest and a simulated line")
@click.option("--port", type=int, help="For the web. Default: 8000, or the next that is free.")
@click.option("--amqp-port", type=int, help="For machines. Default: 5672, or the next that is free.")
@click.pass_obj
def demo(wiring: Wiring, port: int | None, amqp_port: int | None) -> None:
    """Run a small factory: web, ingestd and a simulated line that speaks to it as real machines would.

    The first run makes an account, a line, a bill of materials and a few hours of history with a suspect lot
    in it; a later run goes on with the same data. Ctrl-C stops all of it.
    """
    bring_up_to_date()
    data = wiring.data_folder()
    folder = data / "demo"
    _make_past(folder)
    ports = Ports(web=port or _free_port(8000), amqp=amqp_port or _free_port(5672))
    missing = wiring.amqp_missing()
    if missing:
        click.echo(missing, err=True)
    keeper = Keeper(_children(folder, ports, over_amqp=not missing), _say)
    password = _make_admin()  # last, for it is shown once: nothing that may fail comes between
    connections.close_all()
    keeper.start()
    try:
        _wait_for(ports.web, keeper)
        _show(ports, data, password, over_amqp=not missing)
        keeper.keep()
    finally:
        (folder / RAN_UNTIL).write_text(clock.now().isoformat())


def _make_admin() -> str | None:
    """The password of the account that is made, or None where there is one already."""
    if admins():
        return None
    password = new_password()
    accounts.create_admin(operator_of_this_machine(), name="admin", password=password)
    return password


# --- the past ----------------------------------------


def _make_past(folder: Path) -> None:
    """The line, the bill, and a finished order with the suspect lot. Done once; a run that was cut off goes
    on.
    """
    done = folder / "past-is-made"
    if done.exists():
        return
    click.echo(f"Making a factory in {folder.parent} (once)", err=True)
    design = folder / "design"
    _run("simulate", "--export-design", str(design), quiet=True)
    set_up_line(read_line(design / "line.json"))
    _release(design)
    messages, ledger = folder / "past.ndjson", folder / "past-ledger.ndjson"
    if not ledger.exists():
        _simulate_past(messages, ledger)
    _plan(_order_in(ledger), PAST_UNITS)
    read_files([messages])
    messages.unlink()
    make_clocks(operator_of_this_machine())
    fill_store(operator_of_this_machine(), ledger)
    receive_goods(operator_of_this_machine())
    pick_half_a_kit(operator_of_this_machine(), PRODUCT, REVISION)
    done.touch()


def _release(design: Path) -> None:
    """The line's own bill and placement, as a released revision; a run that was cut off goes on."""
    actor = operator_of_this_machine()
    known = revision(PRODUCT, REVISION)
    if known is not None and known.state != "draft":
        return
    drafts = [
        take_in(
            actor,
            file_name=name,
            content=(design / name).read_bytes(),
            product=PRODUCT,
            revision=REVISION,
            product_name=PRODUCT_NAME,
        ).revision_id
        for name in ("bom.csv", "placements.csv")
    ]
    draft = drafts[0]
    register_new_parts(actor, revision_id=draft)
    for doubt in revision_card(actor, draft).doubts:
        if doubt.asks and not doubt.settled:
            settle_doubt(actor, revision_id=draft, key=doubt.key, why="The demo's own files.")
    release(actor, revision_id=draft)


def _simulate_past(messages: Path, ledger: Path) -> None:
    """The ledger appears last: where it is, the messages are whole."""
    unfinished = ledger.with_suffix(".unfinished")
    _run(
        "simulate",
        *(
            "--to",
            f"file:{messages}",
            "--ledger",
            str(unfinished),
            "--start",
            _text(clock.now() - PAST_BEGAN),
        ),
        *("--units", str(PAST_UNITS), "--scenario", "heart-monitor-recall"),
        *("--suspect-lot", SUSPECT_LOT, "--suspect-units", str(SUSPECT_UNITS)),
    )
    unfinished.rename(ledger)


def _order_in(ledger: Path) -> str:
    with ledger.open(encoding="utf-8") as lines:
        header = json.loads(next(lines))
    return str(header["work_orders"][0])


def _plan(order: str, units: int) -> None:
    known = revision(PRODUCT, REVISION)
    if known is None:
        raise click.ClickException(f"The bill of {PRODUCT} {REVISION} is gone.")
    plan_work_order(operator_of_this_machine(), number=order, revision_id=known.pk, quantity=units)


# --- the present ----------------------------------------


def _children(folder: Path, ports: Ports, *, over_amqp: bool) -> Sequence[Child]:
    began = _text(_line_begins(folder))
    _plan_live_orders(folder, began)
    line = ["simulate", "--start", began, "--units", str(LIVE_UNITS), "--keep-running"]
    line += ["--credentials", str(_line_credentials(folder)), "--to"]
    ingest = ["ingestd", "--amqp-host", HOST, "--amqp-port", str(ports.amqp)]
    if over_amqp:
        line.append(f"amqp://{HOST}:{ports.amqp}/cfx")
    else:
        ingest.append("--no-amqp")
        line.append(f"http://{HOST}:{ports.web}")
    return (
        Child("web", ("web", "--host", HOST, "--port", str(ports.web))),
        Child("ingestd", ingest),
        Child("the line", line, stop_signal=signal.SIGINT),  # on which it sends what it has not sent yet
    )


def _line_begins(folder: Path) -> datetime:
    """Some minutes ago, so that it is met at work; but not before the line stopped the last time."""
    a_while_ago = clock.now() - RUNNING_FOR
    ran_until = folder / RAN_UNTIL
    return (
        max(a_while_ago, datetime.fromisoformat(ran_until.read_text())) if ran_until.exists() else a_while_ago
    )


def _plan_live_orders(folder: Path, began: str) -> None:
    """What an ERP system would do. The line's orders are named after its start: a short try says how."""
    ledger, messages = folder / "try-ledger.ndjson", folder / "try.ndjson"
    _run(
        "simulate",
        *("--start", began, "--units", "1", "--panel-up", "1"),
        *("--to", f"file:{messages}", "--ledger", str(ledger)),
        quiet=True,
    )
    stem = _order_in(ledger).removesuffix("01")
    ledger.unlink()
    messages.unlink()
    for number in range(1, LIVE_ORDERS + 1):
        _plan(f"{stem}{number:02d}", LIVE_UNITS)


def _line_credentials(folder: Path) -> Path:
    """Each machine of the line logs in as itself, as real ones do."""
    path = folder / "credentials.json"
    stations = json.loads((folder / "design" / "line.json").read_text())["stations"]
    keep_credentials(operator_of_this_machine(), path, [station["handle"] for station in stations])
    return path


def _free_port(wanted: int) -> int:
    """The port, or the next one that nobody listens on."""
    for port in range(wanted, wanted + 100):
        with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise click.ClickException(f"No port from {wanted} to {wanted + 99} is free.")


def _wait_for(port: int, keeper: Keeper) -> None:
    """Until the web answers, or all is ended, or it has taken too long."""
    address = f"http://{HOST}:{port}{reverse('account_login')}"
    until = time.monotonic() + SECONDS_TO_ANSWER
    while not keeper.is_ending and time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.2)


def _show(ports: Ports, data: Path, password: str | None, *, over_amqp: bool) -> None:
    base = f"http://{HOST}:{ports.web}"
    name = admins()[0]
    way = f"AMQP 1.0 on port {ports.amqp}" if over_amqp else "HTTP"
    lines = [
        "",
        "Padstone runs a demo factory: a simulated line of eight machines sends CFX messages over "
        + way
        + ".",
        "",
        f"  Open      {base}/",
        f"  User      {name}",
        f"  Password  {password or f'as the first run said; a new one: padstone user set-password {name}'}",
        "",
        "Look at",
        f"  the line at work             {base}{reverse('line', args=['Line 1'])}",
        *_board(base),
        f"  its design, drawn            {base}{reverse('designs')}",
        f"  every board with a bad lot   {base}{reverse('recall')}?{urlencode({'lot': SUSPECT_LOT})}",
        f"  what runs out next           {base}{reverse('clocks')}",
        f"  the store, made to scan      {base}{reverse('stock')}",
        f"  a kit, half picked           {base}{reverse('kit', args=[KIT])}",
        f"  messages that need a look    {base}{reverse('exceptions')}",
        "or, from another terminal in this folder",
        f"  .venv/bin/padstone recall --lot {SUSPECT_LOT}",
        "",
        f"Ctrl-C stops it. Its data is in {data}; the next run goes on with it.",
    ]
    click.echo("\n".join(lines))


def _board(base: str) -> list[str]:
    """A board that holds a part of the suspect lot."""
    try:
        found = recall(operator_of_this_machine(), Suspect(lot=SUSPECT_LOT)).certain
    except Refusal:  # somebody has taken the demo's data for something else
        return []
    return [f"  one board, every part        {base}{reverse('unit', args=[one.unit])}" for one in found[:1]]


# --- small things ----------------------------------------


def _run(*arguments: str, quiet: bool = False) -> None:
    """A command of our own, to its end."""
    out = subprocess.PIPE if quiet else None
    ended = subprocess.run([*COMMAND_LINE, *arguments], stdout=out, stderr=out, check=False)  # noqa: S603
    if ended.returncode:
        raise click.ClickException(f"padstone {' '.join(arguments)} ended with {ended.returncode}.")


def _text(at: datetime) -> str:
    return at.replace(microsecond=0).isoformat()


def _say(sentence: str) -> None:
    click.echo(sentence, err=True)
