"""Where objects are kept: how a place is written down, and the store that stands there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias
from urllib.parse import parse_qsl, urlsplit

from padstone.kernel.errors import Invalid
from padstone.platform.objects.directory import Directory
from padstone.platform.objects.port import Store, StoreUnreachable


@dataclass(frozen=True, slots=True)
class Bucket:
    """An S3-compatible store: ``endpoint`` is its address, "" for Amazon's own. Without keys of its own it
    takes what the surroundings give (AWS_ACCESS_KEY_ID ..., or the machine's role).
    """

    bucket: str
    prefix: str = ""
    endpoint: str = ""
    region: str = "us-east-1"
    access_key: str = ""
    secret_key: str = ""

    @property
    def shown(self) -> str:
        where = f" at {self.endpoint}" if self.endpoint else ""
        return f"s3://{self.bucket}{f'/{self.prefix}' if self.prefix else ''}{where}"

    def __repr__(self) -> str:
        return f"Bucket({self.shown})"


Place: TypeAlias = Path | Bucket


def read_place(text: str, *, access_key: str = "", secret_key: str = "") -> Place:
    """A folder by its path, or ``s3://bucket/prefix?endpoint=https://host:port&region=name``. Refuses
    (Invalid) anything else.
    """
    if "://" not in text:
        return Path(text).absolute()
    try:
        parts = urlsplit(text)
        given = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
        strange = bool(parts.username or parts.password or parts.port or parts.fragment)
    except ValueError:
        raise _no_place() from None
    endpoint = given.get("endpoint", "").rstrip("/")
    if (
        parts.scheme != "s3"
        or not parts.netloc
        or strange
        or given.keys() - {"endpoint", "region"}
        or not (not endpoint or endpoint.startswith(("https://", "http://")))
        or "@" in endpoint
    ):
        raise _no_place()
    return Bucket(
        bucket=parts.netloc,
        prefix=parts.path.strip("/"),
        endpoint=endpoint,
        region=given.get("region", "us-east-1"),
        access_key=access_key,
        secret_key=secret_key,
    )


def address_of(place: Place) -> str:
    """What may be shown of it."""
    return str(place) if isinstance(place, Path) else place.shown


def _no_place() -> Invalid:
    return Invalid(
        "archive_place_invalid",
        "PADSTONE_ARCHIVE is neither a folder nor an address of an S3-compatible store.",
        field="PADSTONE_ARCHIVE",
        way_out="/mnt/archive, or s3://bucket/prefix?endpoint=https://host:9000&region=name; keys go into "
        "PADSTONE_ARCHIVE_ACCESS_KEY and PADSTONE_ARCHIVE_SECRET_KEY.",
    )


@lru_cache(maxsize=8)
def store_at(place: Place) -> Store:
    """The store that stands there. Refuses where the client of S3 is not installed."""
    if isinstance(place, Path):
        return Directory(place)
    try:
        from padstone.platform.objects.s3 import S3  # noqa: PLC0415 - its client may be absent
    except ImportError as error:
        raise StoreUnreachable(place.shown, "its client is not installed: make s3") from error
    return S3(place)
