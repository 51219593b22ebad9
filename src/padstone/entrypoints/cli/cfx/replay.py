from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from padstone.entrypoints.cli.cfx.http_carrier import HttpCarrier
from padstone.entrypoints.cli.cfx.login import VARIABLE, check_exposure, logged_in, read_credentials
from padstone.entrypoints.cli.cfx.outgoing import Choice, Freshener, Outgoing, outgoing
from padstone.entrypoints.cli.cfx.ports import AmqpTools, Carrier, Outcome, Place
from padstone.entrypoints.cli.cfx.recording import Damaged, files_of
from padstone.entrypoints.cli.cfx.words import harmless, table
from padstone.kernel import clock

HTTP_PATH = "/api/v1/cfx"
AMQP_ADDRESS = "cfx"
REASONS_SHOWN = 20
_SCHEMES = ("amqp", "amqps", "http", "https")
_MOST_UNSETTLED = 500
_LONGEST_WAIT_S = 0.1
_COUNTED_UP_TO = 200 * 1024 * 1024
_CONTAINER = "padstone-replay"
STATES = ("accepted", "rejected", "handed back", "unknown")

A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class Pace(click.ParamType[float]):
    """How many times as fast as it happened; 0 stands for as fast as it goes."""

    name = "pace"

    def convert(self, value: str | float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            factor = {"real": 1.0, "fast": 0.0}.get(str(value))
            factor = float(value) if factor is None else factor
        except ValueError:
            factor = -1.0
        if not 0 <= factor < 1e6 or (factor == 0 and value not in ("fast", 0.0)):
            self.fail(f"{value!r} is no pace; write real, fast, or how many times as fast: 10", param, ctx)
        return factor


@click.command(short_help="Send recorded messages again")
@click.argument(
    "paths", nargs=-1, required=True, metavar="FILE|FOLDER...", type=click.Path(exists=True, path_type=Path)
)
@click.option(
    "--to",
    metavar="ADDRESS",
    help=f"amqp://user@host:port/ADDRESS ({AMQP_ADDRESS} if none is named) or http://user@host:port"
    f" ({HTTP_PATH}); amqps:// and https:// speak TLS.",
)
@click.option("--address", help="The AMQP address, where it does not fit behind the host: /queues/cfx.")
@click.option("--pace", type=Pace(), default="real", show_default=True, help="real, fast, or 10 times.")
@click.option(
    "--fresh", is_flag=True, help="As new messages: other UniqueIDs and transactions, times from now."
)
@click.option("--kind", "kinds", multiple=True, help="Only this kind: WorkStarted, CFX.Production.*")
@click.option("--source", "sources", multiple=True, help="Only of this endpoint: Vendor.Placer.7, Vendor.*")
@click.option("--as", "handle", default="", help="Source of bare bodies, which have none.")
@click.option("--credentials", type=A_FILE, help="Each source logs in as itself: JSON, handles and secrets.")
@click.option("--ca", type=A_FILE, help="Who may vouch for the other side, PEM.")
@click.option("--certificate", type=A_FILE, help="Log in with this client certificate, PEM; needs --key.")
@click.option("--key", type=A_FILE, help="The client certificate's key, PEM.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0),
    default=60.0,
    show_default=True,
    help="Seconds to wait for the last answers.",
)
@click.option("--insecure", is_flag=True, help="Send passwords without TLS to another machine.")
@click.option("--dry-run", is_flag=True, help="Send nothing; say what would be sent.")
@click.pass_context
def replay(
    ctx: click.Context, /, paths: tuple[Path, ...], *, dry_run: bool, to: str | None, **options: Any
) -> None:
    """Send what recordings, or files of envelopes, hold: to an AMQP 1.0 listener or broker, or over HTTP.

    What was recorded goes exactly as it came, with its AMQP properties. Files of envelopes go one by one, a
    bare body in an envelope if the file is called after its message. The password of the address's user comes
    from PADSTONE_CFX_PASSWORD. Ends with 1 if a message was not accepted.
    """
    files = files_of(paths)
    if not files:
        raise click.UsageError("There is no .json, .ndjson, .jsonl or .gz file there.")
    choice = Choice(options["kinds"], options["sources"])

    left_out: list[str] = []

    def sending() -> Iterator[Outgoing]:
        freshener = Freshener(clock.now()) if options["fresh"] else None
        left_out.clear()
        return outgoing(files, choice, freshener, options["handle"], left_out.append)

    try:
        if dry_run:
            _say_what(sending())
            _say_left_out(left_out)
            return
        if to is None:
            raise click.UsageError(
                f"--to says where: amqp://host/{AMQP_ADDRESS} or http://host:8000; or --dry-run."
            )
        exit_code = _replay(ctx, sending, _carriers(ctx, to, options), options, _total(files, sending))
    except Damaged as error:
        raise click.ClickException(str(error)) from error
    _say_left_out(left_out)
    ctx.exit(exit_code)


def _say_left_out(left_out: Sequence[str]) -> None:
    for line in left_out[:REASONS_SHOWN]:
        click.echo(f"left out: {harmless(line)}", err=True)
    if left_out:
        click.echo(f"{len(left_out)} left out: they are no messages", err=True)


def _say_what(messages: Iterator[Outgoing]) -> None:
    counted: Counter[tuple[str, str]] = Counter()
    for message in messages:
        counted[message.source, message.name or "not an envelope"] += 1
    rows = [(source or "-", name, str(number)) for (source, name), number in sorted(counted.items())]
    click.echo(table(("source", "message", "messages"), rows))
    click.echo(f"{sum(counted.values())} messages, none of them sent")


# --- where to -----------------------------------------------------------------------------------------------


class Carriers:
    """One for each that logs in by itself, and one for all the others."""

    def __init__(self, open_: Callable[[str], Carrier], handles: Mapping[str, str]) -> None:
        self.opened: dict[str, Carrier] = {}
        self._open = open_
        self._handles = handles

    def of(self, source: str) -> Carrier:
        key = source if source in self._handles else ""
        if key not in self.opened:
            self.opened[key] = self._open(key)
        return self.opened[key]

    def turn(self, longest_wait_s: float) -> list[Outcome]:
        """Waits for whoever owes an answer; and keeps the others alive."""
        busy = [one for one in self.opened.values() if one.unsettled] or list(self.opened.values())
        if not busy:
            time.sleep(longest_wait_s)
            return []
        wait_s = longest_wait_s / len(busy)
        return [
            outcome for one in self.opened.values() for outcome in one.turn(wait_s if one in busy else 0.0)
        ]

    @property
    def unsettled(self) -> int:
        return sum(one.unsettled for one in self.opened.values())

    def close(self) -> None:
        for one in self.opened.values():
            one.close()


def _carriers(ctx: click.Context, to: str, options: dict[str, Any]) -> Carriers:
    certificate, key = options["certificate"], options["key"]
    if (certificate is None) is not (key is None):
        raise click.UsageError("--certificate and --key belong together.")
    try:
        place = logged_in(
            Place.read(to, _SCHEMES),
            ca=options["ca"],
            certificate=(certificate, key) if certificate else None,
            insecure=options["insecure"],
        )
        secrets = read_credentials(options["credentials"]) or {}
        check_exposure(place, "".join(secrets.values()), insecure=options["insecure"])
    except ValueError as error:
        raise click.UsageError(f"--to: {error}") from None
    if place.user and not place.password and not secrets:
        raise click.UsageError(f"--to names the user {place.user}: {VARIABLE} must hold the password.")
    if to.startswith("http"):
        path = place.path if place.path not in ("", "/") else HTTP_PATH
        return Carriers(lambda handle: HttpCarrier(_for(replace(place, path=path), handle, secrets)), secrets)
    tools: AmqpTools = ctx.obj.amqp_tools
    if missing := tools.missing():
        raise click.ClickException(missing)
    place = replace(place, path=f"/{options['address'] or place.address or AMQP_ADDRESS}")
    return Carriers(lambda handle: tools.carrier(_for(place, handle, secrets), handle or _CONTAINER), secrets)


def _for(place: Place, handle: str, secrets: Mapping[str, str]) -> Place:
    return replace(place, user=handle, password=secrets[handle]) if handle else place


def _total(files: Sequence[Path], sending: Callable[[], Iterator[Outgoing]]) -> int | None:
    """How many there are, where somebody looks and counting is quick."""
    if not sys.stderr.isatty() or sum(file.stat().st_size for file in files) > _COUNTED_UP_TO:
        return None
    return sum(1 for _ in sending())


# --- sending ------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Tally:
    """What became of the messages so far."""

    sent: int
    states: Counter[str]
    reasons: list[str]
    awaited: dict[int, str]

    def note(self, outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            what = self.awaited.pop(outcome.number, "")
            self.states[outcome.state] += 1
            if outcome.state != "accepted" and len(self.reasons) < REASONS_SHOWN:
                self.reasons.append(f"{outcome.state}: {what}: {outcome.reason or 'no reason given'}")


def _replay(
    ctx: click.Context,
    sending: Callable[[], Iterator[Outgoing]],
    carriers: Carriers,
    options: dict[str, Any],
    total: int | None,
) -> int:
    tally = Tally(0, Counter(), [], {})
    trouble = ""
    try:
        with _progress(total) as show:
            _send_all(sending(), carriers, tally, options["pace"], show)
            end = time.monotonic() + options["timeout"]
            while carriers.unsettled and time.monotonic() < end:
                tally.note(carriers.turn(_LONGEST_WAIT_S))
                show(tally)
    except OSError as error:
        trouble = f"--to: it cannot be reached, or the connection has ended: {error}"
    except KeyboardInterrupt:
        trouble = "stopped"
    finally:
        carriers.close()
    return _say_end(tally, trouble)


def _send_all(
    messages: Iterator[Outgoing],
    carriers: Carriers,
    tally: Tally,
    pace: float,
    show: Callable[[Tally], None],
) -> None:
    first = None
    began = time.monotonic()
    for number, message in enumerate(messages):
        if pace and message.at.year > 1:
            first = first or message.at
            _wait_until(began + (message.at - first).total_seconds() / pace, carriers, tally)
        carrier = carriers.of(message.source)
        carrier.send(number, message.body, message.encoding, message.amqp)
        tally.sent += 1
        tally.awaited[number] = " ".join(
            part for part in (message.where, message.name, message.unique_id) if part
        )
        tally.note(carriers.turn(0.0))
        while carriers.unsettled >= _MOST_UNSETTLED:
            tally.note(carriers.turn(_LONGEST_WAIT_S))
        show(tally)


def _wait_until(due: float, carriers: Carriers, tally: Tally) -> None:
    while (left := due - time.monotonic()) > 0:
        tally.note(carriers.turn(min(left, _LONGEST_WAIT_S)))


@contextmanager
def _progress(total: int | None) -> Iterator[Callable[[Tally], None]]:
    """A bar on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    # Only who looks at a bar waits for what draws it.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Sending", total=total)
        yield lambda tally: bar.update(
            task, completed=sum(tally.states.values()), description=f"{tally.states['accepted']} accepted"
        )


def _say_end(tally: Tally, trouble: str) -> int:
    tally.states["unknown"] = len(tally.awaited)
    for reason in tally.reasons:
        click.echo(reason, err=True)
    if trouble:
        click.echo(trouble, err=True)
    parts = [f"{tally.states[state]} {state}" for state in STATES if tally.states[state]]
    click.echo(f"{tally.sent} sent: {', '.join(parts) or 'nothing to send'}")
    return 1 if trouble or tally.states["accepted"] < tally.sent else 0
