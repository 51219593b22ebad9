"""What a badge and a PIN open. Whoever may do more does it after a login with a password."""

from __future__ import annotations

from padstone.kernel.actor import EVERYTHING

FLOOR = frozenset(
    {
        "view_factory",
        "view_findings",
        "view_bills",
        "receive_package",
        "register_part",
        "report_loading",
        "assign_station",
        "retry_message",
    }
)
"""Work at the line. Neither accounts, terminals, the audit trail nor a signature is here, nor will anything
be that is not named.
"""


def on_the_floor(permissions: frozenset[str]) -> frozenset[str]:
    """What of a person's permissions holds at a shared terminal; of everything, all that is named above."""
    return FLOOR if permissions >= EVERYTHING else permissions & FLOOR
