"""A bucket of an S3-compatible store. Its client, obstore, is installed apart: requirements/s3.txt."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import obstore
from obstore.exceptions import BaseError
from obstore.exceptions import NotFoundError as Absent
from obstore.store import S3Store

from padstone.platform.objects.place import Bucket
from padstone.platform.objects.port import ObjectMissing, StoreUnreachable

_TRY_FOR = timedelta(seconds=30)
_FAULTS = (BaseError, OSError)
"""What the client raises: its own errors, and Python's where one of those fits."""


class S3:
    """Objects of one bucket, under one prefix."""

    def __init__(self, place: Bucket) -> None:
        self.address = place.shown
        options: dict[str, Any] = {"region": place.region}
        if place.endpoint:
            options["endpoint"] = place.endpoint
            options["virtual_hosted_style_request"] = False
        if place.access_key:
            options |= {"access_key_id": place.access_key, "secret_access_key": place.secret_key}
        self._bucket = S3Store(
            place.bucket,
            prefix=place.prefix or None,
            client_options={
                "allow_http": place.endpoint.startswith("http://"),
                "timeout": timedelta(seconds=60),
            },
            retry_config={"max_retries": 5, "retry_timeout": _TRY_FOR},
            **options,
        )

    def put(self, name: str, data: bytes) -> None:
        try:
            with self._asked(name):
                obstore.put(self._bucket, name, data)
        except ObjectMissing as error:
            raise StoreUnreachable(self.address, "there is no such bucket") from error

    def get(self, name: str, first: int = 0, size: int | None = None) -> bytes:
        with self._asked(name):
            if first == 0 and size is None:
                return bytes(obstore.get(self._bucket, name).bytes())
            whole = obstore.head(self._bucket, name)["size"]
            end = whole if size is None else min(whole, first + size)
            if end <= first:
                return b""
            return bytes(obstore.get_range(self._bucket, name, start=first, end=end))

    def size_of(self, name: str) -> int | None:
        try:
            with self._asked(name):
                return int(obstore.head(self._bucket, name)["size"])
        except ObjectMissing:
            return None

    def names(self) -> Iterator[str]:
        with self._asked(""):
            for some in obstore.list(self._bucket):
                yield from (one["path"] for one in some)

    @contextmanager
    def _asked(self, name: str) -> Iterator[None]:
        try:
            yield
        except (Absent, FileNotFoundError) as error:
            raise ObjectMissing(name, self.address) from error
        except _FAULTS as error:
            raise StoreUnreachable(self.address, _first_line(error)) from error


def _first_line(error: BaseException) -> str:
    """What it says for people; the rest is the client's own inside."""
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
