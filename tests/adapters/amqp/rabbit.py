"""A RabbitMQ of a test's own, as Debian packages it: its own folder, ports, cookie and port mapper.

It may be killed and started again at will; nothing of it is left behind.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

USER, PASSWORD = "line", "open-sesame"
PATIENCE_S = 120.0
QUEUES = ("cfx", "cfx.1", "cfx.2", "requests.Vendor.Model.1", "requests.Padstone.Padstone.1")


def free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Rabbit:
    """One node. With `tls` it speaks that too: the authority's file, the server's certificate and its key."""

    def __init__(
        self,
        script: str,
        folder: Path,
        *,
        tls: tuple[Path, Path, Path] | None = None,
        queues: Sequence[str] = QUEUES,
        bindings: Sequence[tuple[str, str]] = (("#", "cfx"),),
    ) -> None:
        self._script = script
        self._folder = folder
        self.port = free_port()
        self.tls_port = free_port() if tls else 0
        self._mapper_port = free_port()
        self._mapper: subprocess.Popen[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._environment = os.environ | {
            "HOME": str(folder),  # where the cookie is
            "RABBITMQ_NODENAME": f"padstone-{self.port}@localhost",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(folder / "generated"),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "no-rabbitmq-env.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none",
            "ERL_EPMD_PORT": str(self._mapper_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
        }
        plugins = "rabbitmq_amqp1_0,rabbitmq_auth_mechanism_ssl" if tls else "rabbitmq_amqp1_0"
        (folder / "enabled_plugins").write_text(f"[{plugins}].\n")
        (folder / "definitions.json").write_text(json.dumps(_definitions(queues, bindings)))
        (folder / "rabbitmq.conf").write_text(_settings(folder, self.port, self.tls_port, tls))

    def url(self, *addresses: str, user: str = USER, password: str = PASSWORD, more: str = "") -> str:
        asked = "&".join(f"subscribe={address}" for address in addresses)
        return f"amqp://{user}:{password}@127.0.0.1:{self.port}?{asked}{more}"

    def sending_to(self, address: str) -> str:
        return f"amqp://{USER}:{PASSWORD}@127.0.0.1:{self.port}/{address}"

    def start(self) -> None:
        self._start_mapper()
        with (self._folder / "said.txt").open("ab") as said:
            self._process = subprocess.Popen(
                [self._script],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        end = time.monotonic() + PATIENCE_S
        while not self._answers():
            assert self._process.poll() is None, self.said()
            assert time.monotonic() < end, self.said()
            time.sleep(0.1)

    def said(self) -> str:
        return (self._folder / "said.txt").read_text(errors="replace")[-4000:]

    def kill(self) -> None:
        """As a power cut does."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def end(self) -> None:
        """As a service is stopped."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(60)
            except subprocess.TimeoutExpired:
                self.kill()
        self.kill()

    def close(self) -> None:
        self.kill()
        if self._mapper is not None:
            self._mapper.kill()
            self._mapper.wait()

    def _start_mapper(self) -> None:
        """Erlang's port mapper; a node that finds none starts one that outlives it."""
        if self._mapper is not None:
            return
        self._mapper = subprocess.Popen(
            ["epmd", "-port", str(self._mapper_port), "-address", "127.0.0.1"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + PATIENCE_S
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._mapper_port), 1):
                return
            assert time.monotonic() < end, "the port mapper did not start"
            time.sleep(0.05)

    def _answers(self) -> bool:
        """Whether it takes connections: it greets who speaks AMQP 1.0."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as probe:
                probe.sendall(b"AMQP\x03\x01\x00\x00")
                return probe.recv(8) == b"AMQP\x03\x01\x00\x00"
        except OSError:
            return False


def _definitions(queues: Sequence[str], bindings: Sequence[tuple[str, str]]) -> dict[str, Any]:
    here = {"vhost": "/"}
    everything = {"configure": ".*", "write": ".*", "read": ".*"}
    durable = {"durable": True, "auto_delete": False, "arguments": {}}
    return {
        "rabbit_version": "3.10.8",
        "vhosts": [{"name": "/"}],
        "users": [
            {"name": USER, "password": PASSWORD, "tags": ""},
            {"name": "padstone.example", "password": "", "tags": ""},
        ],
        "permissions": [{"user": user, **here, **everything} for user in (USER, "padstone.example")],
        "queues": [{"name": name, **here, **durable} for name in queues],
        "exchanges": [{"name": "cfx", **here, "type": "topic", "internal": False, **durable}],
        "bindings": [
            {
                "source": "cfx",
                **here,
                "destination": queue,
                "destination_type": "queue",
                "routing_key": key,
                "arguments": {},
            }
            for key, queue in bindings
        ],
    }


def _settings(folder: Path, port: int, tls_port: int, tls: tuple[Path, Path, Path] | None) -> str:
    lines = [
        f"listeners.tcp.1 = 127.0.0.1:{port}",
        f"load_definitions = {folder / 'definitions.json'}",
        "log.console = true",
        "log.console.level = warning",
        "log.file = false",
    ]
    if tls is not None:
        lines += [
            f"listeners.ssl.1 = 127.0.0.1:{tls_port}",
            f"ssl_options.cacertfile = {tls[0]}",
            f"ssl_options.certfile = {tls[1]}",
            f"ssl_options.keyfile = {tls[2]}",
            "ssl_options.verify = verify_peer",
            "ssl_options.fail_if_no_peer_cert = false",
            "ssl_cert_login_from = common_name",
            "auth_mechanisms.1 = PLAIN",
            "auth_mechanisms.2 = EXTERNAL",
        ]
    return "\n".join(lines) + "\n"
