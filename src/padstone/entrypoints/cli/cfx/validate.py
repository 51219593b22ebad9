from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from padstone.entrypoints.cli.cfx.course import Doubt
from padstone.entrypoints.cli.cfx.judging import OK, REFUSED, REPAIRED, Finding, Judge, Verdict
from padstone.entrypoints.cli.cfx.places import Place
from padstone.entrypoints.cli.cfx.recording import Damaged, files_of, read
from padstone.entrypoints.cli.cfx.words import harmless, table

STANDARD_INPUT = Path("-")
COLUMNS = ("message", "messages", OK, REPAIRED, REFUSED, "warnings")
NOTHING_TO_READ = 2


@click.command(short_help="Check CFX messages before a factory does")
@click.argument(
    "paths",
    nargs=-1,
    metavar="[FILE|FOLDER|-]...",
    type=click.Path(exists=True, path_type=Path, allow_dash=True),
)
@click.option("--name", default="", help="What bodies without an envelope are: CFX.Production.WorkStarted.")
@click.option("--strict", is_flag=True, help="End with 1 also for what was repaired, and for warnings.")
@click.option("--all", "show_all", is_flag=True, help="A line also for each message that is in order.")
@click.option("--format", "output", type=click.Choice(("text", "json")), default="text", show_default=True)
@click.pass_context
def validate(
    ctx: click.Context, paths: tuple[Path, ...], name: str, *, strict: bool, show_all: bool, output: str
) -> None:
    """Say of each message whether it is ok, was repaired (read although it was not written as the standard
    says) or is refused, and where. Warnings are about what is lawful and doubtful; the order of messages is
    looked at for each Source.

    Files hold envelopes (one, an array, one per line), recordings, or a body whose name the file bears.
    Without FILE, standard input. Ends with 0 if nothing is refused, 1 if something is, 2 if there is nothing
    to read.
    """
    files = files_of(paths or (STANDARD_INPUT,))
    report = _Report(as_json=output == "json", show_all=show_all)
    judge = Judge(name)
    for file in files:
        for verdict in _verdicts(judge, file):
            report.take(verdict)
    for doubt in judge.course.doubts():
        report.doubt(doubt)
    if not report.messages:
        raise click.UsageError("There is nothing to read: no message in what was given.")
    report.end()
    ctx.exit(report.exit_code(strict=strict))


def _verdicts(judge: Judge, file: Path) -> Iterator[Verdict]:
    try:
        stream = sys.stdin.buffer if file == STANDARD_INPUT else None
        for message in read(file, stream):
            yield from judge.judge(message)
    except (Damaged, OSError) as error:
        yield Verdict(str(file), "", "", REFUSED, [Finding(REFUSED, "unreadable", str(error))])


class _Report:
    def __init__(self, *, as_json: bool, show_all: bool) -> None:
        self.messages = 0
        self._counted: dict[str, Counter[str]] = {}
        self._as_json = as_json
        self._show_all = show_all
        self._said: list[dict[str, Any]] = []
        self._order: list[dict[str, Any]] = []

    def take(self, verdict: Verdict) -> None:
        self.messages += 1
        counted = self._counted.setdefault(verdict.name or "(unknown)", Counter())
        counted.update({"messages": 1, verdict.outcome: 1, "warnings": verdict.warnings})
        if self._as_json:
            self._said.append(_plain_verdict(verdict))
            return
        for finding in verdict.findings:
            click.echo(_line(verdict.file, finding.place, finding.level, verdict.name, finding))
            if finding.way_out:
                click.echo(f"    {harmless(finding.way_out)}")
        if self._show_all and not verdict.findings:
            click.echo(f"{_where(verdict)}: ok: {harmless(verdict.name)}")

    def doubt(self, doubt: Doubt) -> None:
        self._counted[doubt.name]["warnings"] += 1
        if self._as_json:
            self._order.append(_plain_finding(doubt, doubt.place) | {"file": doubt.file, "name": doubt.name})
            return
        click.echo(_line(doubt.file, doubt.place, "warning", doubt.name, doubt))
        if doubt.way_out:
            click.echo(f"    {harmless(doubt.way_out)}")

    def end(self) -> None:
        rows = {name: [counted[column] for column in COLUMNS[1:]] for name, counted in self._counted.items()}
        if self._as_json:
            answer = {
                "summary": [
                    dict(zip(COLUMNS, (name, *row), strict=True)) for name, row in sorted(rows.items())
                ],
                "messages": self._said,
                "order": self._order,
            }
            click.echo(msgspec.json.format(msgspec.json.encode(answer), indent=2))
            return
        total = [sum(column) for column in zip(*rows.values(), strict=True)]
        lines = [[name, *map(str, row)] for name, row in sorted(rows.items())]
        click.echo(table(COLUMNS, [*lines, ["all", *map(str, total)]]))

    def exit_code(self, *, strict: bool) -> int:
        total = sum(self._counted.values(), Counter[str]())
        bad = total[REFUSED] + (total[REPAIRED] + total["warnings"] if strict else 0)
        return 1 if bad else 0


def _where(verdict: Verdict) -> str:
    return f"{verdict.file}: {verdict.where}" if verdict.where else verdict.file


def _line(file: str, place: Place | None, level: str, name: str, said: Finding | Doubt) -> str:
    at = f":{place.line}:{place.column}" if place else ""
    path = said.path if isinstance(said, Finding) else ""
    parts = [f"{file}{at}", level, *([name] if name else []), *([path] if path else []), said.text]
    return harmless(": ".join(parts))


def _plain_verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "file": verdict.file,
        "where": verdict.where,
        "name": verdict.name,
        "outcome": verdict.outcome,
        "findings": [
            {"level": finding.level, "path": finding.path} | _plain_finding(finding, finding.place)
            for finding in verdict.findings
        ],
    }


def _plain_finding(said: Finding | Doubt, place: Place | None) -> dict[str, Any]:
    return {
        "code": said.code,
        "text": said.text,
        "way_out": said.way_out,
        "line": place.line if place else None,
        "column": place.column if place else None,
    }
