from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from padstone.entrypoints.cli.cfx.words import harmless

if TYPE_CHECKING:
    from padstone.ingest.outbox import RequestLine
    from padstone.kernel.actor import Actor

REFUSED, NO_ANSWER = 1, 8
_LOOK_AGAIN_S = 0.1
_OPEN = ("queued", "sent")


@click.command(short_help="Ask a machine something, and print its answer")
@click.argument("handle")
@click.argument("message")
@click.option("--body", default="", help="The MessageBody as JSON; @FILE reads it from a file.")
@click.option(
    "--set", "fields", multiple=True, metavar="FIELD=VALUE", help="One field of the body, as JSON or text."
)
@click.option("--why", default="", help="For the record; to lock and unlock it is needed.")
@click.option("--wait", "wait_s", default=10, show_default=True, help="Seconds to wait for the answer.")
@click.option("--format", "output", type=click.Choice(("text", "json")), default="text", show_default=True)
@click.pass_context
def request(
    ctx: click.Context,
    handle: str,
    message: str,
    *,
    body: str,
    fields: tuple[str, ...],
    why: str,
    wait_s: int,
    output: str,
) -> None:
    """Ask the machine HANDLE what MESSAGE says: LockStation, GetEndpointInformation, ActivateRecipe or any
    other request of CFX, by its last part or whole.

    It goes into Padstone's outbox, and the running ingest process sends it. Ends with 0 when the machine has
    answered, 1 when it refused, 8 when there is no answer yet or none will come.
    """
    _set_up_django()
    from padstone.ingest.outbox import request_line, send_request  # noqa: PLC0415 - after Django is set up
    from padstone.ingest.queries import bytes_of  # noqa: PLC0415 - as above
    from padstone.platform.accounts.identity import operator_of_this_machine  # noqa: PLC0415 - as above

    actor = operator_of_this_machine()
    patience_s = max(1, wait_s)
    made = send_request(
        actor,
        handle=handle,
        name=message,
        body=_body(body, fields),
        why=why,
        timeout_s=min(patience_s, 60),
        give_up_after_s=max(patience_s, 120),
    )
    line = _awaited(actor, made, wait_s, request_line)
    answer = bytes_of(actor, line.answer) if line.answer is not None else None
    _say(line, answer, as_json=output == "json")
    ctx.exit({"answered": 0, "refused": REFUSED}.get(line.state, NO_ANSWER))


def _awaited(actor: Actor, made: int, wait_s: int, look: Any) -> RequestLine:
    end = time.monotonic() + wait_s
    line: RequestLine = look(actor, made)
    while line.state in _OPEN and time.monotonic() < end:
        time.sleep(_LOOK_AGAIN_S)
        line = look(actor, made)
    return line


def _body(given: str, fields: tuple[str, ...]) -> bytes:
    text = Path(given[1:]).read_bytes() if given.startswith("@") else given.encode()
    try:
        body = msgspec.json.decode(text) if text.strip() else {}
    except msgspec.DecodeError as error:
        raise click.UsageError(f"--body is no JSON: {error}") from None
    if not isinstance(body, dict):
        raise click.UsageError("--body is a JSON object: the fields of the MessageBody.")
    for one in fields:
        name, equals, value = one.partition("=")
        if not equals or not name:
            raise click.UsageError(f"--set takes FIELD=VALUE, not {one!r}.")
        body[name] = _value(value)
    return msgspec.json.encode(body)


def _value(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text


def _say(line: RequestLine, answer: bytes | None, *, as_json: bool) -> None:
    if as_json:
        told = {
            "request": msgspec.to_builtins(line),
            "answer": _plain(answer) if answer is not None else None,
        }
        click.echo(msgspec.json.format(msgspec.json.encode(told), indent=2))
        return
    said = f"{line.outcome}: {line.reason}" if line.outcome and line.reason else line.outcome or line.reason
    click.echo(harmless(f"Request {line.id}: {line.state}{f', {said}' if said else ''}"))
    if answer is not None:
        for text in _pretty(answer).splitlines():
            click.echo(harmless(text))
    elif line.state in _OPEN:
        click.echo("No answer yet. It is sent by `padstone serve` or `padstone ingestd`.", err=True)


def _plain(answer: bytes) -> Any:
    """As JSON; as text, where the machine wrote something that only almost is."""
    try:
        return msgspec.json.decode(answer)
    except msgspec.DecodeError:
        return answer.decode(errors="replace")


def _pretty(answer: bytes) -> str:
    plain = _plain(answer)
    return plain if isinstance(plain, str) else msgspec.json.format(answer, indent=2).decode()


def _set_up_django() -> None:
    """The other tools of this group need no database, so it is opened here."""
    import django  # noqa: PLC0415 - as above
    from django.apps import apps  # noqa: PLC0415 - as above

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "padstone.config.settings")
    if not apps.ready:
        django.setup()
