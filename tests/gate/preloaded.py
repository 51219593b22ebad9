"""``padstone`` without its start: a process reads the whole program once, and each command is a fork of it.

A start costs more than most commands do, and the pages have some hundred and fifty of them. A command here
has its own process, folder, arguments and streams; the settings are those that the first process read, and
so all work in that one data folder.
"""

from __future__ import annotations

import gc
import os
import select
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).parents[2]
NO_ANSWER = 70
CALL = """\
#!{python} -IS
import os, socket, sys
with socket.socket(socket.AF_UNIX) as door:
    door.connect({door!r})
    socket.send_fds(door, ["\\0".join([os.getcwd(), *sys.argv[1:]]).encode()], [0, 1, 2])
    sys.exit((door.recv(1) or bytes([{no_answer}]))[0])
"""


@contextmanager
def preloaded(environment: Mapping[str, str]) -> Iterator[Path]:
    """A folder for the front of ``PATH``, whose ``padstone`` runs in that environment, while this lasts."""
    with tempfile.TemporaryDirectory(prefix="padstone-door-") as folder:
        door, program = Path(folder) / "door", Path(folder) / "bin" / "padstone"
        program.parent.mkdir()
        program.write_text(CALL.format(python=sys.executable, door=str(door), no_answer=NO_ANSWER))
        program.chmod(0o700)
        with subprocess.Popen(
            [sys.executable, "-m", "tests.gate.preloaded", str(door)],
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdout.readline()  # it listens
            yield program.parent
            process.stdin.close()  # nobody calls any more: it ends


def serve(address: str) -> None:
    """Answer calls until standard input ends."""
    gc.freeze()  # what was read stays: nobody need look through it again
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(address)
        door.listen()
        print("listening", flush=True)
        while door in select.select([door, sys.stdin], [], [])[0]:
            caller = door.accept()[0]
            said, handles, _, _ = socket.recv_fds(caller, 1 << 16, 3)
            if os.fork() == 0:
                door.close()
                answer(caller, said.decode().split("\0"), handles)
            for handle in (caller.detach(), *handles):
                os.close(handle)
            bury()


def bury() -> None:
    """Take leave of the commands that have ended, whose time counts for the test run from then on."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def answer(caller: socket.socket, said: list[str], handles: list[int]) -> NoReturn:
    """Run the command that was called for, as a process of its own would."""
    from django.db import connections  # noqa: PLC0415 - Django is set up when the program has been read

    from padstone.config.main import main  # noqa: PLC0415 - as above

    for number, handle in enumerate(handles):
        os.dup2(handle, number)
        os.close(handle)
    folder, *arguments = said
    os.chdir(folder)
    sys.argv = ["padstone", *arguments]
    code = 1
    try:
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - what Python itself would say of it is said, and the process ends
        sys.excepthook(*sys.exc_info())
    connections.close_all()
    sys.stdout.flush()
    sys.stderr.flush()
    caller.sendall(bytes([code]))
    os._exit(code)


def read_the_program() -> None:
    from padstone.config import main  # noqa: PLC0415 - the process that only calls does without

    for group in main.COMMANDS.values():
        for entry in group.values():
            entry.load()


if __name__ == "__main__":
    read_the_program()
    serve(sys.argv[1])
