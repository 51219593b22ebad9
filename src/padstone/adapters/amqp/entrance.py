"""The way from a socket's bytes to Proton's: through TLS where the port speaks it, then past the login."""

from __future__ import annotations

import ssl
from collections.abc import Callable

from padstone.adapters.amqp.sasl import AUTH, SYS_TEMP, Attempt, Broken, Handshake
from padstone.adapters.amqp.tls import TLS_RECORD, Failed, Tls

_TLS_WANTED = b"AMQP\x02\x01\x00\x00"
"""How a port says that it speaks TLS and nothing else (OASIS AMQP 1.0, part 2, section 2.2)."""


class Entrance:
    """Bytes in, bytes out; nothing here knows a socket.

    `offers` says which mechanisms somebody may log in by, given the fingerprint of the certificate that he
    showed ("" for none).
    """

    def __init__(self, offers: Callable[[str], tuple[str, ...]], context: ssl.SSLContext | None) -> None:
        self._offers = offers
        self._tls = Tls(context) if context is not None else None
        self._handshake: Handshake | None = None
        self._said = bytearray()
        self._has_begun = False
        self._is_broken = False

    @property
    def is_open(self) -> bool:
        """Past the login, or past where one would have been."""
        return self._handshake is not None and self._handshake.is_open and not self._is_broken

    @property
    def is_bare(self) -> bool:
        """It came in without logging in at all."""
        return self._handshake is not None and self._handshake.bare

    @property
    def is_over(self) -> bool:
        """Turned away: once everything is said, there is nothing more to do."""
        return self._is_broken or (self._handshake is not None and self._handshake.is_refused)

    @property
    def is_ended(self) -> bool:
        """The other side has ended TLS: it sends nothing more."""
        return self._tls is not None and self._tls.is_closed

    @property
    def wants_input(self) -> bool:
        return self._handshake is None or self._handshake.wants_input

    @property
    def fingerprint(self) -> str:
        return self._tls.fingerprint if self._tls is not None else ""

    def take_attempt(self) -> Attempt | None:
        """How somebody wants to be let in; it is told once."""
        if self._handshake is None:
            return None
        attempt, self._handshake.attempt = self._handshake.attempt, None
        return attempt

    def receive(self, data: bytes) -> bytes:
        """What is for Proton of it. Raises Broken where the other side speaks something else; what is `said`
        then goes out all the same, and that is all.
        """
        if self.is_over:
            return b""
        try:
            return self._login(self._decrypted(data))
        except (Broken, Failed) as error:
            self._collect()
            self._is_broken = True
            raise Broken(str(error)) from error

    def _decrypted(self, data: bytes) -> bytes:
        if self._tls is None:
            return data
        if not self._has_begun and data[:1] != bytes([TLS_RECORD]):
            self._said += _TLS_WANTED
            raise Broken("it does not speak TLS, and this port takes nothing else")
        self._has_begun = True
        return self._tls.receive(data)

    def _login(self, data: bytes) -> bytes:
        if not data:
            return b""
        if self._handshake is None:
            self._handshake = Handshake(self._offers(self.fingerprint))
        return self._handshake.receive(data)

    def admit(self) -> bytes:
        """Let it in; what it has sent ahead is for Proton."""
        return self._known().admit()

    def refuse(self, why: str, *, for_now: bool) -> None:
        self._known().refuse(SYS_TEMP if for_now else AUTH, why)

    def _known(self) -> Handshake:
        if self._handshake is None:
            raise RuntimeError("nobody has asked to be let in")
        return self._handshake

    def send(self, data: bytes) -> None:
        """Something of Proton's, for the other side."""
        if self._tls is not None:
            self._tls.send(data)
        else:
            self._said += data

    def close(self) -> None:
        """Nothing more will be sent."""
        if self._tls is not None:
            self._tls.close()

    def said(self) -> bytes:
        """All that is to go out by now; it is told once."""
        self._collect()
        said = bytes(self._said)
        self._said.clear()
        return said

    def _collect(self) -> None:
        if self._handshake is not None and self._handshake.said:
            self.send(bytes(self._handshake.said))
            self._handshake.said.clear()
        if self._tls is not None:
            self._said += self._tls.said
