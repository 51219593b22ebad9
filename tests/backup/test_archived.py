"""A backup knows of the archive: it holds its blocks, or says where they are."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from padstone.simulator.world import Settings, run
from tests.backup.conftest import Padstone


@pytest.fixture
def data(newly_made: Path, tmp_path: Path, padstone: Padstone) -> Path:
    """A Padstone that has some messages' bytes in its archive."""
    folder = Path(shutil.copytree(newly_made, tmp_path / "data"))
    messages = tmp_path / "some.ndjson"
    messages.write_bytes(b"\n".join(body for _, body in run(Settings(units=1, panel_up=1)).messages))
    padstone(folder, "ingest", messages)
    assert "blocks" in padstone(folder, "archive", "move", "--older-than", "0")
    return folder


def only_block(data: Path) -> Path:
    (block,) = (data / "archive").rglob("*.block")
    return block


@pytest.mark.long
def test_the_blocks_are_in_it_and_come_back(padstone: Padstone, data: Path, tmp_path: Path) -> None:
    file, new = tmp_path / "b.tar.zst", tmp_path / "new"
    padstone(data, "backup", "create", file)
    whole = only_block(data).read_bytes()
    only_block(data).unlink()  # what is checked is what the backup holds
    assert "archive: 1 checked, intact" in padstone(data, "backup", "verify", file, "--deep")
    padstone(data, "backup", "restore", file, "--into", new)
    assert only_block(new).read_bytes() == whole
    assert "1 of 1 blocks are whole" in padstone(new, "archive", "verify")
    assert padstone(new, "inbox", "bytes", "1").startswith("{")


@pytest.mark.proof
def test_blocks_that_are_left_out_are_said_and_looked_for_where_they_are(
    padstone: Padstone, data: Path, tmp_path: Path
) -> None:
    file = tmp_path / "b.tar.zst"
    said = padstone(data, "backup", "create", file, "--without-archive", COLUMNS="300")
    assert f"1 blocks of the archive at {data / 'archive'}: back it up there" in said
    assert "archive: 1 checked, intact" in padstone(data, "backup", "verify", file)
    block = only_block(data)
    block.unlink()
    found = padstone(data, "backup", "verify", file, code=1)
    assert "archive: 0 checked, BROKEN" in found
    assert block.name in found
    assert block.name in padstone(data, "archive", "verify", code=1)
    assert block.name in padstone(data, "inbox", "bytes", "1", code=7)
