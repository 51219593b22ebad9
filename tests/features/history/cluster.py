"""A Spark standalone cluster on this machine: a master and workers, each a process of its own."""

from __future__ import annotations

import importlib.util
import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

HERE = "127.0.0.1"
_PATIENCE_S = 300
_SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""For virtual machines that are to start quickly, and will not live long."""


def home() -> Path:
    """Where pyspark brings Spark."""
    found = importlib.util.find_spec("pyspark")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HERE, 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def cluster(folder: Path, *, workers: int) -> Iterator[tuple[str, list[int]]]:
    """The master's address, and the processes' ids."""
    port, page = _free_port(), _free_port()
    master = f"spark://{HERE}:{port}"
    environment = {
        **os.environ,
        "SPARK_HOME": str(home()),
        "SPARK_LOCAL_IP": HERE,
        "SPARK_NO_DAEMONIZE": "1",
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_DAEMON_JAVA_OPTS": _SHORT_LIVED,
        "SPARK_WORKER_DIR": str(folder / "work"),
    }
    spark_class = str(home() / "bin/spark-class")
    deploy = "org.apache.spark.deploy"
    started = [
        [f"{deploy}.master.Master", "--host", HERE, "--port", str(port), "--webui-port", str(page)],
        *(
            [
                f"{deploy}.worker.Worker",
                "--host",
                HERE,
                "--cores",
                "1",
                "--memory",
                "1g",
                "--webui-port",
                "0",
                master,
            ]
            for _ in range(workers)
        ),
    ]
    processes = []
    try:
        for number, command in enumerate(started):
            log = (folder / f"spark-{number}.log").open("wb")
            processes.append(
                subprocess.Popen([spark_class, *command], env=environment, stdout=log, stderr=log, cwd=folder)
            )
        _await_workers(f"http://{HERE}:{page}/json/", workers)
        yield master, [process.pid for process in processes]
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in processes:
            process.wait(timeout=60)


def _await_workers(address: str, workers: int) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        try:
            with urlopen(address, timeout=5) as answer:
                if json.load(answer)["aliveworkers"] >= workers:
                    return
        except OSError:
            pass
        time.sleep(0.2)
    raise TimeoutError(f"no {workers} workers after {_PATIENCE_S} s")


def session(master: str) -> Any:
    from pyspark.sql import SparkSession  # noqa: PLC0415 - it may be absent

    return (
        SparkSession.builder.master(master)
        .appName("padstone")
        .config("spark.driver.host", HERE)
        .config("spark.driver.bindAddress", HERE)
        .config("spark.executor.memory", "1g")
        .config("spark.driver.extraJavaOptions", _SHORT_LIVED)
        .config("spark.executor.extraJavaOptions", _SHORT_LIVED)
        .config("spark.driver.memory", "1g")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .config("spark.sql.adaptive.enabled", "false")
        .getOrCreate()
    )


def resident_mb(pids: list[int]) -> float:
    """Of these processes and all that they started."""
    children: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(status.parent.name))
    waiting, total = list(pids), 0
    while waiting:
        pid = waiting.pop()
        waiting += children.get(pid, [])
        try:
            total += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        except OSError:
            continue
    return total * os.sysconf("SC_PAGE_SIZE") / 1e6
