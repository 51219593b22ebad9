"""When Python looks for rings of objects that nobody needs any more."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def keep_what_is_here() -> None:
    """What a process has read by now, its modules above all, stays until it ends. The collector need not
    walk through it again and again: it is most of what there is, and takes longer than a batch of messages.
    """
    gc.collect()
    gc.freeze()


@contextmanager
def collected_afterwards() -> Iterator[None]:
    """Not within the block. What a batch of messages makes lives for a moment and holds no rings; the
    collector would walk through it, and through all else, many times meanwhile.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
