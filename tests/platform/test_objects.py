"""Objects in a folder and in an S3-compatible store: the same promises from both."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from django.conf import settings
from django.db import connection
from moto.server import ThreadedMotoServer

from padstone.ingest.archive import checking, moving, reading
from padstone.ingest.queries import bytes_of
from padstone.kernel.errors import Invalid
from padstone.platform.objects.directory import UNFINISHED, Directory
from padstone.platform.objects.place import Bucket, read_place, store_at
from padstone.platform.objects.port import ObjectMissing, Store, StoreUnreachable
from tests.shop_floor import AUDITOR, deliver

NAME = "blocks/ab/abcd.block"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    address = f"http://127.0.0.1:{port}"
    urlopen(Request(f"{address}/evidence", method="PUT")).close()
    yield address
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "folder":
        return Directory(tmp_path / "not yet there" / "archive")
    endpoint = request.getfixturevalue("endpoint")
    prefix = tmp_path.name.replace("[", "-").replace("]", "")
    return store_at(
        read_place(f"s3://evidence/{prefix}?endpoint={endpoint}", access_key="key", secret_key="secret")
    )


def test_what_was_put_comes_back(store: Store) -> None:
    data = os.urandom(100_000)
    assert (store.size_of(NAME), list(store.names())) == (None, [])
    store.put(NAME, data)
    store.put(NAME, data)  # once more, after a crash
    assert store.get(NAME) == data
    assert store.get(NAME, 10, 20) == data[10:30]
    assert store.get(NAME, 99_990, 20) == data[99_990:]
    assert store.get(NAME, 200_000, 20) == b""
    assert store.size_of(NAME) == len(data)
    assert list(store.names()) == [NAME]


def test_what_is_not_there_is_said(store: Store) -> None:
    with pytest.raises(ObjectMissing):
        store.get("no")
    with pytest.raises(ObjectMissing):
        store.get("no", 1, 2)


def test_a_folder_holds_files_for_its_owner_alone(tmp_path: Path) -> None:
    Directory(tmp_path / "archive").put(NAME, b"data")
    file = tmp_path / "archive" / NAME
    assert file.stat().st_mode & 0o777 == 0o400
    assert (tmp_path / "archive").stat().st_mode & 0o777 == 0o700


def test_who_dies_while_writing_leaves_nothing_under_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Directory(tmp_path / "archive")
    store.put("blocks/ab/other.block", b"x")
    child = os.fork()
    if not child:
        monkeypatch.setattr(Path, "replace", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        store.put(NAME, b"data")
        os._exit(1)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert store.size_of(NAME) is None
    assert list(store.names()) == ["blocks/ab/other.block"]
    assert len(list((tmp_path / "archive").rglob(f"{UNFINISHED}*"))) == 1
    store.put(NAME, b"data")
    assert store.get(NAME) == b"data"


def test_a_store_that_cannot_be_used_is_said(endpoint: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    no_bucket = store_at(Bucket("none", endpoint=endpoint, access_key="k", secret_key="s"))
    for put in (Directory(tmp_path / "file" / "archive").put, no_bucket.put):
        with pytest.raises(StoreUnreachable):
            put(NAME, b"data")


@pytest.mark.django_db
def test_bytes_move_into_a_bucket_and_come_back(
    endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = read_place(f"s3://evidence/whole?endpoint={endpoint}", access_key="k", secret_key="s")
    monkeypatch.setattr(settings, "ARCHIVE", place)
    reading.forget_what_was_read()
    deliver([b"one", b"two"])
    assert moving.archive(AUDITOR, older_than=timedelta(0)).blocks == 1
    assert bytes_of(AUDITOR, 2) == b"two"
    assert checking.look(connection).bad == ()
    reading.forget_what_was_read()


def test_an_address_shows_no_secret() -> None:
    place = read_place(
        "s3://b/p?endpoint=https://s3.example.com&region=eu", access_key="K", secret_key="GUARD"
    )
    assert isinstance(place, Bucket)
    assert (place.bucket, place.prefix, place.region) == ("b", "p", "eu")
    assert "GUARD" not in f"{place!r} {place.shown}"


@pytest.mark.parametrize(
    "text",
    [
        "ftp://host/x",
        "s3://",
        "s3://user:GUARD@bucket/x",
        "s3://bucket?endpoint=host:9000",
        "s3://bucket?secret=GUARD",
        "s3://bucket?endpoint=https://user:GUARD@host",
        "s3://bucket:99999999/x",
    ],
)
def test_what_is_no_place_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_place(text)
    assert refusal.value.code == "archive_place_invalid"
    assert "GUARD" not in str(refusal.value)
