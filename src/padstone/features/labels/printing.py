"""ZPL sent to a printer: raw, over TCP, as label printers take it (port 9100)."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import Final

from padstone.kernel.errors import Invalid, Refusal

RAW_PORT: Final = 9100
PATIENCE_SECONDS: Final = 5.0


class PrinterSilent(Refusal):
    """The printer does not take what is sent."""

    status = 503


@dataclass(frozen=True, slots=True)
class Printer:
    """A printer's address, as it is written: HOST or HOST:PORT; an IPv6 address in brackets."""

    host: str
    port: int = RAW_PORT

    @classmethod
    def at(cls, address: str) -> Printer:
        host, colon, port = address.strip().rpartition(":")
        if not colon or address.endswith("]"):
            host, port = address.strip(), str(RAW_PORT)
        host = host.removeprefix("[").removesuffix("]")
        if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
            raise Invalid(
                "printer_address_wrong",
                "“{address}” is no printer's address.",
                field="printer",
                way_out="Write its name or number, and the port where it is not 9100: 10.0.0.7:9100.",
                address=address,
            )
        return cls(host, int(port))


def send(printer: Printer, program: str, *, patience: float = PATIENCE_SECONDS) -> None:
    """Send ZPL to a printer. When it returns the printer has all of it; nobody says if it had paper.

    Refuses with PrinterSilent where nobody answers in time, or it stops taking before the end.
    """
    try:
        with socket.create_connection((printer.host, printer.port), timeout=patience) as line:
            line.sendall(program.encode())
            line.shutdown(socket.SHUT_WR)
            _await_end(line)
    except TimeoutError as error:
        raise _silent(printer, f"it did not answer within {patience:g} s") from error
    except OSError as error:
        raise _silent(printer, error.strerror or str(error)) from error


def _await_end(line: socket.socket) -> None:
    """Some printers end the connection once they have taken all, others leave it open: both have it."""
    try:
        while line.recv(1024):
            pass
    except TimeoutError:
        return


def _silent(printer: Printer, why: str) -> PrinterSilent:
    return PrinterSilent(
        "printer_silent",
        "The printer at {host}:{port} did not take the label: {why}.",
        field="printer",
        way_out="Is it switched on and on the network, and does it take raw data on that port?",
        host=printer.host,
        port=str(printer.port),
        why=why,
    )
