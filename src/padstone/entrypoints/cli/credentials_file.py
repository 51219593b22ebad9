"""A file of credentials for machines that run here: each CFX handle with its secret, for its owner's eyes
alone.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from padstone.platform.credentials import commands, secret
from padstone.platform.credentials.machines import machine_with_secret
from padstone.platform.credentials.queries import machine_credentials

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from padstone.kernel.actor import Actor


def keep_credentials(actor: Actor, path: Path, handles: Iterable[str]) -> None:
    """See to it that the file holds a good secret for each handle: one that is still good stays, a lost or
    revoked one is replaced. What else stood for such a handle is revoked, since nobody knows it any more.
    """
    kept = json.loads(path.read_text()) if path.exists() else {}
    wanted = {handle: _good(handle, kept.get(handle, "")) or _new(actor, handle) for handle in handles}
    if wanted != kept:
        _write(path, wanted)


def _good(handle: str, text: str) -> str:
    shown = secret.read(text)
    known = shown and machine_with_secret(shown, address="this machine", handle=handle)
    return text if known else ""


def _new(actor: Actor, handle: str) -> str:
    for line in machine_credentials(actor, handle=handle, revoked_too=False):
        if line.kind == "secret":
            commands.revoke_machine_credential(actor, credential_id=line.id, why="its secret was lost")
    return commands.create_machine_credential(actor, handle=handle).text


def _write(path: Path, credentials: dict[str, str]) -> None:
    """Whole or not at all, and never readable by others, not even for a moment."""
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(credentials, file, indent=2)
    new.replace(path)
