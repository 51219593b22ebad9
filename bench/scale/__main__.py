"""A factory's history in Padstone's books and, beside it, with a row for every placement.

The same history goes into each, the same questions are put to each, and every answer is held against the
history itself.

    python bench/scale --placements 10M
    python bench/scale --placements 10M,100M --only sqlite,postgresql --keep /big/disk
"""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from asking import answer_in_turn, check
from cluster import Cluster, programs
from factory import Plan
from load import number
from questions import questions_of
from rich.progress import Progress
from tables import show
from turns import in_turns

if TYPE_CHECKING:
    from collections.abc import Callable

ENGINES = {
    "sqlite": "ours, SQLite",
    "sqlite-bare": "ours, SQLite, no times",
    "postgresql": "ours, PostgreSQL",
    "postgresql-rows": "rows, PostgreSQL",
    "duckdb-rows": "rows, DuckDB",
}


@dataclass(frozen=True, slots=True)
class Job:
    """What a process of its own does with an engine: load it, check its answers, or take its turns."""

    engine: str
    phase: str
    placements: int
    folder: Path
    server: Path
    designators: int = 500

    @property
    def plan(self) -> Plan:
        return Plan(self.placements, designators=self.designators)

    @property
    def questions(self) -> Path:
        return self.folder / "questions"

    @property
    def books(self) -> Path:
        return self.folder / self.engine

    @property
    def database(self) -> str:
        return f"bench_{self.engine.replace('-', '_')}_{self.placements}"


def _sizes(_context: click.Context, _option: click.Parameter, said: str) -> list[int]:
    try:
        return [number(text) for text in said.split(",")]
    except ValueError as refusal:
        raise click.BadParameter(str(refusal)) from refusal


def _engines(_context: click.Context, _option: click.Parameter, said: str) -> list[str]:
    """In their own order."""
    named = set(said.split(","))
    if strange := sorted(named - ENGINES.keys()):
        raise click.BadParameter(f"{', '.join(strange)}: the engines are {', '.join(ENGINES)}")
    return [engine for engine in ENGINES if engine in named]


@click.command()
@click.option(
    "--placements", default="10M", callback=_sizes, help="How many; several, with commas, show how it grows."
)
@click.option(
    "--only", default=",".join(ENGINES), callback=_engines, help="These engines alone, with commas."
)
@click.option("--keep", type=click.Path(path_type=Path), help="Leave the databases in this folder.")
@click.option("--cold/--warm", default=True, help="Ask engines that have forgotten everything, too.")
@click.option("--as-json", type=click.Path(path_type=Path), help="Write the figures to this file as well.")
@click.option("--inside", hidden=True)
def main(
    placements: list[int],
    only: list[str],
    keep: Path | None,
    cold: bool,
    as_json: Path | None,
    inside: str | None,
) -> None:
    if inside is not None:
        _inside(pickle.loads(bytes.fromhex(inside)), cold=cold)
        return
    folder = keep or Path(tempfile.mkdtemp(prefix="padstone-scale-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    try:
        found = measure(placements, only, folder, cold=cold, keep=bool(keep))
        show(found, ENGINES)
        if as_json is not None:
            as_json.write_text(json.dumps(found, indent=1, ensure_ascii=False))
        if any(one.get("wrong") for engine in found for one in engine["measured"].values()):
            sys.exit("Some answers are wrong.")
    finally:
        if keep is None:
            shutil.rmtree(folder)


def measure(
    sizes: list[int], engines: list[str], folder: Path, *, cold: bool, keep: bool, designators: int = 500
) -> list[dict[str, Any]]:
    """Each engine's report at each size, one after the other."""
    server = Path(folder / "server")
    cluster = _cluster(server, engines)
    if cluster is None:
        engines = [engine for engine in engines if not engine.startswith("postgresql")]
    found = []
    jobs = [
        Job(engine, "", size, folder / str(size), server, designators) for size in sizes for engine in engines
    ]
    try:
        for job in jobs:
            job.folder.mkdir(parents=True, exist_ok=True)
            if not job.questions.exists():
                job.questions.write_bytes(pickle.dumps(questions_of(job.plan)))
            found.append({"engine": job.engine, "size": job.placements, **_checked(job, cluster, cold=cold)})
        warm = in_turns({job: _command(replace(job, phase="turns")) for job in jobs})
        for job, report in zip(jobs, found, strict=True):
            for kind, times in warm[job].items():
                report["measured"].setdefault(kind, {}).update(times)
            if not keep:
                _remove(job, cluster)
    finally:
        if cluster is not None:
            cluster.stop()
    return found


def _cluster(folder: Path, engines: list[str]) -> Cluster | None:
    if not any(engine.startswith("postgresql") for engine in engines):
        return None
    try:
        programs()
    except FileNotFoundError:
        click.echo("PostgreSQL's programs are not installed: measured without it.", err=True)
        return None
    cluster = Cluster(folder)
    cluster.start()
    return cluster


def _checked(job: Job, cluster: Cluster | None, *, cold: bool) -> dict[str, Any]:
    """Loaded, unless it is there already, and asked: what the two reported."""
    loaded = job.books / "loaded.json"
    if not loaded.exists():
        if cluster is not None and job.engine.startswith("postgresql"):
            cluster.create(job.database)
        job.books.mkdir(parents=True, exist_ok=True)
        loaded.write_text(json.dumps(_in_a_process(replace(job, phase="load"), cold=cold)))
    report = _in_a_process(replace(job, phase="check"), cold=cold)
    return {**report, "loaded": json.loads(loaded.read_text())}


def _remove(job: Job, cluster: Cluster | None) -> None:
    shutil.rmtree(job.books)
    if cluster is not None and job.engine.startswith("postgresql"):
        cluster.drop(job.database)


def _command(job: Job, *, cold: bool = False) -> tuple[list[str], dict[str, str]]:
    """What starts a process for the job, and its surroundings: its memory is its own, and settings are read
    once.
    """
    surroundings = {**os.environ, "DJANGO_SETTINGS_MODULE": "padstone.config.settings"}
    surroundings["PADSTONE_DATA"] = str(job.books)
    surroundings["PADSTONE_DATABASE_URL"] = (
        Cluster(job.server).url(job.database) if job.engine == "postgresql" else ""
    )
    command = [sys.executable, str(Path(__file__).parent), "--inside", pickle.dumps(job).hex()]
    return [*command, "--cold" if cold else "--warm"], surroundings


def _in_a_process(job: Job, *, cold: bool) -> dict[str, Any]:
    command, surroundings = _command(job, cold=cold)
    result: dict[str, Any] | None = None
    with (
        Progress(transient=True) as bar,
        subprocess.Popen(command, env=surroundings, stdout=subprocess.PIPE, text=True) as process,
    ):
        task = bar.add_task(
            f"{job.engine}: {job.phase}", total=job.plan.panels if job.phase == "load" else None
        )
        assert process.stdout is not None
        for line in process.stdout:
            said = json.loads(line)
            if "done" in said:
                bar.update(task, completed=said["done"])
            else:
                result = said
    if process.returncode or result is None:
        raise click.ClickException(f"{job.engine} could not {job.phase}")
    return result


def _inside(job: Job, *, cold: bool) -> None:
    engine = _engine(job)
    if job.phase == "load":
        print(
            json.dumps(engine.load(progress=lambda panels: print(json.dumps({"done": panels}), flush=True)))
        )
        return
    questions = pickle.loads(job.questions.read_bytes())
    if job.phase == "check":
        print(json.dumps(check(engine, questions, cold=cold)))
    else:
        answer_in_turn(engine, questions, sys.stdin)


def _engine(job: Job) -> Any:
    from ours import Ours
    from rowstores import InDuckdb, InPostgresql

    cluster = Cluster(job.server) if job.engine.startswith("postgresql") else None
    restart: Callable[[], None] | None = None if cluster is None else cluster.restart
    if job.engine == "duckdb-rows":
        return InDuckdb(job.plan, job.books / "rows.duckdb")
    if job.engine == "postgresql-rows" and cluster is not None:
        return InPostgresql(job.plan, cluster.url(job.database), job.server, restart)
    files = job.books if cluster is None else job.server
    return Ours(job.plan, files, restart, with_times=job.engine != "sqlite-bare")


if __name__ == "__main__":
    main()
