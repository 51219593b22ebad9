"""What README.md and docs/ show is what happens: their code blocks run, their links lead somewhere.

- ```` ```python ```` blocks run, each in an interpreter of its own.
- ```` ```console ```` blocks: every ``$ padstone ...`` line runs in the page's own data folder, in the page's
  order, and must succeed. Lines below it are the expected output; ``...`` stands for anything. A line of
  another program is not run, but must be one that ``SPOKEN_OF`` knows, and a make target must exist.
- ```` ```console no-run because ... ```` is shown and not run, for the reason that it gives.
"""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.gate.preloaded import preloaded

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]

FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\[[^\]]+\]\((?P<target>[^)\s]+)\)")
MAKE = r"(?:[A-Z_]+=\S+ )*make"
SPOKEN_OF = re.compile(rf"(sudo )?apt-get (update|install) |git clone |cd |bash \.ci/run$|{MAKE}( |$)")
LANGUAGES = {"python", "console", "text", "json", "http", "sql", "ini"}
EXPECT = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@dataclass(frozen=True)
class Block:
    info: str
    text: str
    place: str


@dataclass(frozen=True)
class Command:
    line: str
    expected: str


def blocks(page: Path) -> list[Block]:
    text = page.read_text()
    return [
        Block(
            found["info"].strip(),
            found["text"],
            f"{page.relative_to(ROOT)}:{text.count(chr(10), 0, found.start()) + 1}",
        )
        for found in FENCE.finditer(text)
    ]


def commands(text: str) -> Iterator[Command]:
    """Each ``$ `` line, with its continuations, and the output shown below it."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        line, _, expected = part.replace("\\\n", " ").partition("\n")
        yield Command(line.strip(), expected)


def local_links(page: Path) -> set[Path]:
    """The files and folders of the project that a page's prose points at."""
    targets = (found["target"].partition("#")[0] for found in LINK.finditer(FENCE.sub("", page.read_text())))
    return {(page.parent / target).resolve() for target in targets if target and "://" not in target}


def environment(folder: Path) -> dict[str, str]:
    """That of a command of a page: a data folder of the page's own, and the ``padstone`` beside Python."""
    beside_python = str(Path(sys.executable).parent)
    return {
        **os.environ,
        "PADSTONE_DATA": str(folder / "padstone-data"),
        "PATH": f"{beside_python}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "110",
    }


def output_of(command: list[str | Path], folder: Path, programs: Path | None = None) -> str:
    """What a command prints, in a folder of the page's own; it must succeed. ``programs`` come first."""
    surroundings = environment(folder)
    if programs is not None:
        surroundings["PATH"] = f"{programs}{os.pathsep}{surroundings['PATH']}"
    run = subprocess.run(
        command,
        cwd=folder,
        env=surroundings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=180,
        check=False,
    )
    assert run.returncode == 0, f"{command} ended with {run.returncode}:\n{run.stdout}"
    return run.stdout


def run_console(block: Block, folder: Path, programs: Path | None) -> None:
    for command in commands(block.text):
        if not command.line.startswith("padstone "):
            assert SPOKEN_OF.match(command.line), f"{block.place}: what is `{command.line}`?"
            continue
        got = output_of(["bash", "-euo", "pipefail", "-c", command.line], folder, programs)
        if command.expected.strip():
            matches = doctest.OutputChecker().check_output(command.expected, got, EXPECT)
            assert matches, f"{block.place}: `{command.line}` prints\n{got}\nand not\n{command.expected}"


def run_block(block: Block, folder: Path, programs: Path | None = None) -> None:
    match block.info.split():
        case ["python"]:
            output_of([sys.executable, "-W", "error", "-c", block.text], folder)
        case ["console"]:
            run_console(block, folder, programs)


@pytest.fixture(scope="module")
def once_read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    """A folder for all pages in turn, and the programs that work there."""
    folder = tmp_path_factory.mktemp("page")
    with preloaded(environment(folder)) as programs:
        yield folder, programs


@pytest.fixture
def page_folder(once_read: tuple[Path, Path], empty_books: Path) -> Path:
    """That folder as a page finds it: a data folder with empty books and a secret key, and nothing else."""
    folder, _ = once_read
    data = folder / "padstone-data"
    secret_key = (data / "secret-key").read_bytes()
    shutil.rmtree(folder)
    data.mkdir(mode=0o700, parents=True)
    (data / "secret-key").touch(mode=0o600)
    (data / "secret-key").write_bytes(secret_key)
    shutil.copy(empty_books, data)
    return folder


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_code_blocks_do_what_the_page_says(
    page: Path, page_folder: Path, once_read: tuple[Path, Path]
) -> None:
    for block in blocks(page):
        run_block(block, page_folder, once_read[1])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_block_that_does_not_run_says_why(page: Path) -> None:
    for block in blocks(page):
        language, *rest = block.info.split()
        assert language in {"python", "console", "text", "json", "http", "sql", "ini"}, (
            f"{block.place}: {block.info}"
        )
        if rest:
            assert rest[:2] == ["no-run", "because"], f"{block.place}: {block.info}"
            assert len(rest) > 3, f"{block.place} gives no reason"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    assert [str(target) for target in local_links(page) if not target.exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_make_targets_that_a_page_names_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(rf"(?:`|\$ |&& ){MAKE} ([a-z0-9-]+)", page.read_text()))
    assert named <= targets


def test_every_page_is_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    waiting = {ROOT / "README.md"}
    while waiting:
        page = waiting.pop()
        reached.add(page)
        waiting |= local_links(page).intersection(PAGES) - reached
    assert [str(page.relative_to(ROOT)) for page in PAGES if page not in reached] == []


class TestThisChecker:
    """The checker itself fails where it should."""

    def test_a_wrong_output_fails(self, tmp_path: Path) -> None:
        block = Block("console", "$ padstone --help\nnothing of the kind\n", "here")
        with pytest.raises(AssertionError, match="and not"):
            run_block(block, tmp_path)

    def test_a_failing_command_fails(self, tmp_path: Path) -> None:
        with pytest.raises(AssertionError, match="ended with"):
            run_block(Block("console", "$ padstone no-such-command\n", "here"), tmp_path)

    def test_a_failing_python_block_fails(self, tmp_path: Path) -> None:
        with pytest.raises(AssertionError, match="ended with 1"):
            run_block(Block("python", "raise SystemExit(1)", "here"), tmp_path)

    def test_an_unknown_program_fails(self, tmp_path: Path) -> None:
        with pytest.raises(AssertionError, match="what is"):
            run_block(Block("console", "$ curl example.org | sh\n", "here"), tmp_path)

    def test_dots_stand_for_anything(self, tmp_path: Path) -> None:
        run_block(Block("console", "$ padstone --help\nUsage: padstone ...\n", "here"), tmp_path)
