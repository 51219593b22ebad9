"""What a store of objects can do, and how it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from padstone.kernel.errors import NotFound, Refusal


class Store(Protocol):
    """Bytes under names. A name is made of what its bytes say (their digest), so it never stands for others.

    Every call may refuse (ObjectMissing, StoreUnreachable). ``address`` may be shown: it holds no secret.
    """

    address: str

    def put(self, name: str, data: bytes) -> None:
        """When this returns, the name holds these bytes, whole, whatever dies afterwards. Cut off, it holds
        what it held before.
        """
        ...

    def get(self, name: str, first: int = 0, size: int | None = None) -> bytes:
        """The bytes from the place ``first`` on, ``size`` of them or fewer where there are no more."""
        ...

    def size_of(self, name: str) -> int | None:
        """How many bytes it holds; None where there is no such name."""
        ...

    def names(self) -> Iterator[str]: ...


class ObjectMissing(NotFound):
    """There is nothing under that name."""

    def __init__(self, name: str, address: str) -> None:
        super().__init__(
            "object_missing", "{name} is not in the store at {address}.", name=name, address=address
        )


class StoreUnreachable(Refusal):
    """The store does not answer, or turns us away. It may be well."""

    status = 503

    def __init__(self, address: str, why: object) -> None:
        super().__init__(
            "object_store_unreachable",
            "The store at {address} cannot be used: {why}.",
            way_out="Look at PADSTONE_ARCHIVE and at what it names; nothing was lost. Then try again.",
            address=address,
            why=str(why).strip().rstrip(".")[:500],
        )
