"""``padstone label``: what labels say, and our own labels printed. Needs no database."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import click

from padstone.features.labels.domain.decoding import decode as decode_payload
from padstone.features.labels.domain.label import Label
from padstone.features.labels.domain.merging import merged as merge
from padstone.features.labels.domain.our_labels import LocationLabel, OurLabel, PackageLabel
from padstone.features.labels.domain.sizes import SHEETS, Size, size_called
from padstone.features.labels.domain.zpl import zpl
from padstone.features.labels.label_files import labels_in, quantity_of
from padstone.features.labels.printing import Printer, send
from padstone.features.labels.telling import line, package_told, refused, told
from padstone.kernel.errors import Refusal

A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
REFUSED = 3
"""As every command ends that refuses its input; here after all the others were answered."""

_MOST_OF_A_PIPE = 50_000_000


@click.group()
def label() -> None:
    """Labels of packages: read what a scanner sent or a photo shows, print our own."""


@label.command()
@click.argument("payloads", nargs=-1, metavar="[PAYLOAD|-]...")
@click.option(
    "--image",
    "images",
    multiple=True,
    type=A_FILE,
    help="A photo: every symbol on it is read. May be given several times.",
)
@click.option("--merged", is_flag=True, help="They are all of one package: say what they say together.")
@click.pass_context
def decode(ctx: click.Context, payloads: tuple[str, ...], images: tuple[Path, ...], *, merged: bool) -> None:
    r"""Say what each PAYLOAD says, as a line of JSON; - reads payloads from standard input, one a line.

    Ends with 3 if one of them is refused: its line has the reason and what to do, and where it can be read in
    several ways, each of them. Control characters may be written {GS}, ^], \x1d and in other ways.
    """
    if not payloads and not images:
        raise click.UsageError("Give a payload, - for standard input, or --image FILE.")
    answers, labels = [], []
    for source, payload, symbology in _given(payloads, images):
        answer, read = _answer(source, payload, symbology)
        answers.append(answer)
        labels += [read] if read is not None else []
    if merged:
        refusals = [answer for answer in answers if "refusal" in answer]
        answers = [*refusals, *([package_told(merge(labels))] if labels else [])]
    for answer in answers:
        click.echo(line(answer))
    if any("refusal" in answer for answer in answers):
        ctx.exit(REFUSED)


_Given: TypeAlias = tuple[str, str | bytes | Refusal, str]
"""Where it comes from ("" for the command line), the payload or why there is none, its symbology."""


def _given(payloads: tuple[str, ...], images: tuple[Path, ...]) -> Iterator[_Given]:
    for payload in payloads:
        if payload == "-":
            yield from (("", one, "") for one in _lines())
        else:
            yield "", payload, ""
    for path in images:
        yield from _symbols(path)


def _lines() -> Iterator[bytes]:
    content = sys.stdin.buffer.read(_MOST_OF_A_PIPE)
    yield from (one for one in content.split(b"\n") if one.strip())


def _symbols(path: Path) -> Iterator[_Given]:
    from padstone.features.labels.images import symbols  # noqa: PLC0415 - payloads need no pictures

    try:
        found = symbols(path.read_bytes(), path.name)
    except Refusal as refusal:
        yield str(path), refusal, ""
        return
    yield from ((str(path), symbol.payload, symbol.symbology) for symbol in found)


def _answer(
    source: str, payload: str | bytes | Refusal, symbology: str
) -> tuple[dict[str, Any], Label | None]:
    answer: dict[str, Any] = {"source": source} if source else {}
    if isinstance(payload, Refusal):
        return answer | refused(payload), None
    answer["payload"] = payload if isinstance(payload, str) else payload.decode("utf-8", "backslashreplace")
    try:
        read = decode_payload(payload, symbology)
    except Refusal as refusal:
        return answer | refused(refusal), None
    return answer | told(read), read


@label.command("print")
@click.option("--package", default="", help="The package's code.")
@click.option("--part", default="", help="The house's part number.")
@click.option("--description", default="")
@click.option("--mpn", default="", help="The maker's part number.")
@click.option("--manufacturer", default="")
@click.option("--quantity", default="")
@click.option("--lot", default="")
@click.option("--date-code", default="")
@click.option("--msl", default="", help="Moisture sensitivity level.")
@click.option("--expiry", default="", metavar="YYYY-MM-DD")
@click.option("--location", default="", help="A location's code, instead of a package.")
@click.option("--name", default="", help="The location's name.")
@click.option("--path", default="", help="Where the location is: Main / Rack 1.")
@click.option("--csv", "file", type=A_FILE, help="A file with a label in each row.")
@click.option("--size", default="57x32", show_default=True, help="Of a label, in millimetres.")
@click.option("--sheet", type=click.Choice(list(SHEETS)), help="Sheets of this kind, instead of a roll.")
@click.option("--skip", type=click.IntRange(0), default=0, help="Places of the first sheet that are used up.")
@click.option("--dpi", type=click.Choice(("203", "300", "600")), default="203", show_default=True)
@click.option("--printer", default="", metavar="HOST[:PORT]", help="Send it there as ZPL.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="FILE.png, FILE.pdf or FILE.zpl."
)
def print_(**given: Any) -> None:
    """Print labels of packages and locations: to a label printer, or into a picture, a PDF or a ZPL file.

    What is on them is given here or in a CSV file; nothing is looked up and nothing is booked.
    """
    labels = (
        list(labels_in(given["file"].read_bytes(), given["file"].name)) if given["file"] else [_one(given)]
    )
    size, dpi = size_called(given["size"]), int(given["dpi"])
    if not given["printer"] and given["out"] is None:
        raise click.UsageError("Say where to: --printer HOST or --out FILE.")
    if given["printer"]:
        send(Printer.at(given["printer"]), _programs(labels, size, dpi))
        click.echo(f"{len(labels)} sent to {given['printer']}.")
    if given["out"] is not None:
        given["out"].write_bytes(_drawn(labels, given["out"], size, dpi, given["sheet"], given["skip"]))
        click.echo(f"{len(labels)} in {given['out']}.")


def _one(given: dict[str, Any]) -> OurLabel:
    if given["location"]:
        return LocationLabel(location=given["location"], name=given["name"], path=given["path"])
    if not given["package"] or not given["part"]:
        raise click.UsageError("Give --package and --part, or --location, or --csv FILE.")
    words = ("package", "part", "description", "mpn", "manufacturer", "lot", "date_code", "msl", "expiry")
    quantity = quantity_of(given["quantity"], "--quantity")
    return PackageLabel(quantity=quantity, **{word: given[word] for word in words})


def _programs(labels: list[OurLabel], size: Size, dpi: int) -> str:
    dots = {203: 8, 300: 12, 600: 24}[dpi]
    return "".join(zpl(label, size, dots_per_mm=dots) for label in labels)


def _drawn(labels: list[OurLabel], out: Path, size: Size, dpi: int, sheet: str | None, skip: int) -> bytes:
    from padstone.features.labels import drawing  # noqa: PLC0415 - ZPL needs no pictures

    match out.suffix.lower():
        case ".zpl":
            return _programs(labels, size, dpi).encode()
        case ".pdf" if sheet is not None:
            return drawing.pdf(labels, SHEETS[sheet], skip=skip)
        case ".pdf":
            return drawing.roll(labels, size)
        case ".png" if len(labels) == 1:
            return drawing.png(labels[0], size, dpi=dpi)
        case ".png":
            raise click.UsageError("A picture holds one label: write a PDF.")
        case _:
            raise click.UsageError(f"{out}: write a .png, a .pdf or a .zpl file.")
