"""A second opinion on AMQP 1.0: rhea, which shares no line with Proton nor with Padstone, run by Node.

It is installed once, beside the Python environment, as the lock file says.
"""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
SCRIPTS = ("answer.js", "broker.js", "envelope.js", "publish.js", "request.js")
PATIENCE_S = 300


def installed() -> Path:
    """The folder with the scripts and with rhea."""
    folder = Path(sys.prefix) / "rhea"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests run side by side
        for name in SCRIPTS:
            shutil.copyfile(HERE / name, folder / name)
        wanted = (HERE / "package-lock.json").read_bytes()
        done = folder / "installed"
        if not done.exists() or done.read_bytes() != wanted:
            for name in ("package.json", "package-lock.json"):
                shutil.copyfile(HERE / name, folder / name)
            quiet = ("--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
            subprocess.run(["npm", "ci", *quiet], cwd=folder, check=True, timeout=PATIENCE_S)
            done.write_bytes(wanted)
    return folder


def run(script: str, *arguments: str, said: bytes = b"") -> str:
    """What a script prints; an AssertionError with what it complains of where it fails."""
    ran = subprocess.run(
        ["node", script, *arguments],
        cwd=installed(),
        input=said,
        capture_output=True,
        check=False,
        timeout=PATIENCE_S,
    )
    assert ran.returncode == 0, ran.stderr.decode()[-2000:]
    return ran.stdout.decode()


@contextmanager
def running(script: str, *arguments: str) -> Iterator[str]:
    """A script that goes on until the end of the block; its first line."""
    with subprocess.Popen(["node", script, *arguments], cwd=installed(), stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().decode().strip()
        finally:
            process.kill()
