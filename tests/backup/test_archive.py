"""A backup's file: whole or refused, and nothing lands where it should not."""

from __future__ import annotations

import hashlib
import random
import tarfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import zstandard

from padstone.kernel.errors import Invalid, Refusal
from padstone.platform.backup import archive
from padstone.platform.backup.facts import silent
from padstone.platform.backup.manifest import Facts, Manifest, Member, is_safe_path

DATABASE = "database.sqlite3"


def manifest_of(members: dict[str, Member]) -> Manifest:
    return Manifest(
        padstone="1",
        created_at="2026-03-01T08:00:00+00:00",
        database="sqlite",
        database_version="3",
        facts=Facts([], {}, {}, {}),
        members=members,
        left_out=[],
    )


def member(content: bytes) -> Member:
    return Member(len(content), hashlib.sha256(content).hexdigest())


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    contents = {DATABASE: random.Random(1).randbytes(3_000), "data/demo/past": b"", "data/x" * 30: b"y" * 513}
    sources = {}
    for number, (name, content) in enumerate(contents.items()):
        sources[name] = tmp_path / f"source-{number}"
        sources[name].write_bytes(content)
    path = tmp_path / "whole.tar.zst"
    archive.write(
        path, manifest_of({name: member(content) for name, content in contents.items()}), sources, silent
    )
    return path


def sealed(tar: bytes) -> bytes:
    """What a liar would make: any tar, with an end that is right."""
    content = zstandard.compress(tar)
    return content + archive._SKIPPED + archive._MARK + hashlib.sha256(content).digest()


def block(name: str, content: bytes, kind: bytes = tarfile.REGTYPE, size: int | None = None) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.type = len(content) if size is None else size, kind
    return info.tobuf(tarfile.GNU_FORMAT) + content + bytes(-len(content) % 512)


def lying(tmp_path: Path, manifest: bytes | Manifest, *members: bytes, end: bytes = bytes(1024)) -> Path:
    data = manifest.encoded() if isinstance(manifest, Manifest) else manifest
    path = tmp_path / "lying.tar.zst"
    path.write_bytes(sealed(block("manifest.json", data) + b"".join(members) + end))
    return path


def files_in(folder: Path) -> Iterator[str]:
    yield from (str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_what_is_written_is_read(whole: Path, tmp_path: Path) -> None:
    into = tmp_path / "into"
    into.mkdir()
    manifest = archive.read(whole, into, silent)
    assert archive.read_head(whole) == manifest
    assert sorted(files_in(into)) == sorted(manifest.members)
    assert all(member((into / name).read_bytes()) == known for name, known in manifest.members.items())


def test_tar_and_zstd_read_it_too(whole: Path) -> None:
    content = zstandard.ZstdDecompressor().decompress(whole.read_bytes(), max_output_size=2**20)
    whole.with_suffix("").write_bytes(content)
    with tarfile.open(whole.with_suffix("")) as opened:
        assert opened.getnames()[:2] == ["manifest.json", DATABASE]


def test_a_flipped_bit_anywhere_is_refused(whole: Path, tmp_path: Path) -> None:
    content = whole.read_bytes()
    broken, into = tmp_path / "broken", tmp_path / "into"
    into.mkdir()
    for at in range(0, len(content), 7):
        broken.write_bytes(content[:at] + bytes((content[at] ^ 1,)) + content[at + 1 :])
        with pytest.raises(Invalid, match="not a whole backup"):
            archive.read(broken, into, silent)
    assert list(files_in(into)) == []


def test_a_file_that_was_cut_off_anywhere_is_refused(whole: Path, tmp_path: Path) -> None:
    content = whole.read_bytes()
    broken = tmp_path / "broken"
    for size in (*range(0, len(content), 11), len(content) - 1):
        broken.write_bytes(content[:size])
        with pytest.raises(Invalid, match="not a whole backup"):
            archive.read(broken, None, silent)
        with pytest.raises(Invalid, match="not a whole backup"):
            archive.read_head(broken)


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "data/../../evil",
        "/etc/passwd",
        "data//etc/passwd",
        "data/./evil",
        "data/a\\b",
        "data/a\nb",
        "data/",
        "elsewhere/x",
        "database.sqlite3/x",
    ],
)
def test_a_manifest_that_names_a_file_outside_is_refused(name: str, tmp_path: Path) -> None:
    members = {DATABASE: member(b"d"), name: member(b"x")}
    path = lying(tmp_path, manifest_of(members), block(DATABASE, b"d"), block(name, b"x"))
    with pytest.raises(Invalid, match="cannot be"):
        archive.read(path, tmp_path / "into", silent)
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("name", ["a", "demo/past", "ä ö/ü", "...", ".hidden"])
def test_ordinary_names_are_taken(name: str) -> None:
    assert is_safe_path(name)


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE]
)
def test_nothing_but_plain_files_is_unpacked(kind: bytes, tmp_path: Path) -> None:
    path = lying(tmp_path, manifest_of({DATABASE: member(b"")}), block(DATABASE, b"", kind))
    with pytest.raises(Invalid, match="no plain file"):
        archive.read(path, None, silent)


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.XGLTYPE])
def test_tars_extensions_are_refused_before_their_size_is_believed(kind: bytes, tmp_path: Path) -> None:
    path = lying(tmp_path, manifest_of({DATABASE: member(b"")}), block("x", b"", kind, size=2**40))
    with pytest.raises(Invalid, match="no plain file"):
        archive.read(path, None, silent)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    """A manifest that promises more than the disk has room for is refused before the first byte."""
    path = lying(
        tmp_path,
        manifest_of({DATABASE: Member(2**60, "0" * 64)}),
        block(DATABASE, b"", size=2**60),
    )
    into = tmp_path / "into"
    into.mkdir()
    with pytest.raises(Refusal, match="bytes free"):
        archive.read(path, into, silent)
    assert list(files_in(into)) == []


def test_a_member_larger_than_its_manifest_says_is_refused(tmp_path: Path) -> None:
    path = lying(tmp_path, manifest_of({DATABASE: member(b"d")}), block(DATABASE, bytes(10_000_000)))
    into = tmp_path / "into"
    into.mkdir()
    with pytest.raises(Invalid, match="not as large"):
        archive.read(path, into, silent)
    assert list(files_in(into)) == []


def test_other_bytes_than_the_manifest_says_are_refused(tmp_path: Path) -> None:
    path = lying(tmp_path, manifest_of({DATABASE: member(b"good")}), block(DATABASE, b"evil"))
    with pytest.raises(Invalid, match="is not what its manifest says"):
        archive.read(path, None, silent)


def test_a_member_that_the_manifest_does_not_name_is_refused(tmp_path: Path) -> None:
    path = lying(
        tmp_path, manifest_of({DATABASE: member(b"d")}), block(DATABASE, b"d"), block("data/evil", b"x")
    )
    with pytest.raises(Invalid, match="more than its manifest says"):
        archive.read(path, None, silent)


def test_a_missing_member_is_refused(tmp_path: Path) -> None:
    path = lying(
        tmp_path, manifest_of({DATABASE: member(b"d"), "data/x": member(b"")}), block(DATABASE, b"d")
    )
    with pytest.raises(Invalid, match="not a whole backup"):
        archive.read(path, None, silent)


def test_two_databases_or_none_are_refused(tmp_path: Path) -> None:
    for names in ((), (DATABASE, "database.pgdump")):
        path = lying(tmp_path, manifest_of(dict.fromkeys(names, member(b""))))
        with pytest.raises(Invalid, match="one database"):
            archive.read(path, None, silent)


def test_an_endless_manifest_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "lying.tar.zst"
    path.write_bytes(sealed(block("manifest.json", b"", size=2**40)))
    with pytest.raises(Invalid, match="does not begin with a manifest"):
        archive.read_head(path)


def test_a_later_format_says_so(tmp_path: Path) -> None:
    later = msgspec.json.encode({"format": 2, "everything": "new"})
    with pytest.raises(Invalid, match="format 2"):
        archive.read(lying(tmp_path, later), None, silent)


@pytest.mark.parametrize("manifest", [b"", b"{}", b"[]", b'{"format": "x"}', b"\xff"])
def test_no_manifest_is_refused(manifest: bytes, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="manifest cannot be read"):
        archive.read(lying(tmp_path, manifest), None, silent)


def test_a_file_that_changes_while_it_is_read_is_no_backup(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"now")
    for promised in (member(b"old"), member(b"no"), member(b"longer")):
        path = tmp_path / f"of-{promised.size_bytes}"
        with pytest.raises(Refusal, match="changed while"):
            archive.write(path, manifest_of({DATABASE: promised}), {DATABASE: source}, silent)
