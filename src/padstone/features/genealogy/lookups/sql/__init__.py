"""What is asked of the tables that grow for ever, one question in each file, for both databases side by side.

Instants come out as microseconds from 1970. ``as_of`` is a journal number, ``EVERYTHING`` for all there is.
"""

from __future__ import annotations

EVERYTHING = 2**62
"""As a journal number: whatever is on the books."""
