"""A PostgreSQL server for the bench alone, as it comes, that may be stopped and started.

Nobody else's server may be restarted for a measurement, and one that is shared measures its neighbours.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

_PORT = 54_329


class Cluster:
    """In a folder of its own; it listens on this machine alone, and trusts it."""

    def __init__(self, folder: Path, port: int = _PORT) -> None:
        self.folder = folder
        self._port = port
        self._programs = programs()

    def start(self) -> None:
        if not (self.folder / "PG_VERSION").exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            if os.geteuid() == 0:  # the server refuses to be root
                shutil.chown(self.folder, "postgres")
            self._run(
                "initdb", "-U", "bench", "-A", "trust", "--no-locale", "-E", "UTF8", "-D", str(self.folder)
            )
        options = f"-p {self._port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        self._run(
            "pg_ctl", "start", "-w", "-D", str(self.folder), "-l", str(self.folder / "log"), "-o", options
        )

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "-w", "-m", "fast", "-D", str(self.folder))

    def restart(self) -> None:
        self.stop()
        self.start()

    def url(self, database: str) -> str:
        return f"postgresql://bench@127.0.0.1:{self._port}/{database}"

    def create(self, database: str) -> None:
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{database}"')
            connection.execute(f'CREATE DATABASE "{database}"')

    def drop(self, database: str) -> None:
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{database}"')

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        if os.geteuid() == 0:
            command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder)


def programs() -> Path:
    """Where the server's programs are. Raises FileNotFoundError where there are none."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not installed:
        raise FileNotFoundError("initdb")
    return installed[-1].parent
