"""AMQP 1.0 without a broker: machines connect here directly and deliver their CFX messages (IPC-2591).

`listener.Listener` is the door. It needs Apache Qpid Proton, which comes as C source: ask `available` first.
"""

from __future__ import annotations

from importlib import import_module

DEBIAN_PACKAGES = ("build-essential", "python3-dev", "pkg-config", "libssl-dev")


def available() -> str | None:
    """None where AMQP can be used, else one sentence that says what to install."""
    try:
        import_module("proton")
    except ImportError as error:
        return (
            f"AMQP is off: its client, python-qpid-proton, cannot be imported ({error}). "
            f"To have it: apt-get install {' '.join(DEBIAN_PACKAGES)} && make amqp"
        )
    return None
