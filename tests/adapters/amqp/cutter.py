"""A network that a test can cut: a relay in front of a port."""

from __future__ import annotations

import contextlib
import selectors
import socket
import struct
import threading

_RESET = struct.pack("ii", 1, 0)  # linger for no time: close with RST


class Cutter:
    """Relays connections to a port of this machine, until `cut`, which drops all that are open at once."""

    def __init__(self, to_port: int) -> None:
        self._to_port = to_port
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        self.cuts = 0
        self._wanted = threading.Event()
        self._ending = False
        self._bell = socket.socketpair()
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._door, selectors.EVENT_READ)
        self._selector.register(self._bell[0], selectors.EVENT_READ)
        self._other: dict[socket.socket, socket.socket] = {}
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def cut(self) -> None:
        self._wanted.set()
        self._bell[1].send(b"!")

    def close(self) -> None:
        self._ending = True
        self._bell[1].send(b"!")
        self._thread.join()
        self._drop_all()
        self._selector.close()
        for end in (self._door, *self._bell):
            end.close()

    def _run(self) -> None:
        while not self._ending:
            for key, _ in self._selector.select():
                if key.fileobj is self._door:
                    self._join()
                elif key.fileobj is self._bell[0]:
                    self._bell[0].recv(4096)
                elif isinstance(key.fileobj, socket.socket) and key.fileobj in self._other:
                    self._relay(key.fileobj)
            if self._wanted.is_set():
                self._wanted.clear()
                self.cuts += bool(self._other)
                self._drop_all()

    def _join(self) -> None:
        near, _ = self._door.accept()
        try:
            far = socket.create_connection(("127.0.0.1", self._to_port), timeout=5)
        except OSError:
            near.close()
            return
        for one, other in ((near, far), (far, near)):
            self._other[one] = other
            self._selector.register(one, selectors.EVENT_READ)

    def _relay(self, one: socket.socket) -> None:
        try:
            data = one.recv(65_536)
            if data:
                self._other[one].sendall(data)
                return
        except OSError:
            pass  # the one or the other has gone
        self._drop(one)

    def _drop(self, one: socket.socket) -> None:
        for end in (one, self._other[one]):
            self._other.pop(end, None)
            self._selector.unregister(end)
            with contextlib.suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            end.close()

    def _drop_all(self) -> None:
        while self._other:
            self._drop(next(iter(self._other)))
