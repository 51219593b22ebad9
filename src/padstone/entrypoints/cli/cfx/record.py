from __future__ import annotations

import logging
import re
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

import click

from padstone.entrypoints.cli.cfx.login import is_this_machine, logged_in, read_credentials
from padstone.entrypoints.cli.cfx.ports import AmqpTools, Heard, Place
from padstone.entrypoints.cli.cfx.recording import Message, Rotation, Writer
from padstone.entrypoints.ingestd.ports import Exposure
from padstone.kernel import clock

AMQP_PORT = 5672
_SAY_EVERY_S = 1.0
_LONGEST_WAIT_S = 0.25
_SIZES = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3}
_TIMES = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


class Size(click.ParamType[int]):
    """So many bytes: 500000, 100K, 100M, 2G."""

    name = "size"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        found = re.fullmatch(r"([1-9][0-9]{0,11})([KMG]?)B?", str(value).strip(), re.IGNORECASE)
        if found is None:
            self.fail(f"{value!r} is no size; write 500000, 100K, 100M or 2G", param, ctx)
        return int(found[1]) * _SIZES[found[2].upper()]


class Span(click.ParamType[timedelta]):
    """A length of time: 90, 90s, 15m, 1h, 1d."""

    name = "time"

    def convert(
        self, value: str | timedelta, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        if isinstance(value, timedelta):
            return value
        found = re.fullmatch(r"([1-9][0-9]{0,6})([smhd]?)", value.strip().lower())
        if found is None:
            self.fail(f"{value!r} is no length of time; write 90s, 15m, 1h or 1d", param, ctx)
        return timedelta(seconds=int(found[1]) * _TIMES[found[2]])


A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(short_help="Write down the CFX messages that come in")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--from",
    "origin",
    metavar="ADDRESS",
    help="Take from a broker, amqp://user@host:port/ADDRESS or amqps://…; from - one message a line.",
)
@click.option(
    "--listen",
    metavar="HOST:PORT",
    help=f"Be the AMQP 1.0 peer that machines connect to. Without --from: 127.0.0.1:{AMQP_PORT}.",
)
@click.option("--count", type=click.IntRange(min=1), help="End after so many messages.")
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help="End after so much time.")
@click.option("--rotate-size", type=Size(), help="Begin another file after so many bytes: 100M.")
@click.option("--rotate-every", type=Span(), help="Begin another file after so much time: 1h.")
@click.option(
    "--credentials",
    type=A_FILE,
    help="Let in only these: JSON, each CFX handle with its secret. Without it, whoever connects.",
)
@click.option("--tls-cert", type=A_FILE, help="Certificate of --listen, PEM: the port speaks TLS.")
@click.option("--tls-key", type=A_FILE, help="The certificate's key, PEM.")
@click.option("--ca", type=A_FILE, help="Who may vouch for the broker of amqps://, PEM.")
@click.option(
    "--insecure",
    is_flag=True,
    help="Without TLS, where other machines reach the port, or on the way to a broker.",
)
@click.pass_context
def record(
    ctx: click.Context,
    /,
    file: Path,
    origin: str | None,
    listen: str | None,
    count: int | None,
    seconds: float | None,
    rotate_size: int | None,
    rotate_every: timedelta | None,
    **login: Any,
) -> None:
    """Write the messages that come in to FILE, one a line, with the time, the AMQP properties and the exact
    bytes, until Ctrl-C, --count or --seconds.

    FILE must not be there yet; .gz at its end compresses. A message is accepted once it is on disk. From a
    broker messages are taken, not copied: give the recording a queue of its own. A broker's password comes
    from PADSTONE_CFX_PASSWORD.
    """
    if origin is not None and listen is not None:
        raise click.UsageError("--from and --listen are two ways to get messages: give one.")
    try:
        writer = Writer(file, Rotation(rotate_size, rotate_every))
    except FileExistsError as error:
        raise click.UsageError(
            f"FILE: {error.filename} is there already, and nothing is written over. Give another name."
        ) from None
    except OSError as error:
        raise click.ClickException(
            f"FILE: {error.filename or file} cannot be written: {error.strerror}"
        ) from None
    session = Session(writer, count, seconds)
    try:
        _hear(ctx, session, origin, listen, login)
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    finally:
        writer.close()
        _say_end(writer)


class Session:
    """What is recorded, and whether it is to go on."""

    def __init__(self, writer: Writer, count: int | None = None, seconds: float | None = None) -> None:
        self.is_over = threading.Event()
        self._writer = writer
        self._count = count
        self._end = time.monotonic() + seconds if seconds is not None else None
        self._said_at = 0.0

    @property
    def is_counted(self) -> bool:
        return self._count is not None

    def go_on(self) -> bool:
        """Asked often: it says how far the recording is, too."""
        if self._end is not None and time.monotonic() >= self._end:
            self.is_over.set()
        self._say()
        return not self.is_over.is_set()

    def take(self, heard: Sequence[Heard]) -> None:
        """Write it down. Raises Enough where no more is wanted: nothing of it is written then."""
        if self.is_over.is_set():
            raise Enough
        self._writer.write([_message(one) for one in heard])
        if self._count is not None and self._writer.messages >= self._count:
            self.is_over.set()

    def wait_s(self) -> float:
        if self._end is None:
            return _LONGEST_WAIT_S
        return max(0.0, min(_LONGEST_WAIT_S, self._end - time.monotonic()))

    def _say(self) -> None:
        if sys.stderr.isatty() and time.monotonic() - self._said_at >= _SAY_EVERY_S:
            self._said_at = time.monotonic()
            click.echo(
                f"\r{self._writer.messages} messages, {self._writer.size_bytes:,} bytes ", err=True, nl=False
            )


class Enough(Exception):
    """The recording has ended: what comes after it is handed back to its sender."""


def _message(heard: Heard) -> Message:
    return Message(heard.body, heard.received_at, heard.content_encoding, heard.sender, heard.amqp)


def _hear(
    ctx: click.Context, session: Session, origin: str | None, listen: str | None, login: dict[str, Any]
) -> None:
    if origin == "-":
        with suppress(KeyboardInterrupt):
            _hear_lines(session, sys.stdin.buffer)
        return
    tools: AmqpTools = ctx.obj.amqp_tools
    if missing := tools.missing():
        raise click.ClickException(missing)
    with _ends_cleanly(session), _quiet_log():
        if origin is not None:
            _fetch(tools, session, origin, login["ca"], insecure=login["insecure"])
        else:
            _listen(tools, session, listen or f"127.0.0.1:{AMQP_PORT}", login)


def _hear_lines(session: Session, stream: BinaryIO) -> None:
    for line in stream:
        if line.strip():
            session.take([_Line(line.strip(b"\r\n"))])
        if not session.go_on():
            return


class _Line:
    """A line of standard input: nothing is known around it."""

    content_encoding = ""
    sender = ""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.received_at = clock.now()
        self.amqp: dict[str, Any] = {}


def _fetch(tools: AmqpTools, session: Session, origin: str, ca: Path | None, *, insecure: bool) -> None:
    try:
        place = logged_in(Place.read(origin, ("amqp", "amqps")), ca=ca, insecure=insecure)
    except ValueError as error:
        raise click.UsageError(f"--from: {error}") from None
    if not place.address:
        raise click.UsageError("--from names the queue after the host: amqp://host/queue")
    click.echo(f"Taking from {place}. Ctrl-C ends it.", err=True)
    try:
        tools.fetch(place, session.take, session.go_on)
    except OSError as error:
        raise click.ClickException(f"--from: {place}: {error}") from error


def _listen(tools: AmqpTools, session: Session, at: str, login: dict[str, Any]) -> None:
    host, port = _host_and_port(at)
    cert, key = login["tls_cert"], login["tls_key"]
    if (cert is None) is not (key is None):
        raise click.UsageError("--tls-cert and --tls-key belong together.")
    secrets = read_credentials(login["credentials"])
    if secrets is None and not is_this_machine(host) and not login["insecure"]:
        raise click.UsageError(
            f"--listen: other machines can reach {host}, and anybody could send: give --credentials, or say "
            "--insecure."
        )
    refusals: list[str] = []
    try:
        door = tools.ear(
            host=host,
            port=port,
            accept=session.take,
            refused=lambda sender, reason: refusals.append(f"{sender}: {reason}"),
            secrets=secrets,
            exposure=Exposure(
                cert=cert,
                key=key,
                anonymous=secrets is None and is_this_machine(host),
                insecure=login["insecure"],
            ),
            one_by_one=session.is_counted,
        )
        door.start()
    except OSError as error:
        raise click.ClickException(
            f"--listen: {host}:{port} cannot be had: {error.strerror or error}"
        ) from error
    click.echo(f"Listening on amqp{'s' if cert else ''}://{host}:{door.port}. Ctrl-C ends it.", err=True)
    try:
        while session.go_on():
            session.is_over.wait(session.wait_s())
    finally:
        door.stop()
    for refusal in refusals:
        click.echo(f"Rejected: {refusal}", err=True)


def _host_and_port(at: str) -> tuple[str, int]:
    host, colon, port = at.rpartition(":")
    if not colon:
        return at.strip("[]"), AMQP_PORT
    if not port.isdigit() or int(port) > 65535 or not host:
        raise click.UsageError(f"--listen reads HOST:PORT, such as 0.0.0.0:{AMQP_PORT}, not {at!r}.")
    return host.strip("[]"), int(port)


@contextmanager
def _ends_cleanly(session: Session) -> Iterator[None]:
    """Ctrl-C and SIGTERM end the recording, and not the program in the middle of it."""

    def end(*_: object) -> None:
        session.is_over.set()

    before: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _quiet_log() -> Iterator[None]:
    """That messages after the end are handed back is no fault worth a traceback."""

    def keep(said: logging.LogRecord) -> bool:
        return not (said.exc_info and isinstance(said.exc_info[1], Enough))

    log = logging.getLogger("padstone.adapters.amqp.keeper")
    log.addFilter(keep)
    try:
        yield
    finally:
        log.removeFilter(keep)


def _say_end(writer: Writer) -> None:
    files = ", ".join(str(file) for file in writer.files)
    plural = "" if writer.messages == 1 else "s"
    start = "\r" if sys.stderr.isatty() else ""
    click.echo(f"{start}{writer.messages} message{plural} in {files}", err=True)
