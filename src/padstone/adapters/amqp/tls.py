"""TLS for the listener: Python's own, between the socket and the rest.

Proton can speak TLS too; but the SASL that comes after it is read here, not by Proton, and the certificate
that a machine shows is asked for here.
"""

from __future__ import annotations

import contextlib
import ssl
from hashlib import sha256
from pathlib import Path

_CHUNK = 65_536
TLS_RECORD = 0x16
"""What a TLS connection begins with: a record that holds a handshake."""


def server_context(cert: Path, key: Path, client_ca: Path | None = None) -> ssl.SSLContext:
    """What the listener speaks TLS with: 1.2 or later. With `client_ca`, a machine may show a certificate
    that one of these authorities has issued; one that is not theirs ends the handshake. OSError where a file
    is unusable.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(cert, key)
    if client_ca is not None:
        context.load_verify_locations(client_ca)
        context.verify_mode = ssl.CERT_OPTIONAL
    return context


class Failed(Exception):
    """TLS came to nothing; the text says why. What `said` still holds tells the other side."""


class Tls:
    """The TLS side of one connection: bytes of the network in, bytes of the application out, and the other
    way.
    """

    def __init__(self, context: ssl.SSLContext) -> None:
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_side=True)
        self._is_agreed = False
        self.is_closed = False

    def receive(self, data: bytes) -> bytes:
        """What it holds for us. Raises Failed. `is_closed` says afterwards whether the other side has ended
        it.
        """
        self._in.write(data)
        found = bytearray()
        try:
            if not self._is_agreed:
                self._tls.do_handshake()
                self._is_agreed = True
            while chunk := self._tls.read(_CHUNK):
                found += chunk
            self.is_closed = True
        except ssl.SSLWantReadError:
            pass  # the rest is yet to come
        except ssl.SSLZeroReturnError:
            self.is_closed = True
        except ssl.SSLError as error:
            raise Failed(error.reason or str(error)) from error
        return bytes(found)

    @property
    def said(self) -> bytes:
        """What is to be sent now; it is told once."""
        return self._out.read()

    @property
    def is_agreed(self) -> bool:
        return self._is_agreed

    def send(self, data: bytes) -> None:
        """Put it among what is `said`, encrypted. Only once all is agreed."""
        self._tls.write(data)

    def close(self) -> None:
        with contextlib.suppress(ssl.SSLError):  # it wants the other side's goodbye too: that may come or not
            self._tls.unwrap()

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate that the other side has shown and proved; "" if none."""
        certificate = self._tls.getpeercert(binary_form=True) if self._is_agreed else None
        return sha256(certificate).hexdigest() if certificate else ""
