"""A store of objects in memory, which can be harmed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from padstone.platform.objects.port import ObjectMissing


class Shelf:
    """``before`` is called with the name of each call, and may raise."""

    address = "a shelf"

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.before: Callable[[str], None] = lambda call: None

    def put(self, name: str, data: bytes) -> None:
        self.before("put")
        self.objects[name] = data

    def get(self, name: str, first: int = 0, size: int | None = None) -> bytes:
        self.before("get")
        if name not in self.objects:
            raise ObjectMissing(name, self.address)
        whole = self.objects[name]
        return whole[first:] if size is None else whole[first : first + size]

    def size_of(self, name: str) -> int | None:
        return len(self.objects[name]) if name in self.objects else None

    def names(self) -> Iterator[str]:
        yield from self.objects
