"""The listener's side of SASL in AMQP (OASIS AMQP 1.0, part 5, section 5.3): PLAIN, EXTERNAL and ANONYMOUS.

Proton's own listener knows ANONYMOUS and EXTERNAL, and PLAIN only through Cyrus SASL, which asks for its
answer while every connection waits. So these few frames are read here, before the first byte reaches Proton.
Bytes go in and out; nothing here knows a socket.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto

from padstone.adapters.amqp import wire

ANONYMOUS, EXTERNAL, PLAIN = "ANONYMOUS", "EXTERNAL", "PLAIN"

SASL_HEADER = b"AMQP\x03\x01\x00\x00"
AMQP_HEADER = b"AMQP\x00\x01\x00\x00"
HEADER_BYTES = 8

MOST_FRAME_BYTES = 4096
"""The standard says 512; a long handle with its secret needs a little more, and nobody needs this much."""
_MOST_AHEAD_BYTES = 64 * 1024
_MOST_AUTHORIZATION_BYTES = 2048

_MECHANISMS, _INIT, _CHALLENGE, _RESPONSE, _OUTCOME = 0x40, 0x41, 0x42, 0x43, 0x44
_NAMES = {"amqp:sasl-init:list": _INIT, "amqp:sasl-response:list": _RESPONSE}
_FRAME_TYPE = 1
_FRAME_HEAD_BYTES = 8
_WORD_BYTES = 4

OK, AUTH, SYS_TEMP = 0, 1, 4
"""Outcomes: let in; the credentials are wrong; try again later (section 5.3.3.6)."""


class Broken(Exception):
    """The other side does not keep to the protocol; the text says where. There is no more to say."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """How somebody wants to be let in. `handle` is who it says it is, "" where the mechanism leaves that to
    us.
    """

    mechanism: str
    handle: str = ""
    secret: str = ""

    def __repr__(self) -> str:
        return f"Attempt({self.mechanism}, {self.handle!r})"


class _At(Enum):
    HEADER = auto()
    INIT = auto()
    RESPONSE = auto()
    VERDICT = auto()
    AMQP_HEADER = auto()
    OPEN = auto()
    REFUSED = auto()


class Handshake:
    """From the first byte of a connection to the verdict about it.

    `receive` takes what came in and answers with what is for Proton. `attempt` is set once somebody has said
    who he is; then `admit` or `refuse` says what becomes of him. `said` collects what is to be sent.

    Who begins with AMQP at once, without SASL, is passed on: `bare` says so, and it is for the listener to
    answer him in words, which SASL has not.
    """

    def __init__(self, mechanisms: Iterable[str]) -> None:
        self.said = bytearray()
        self.attempt: Attempt | None = None
        self.bare = False
        self._mechanisms = tuple(mechanisms)
        self._at = _At.HEADER
        self._buffer = bytearray()

    @property
    def is_open(self) -> bool:
        """Everything goes through now, both ways."""
        return self._at is _At.OPEN

    @property
    def is_refused(self) -> bool:
        return self._at is _At.REFUSED

    @property
    def wants_input(self) -> bool:
        """Not while a verdict is awaited: what is sent ahead stays in the network."""
        return self._at is not _At.VERDICT

    def receive(self, data: bytes) -> bytes:
        """What is for Proton of it, and of what was held back. Raises Broken."""
        if self._at is _At.OPEN:
            return data
        if self._at is _At.REFUSED:
            return b""
        self._buffer += data
        if len(self._buffer) > _MOST_AHEAD_BYTES + len(data):
            raise Broken("it talks on without waiting for the answer")
        while self._step():
            pass
        return self._through()

    def admit(self) -> bytes:
        """Let it in: the outcome is said, and what was sent ahead of it is for Proton."""
        self._must_await_verdict()
        self.said += _frame(_OUTCOME, _ubyte(OK))
        self._at = _At.AMQP_HEADER
        self._step()
        return self._through()

    def refuse(self, code: int = AUTH, why: str = "") -> None:
        """Do not let it in. Nothing that it sends from now on is read."""
        self._must_await_verdict()
        fields = (_ubyte(code), _binary(why.encode())) if why else (_ubyte(code),)
        self.said += _frame(_OUTCOME, *fields)
        self._at = _At.REFUSED
        self._buffer.clear()

    def _must_await_verdict(self) -> None:
        if self._at is not _At.VERDICT:
            raise RuntimeError("nobody has asked to be let in")

    def _through(self) -> bytes:
        if self._at is not _At.OPEN:
            return b""
        through = bytes(self._buffer)
        self._buffer.clear()
        return through

    def _step(self) -> bool:
        """Go on by one header or frame; False where more must come first."""
        if self._at in {_At.HEADER, _At.AMQP_HEADER}:
            return self._header()
        if self._at in {_At.INIT, _At.RESPONSE}:
            return self._frame_in()
        return False

    def _header(self) -> bool:
        given = bytes(self._buffer[:HEADER_BYTES])
        expected = (AMQP_HEADER, SASL_HEADER) if self._at is _At.HEADER else (AMQP_HEADER,)
        if not any(header.startswith(given) for header in expected):
            # What is spoken here, and goodbye (part 2, section 2.2).
            self.said += expected[-1]
            self._at = _At.REFUSED
            raise Broken(f"it does not begin as AMQP 1.0 does, but with {given!r}")
        if len(given) < HEADER_BYTES:
            return False
        if given == AMQP_HEADER:  # stays where it is: Proton reads it, too
            self.bare = self._at is _At.HEADER
            self._at = _At.OPEN
            return False
        del self._buffer[:HEADER_BYTES]
        self.said += SASL_HEADER + _frame(_MECHANISMS, _symbols(self._mechanisms))
        self._at = _At.INIT
        return True

    def _frame_in(self) -> bool:
        if len(self._buffer) < _FRAME_HEAD_BYTES:
            return False
        size = int.from_bytes(self._buffer[:_WORD_BYTES], "big")
        offset = self._buffer[_WORD_BYTES] * _WORD_BYTES
        if self._buffer[5] != _FRAME_TYPE or not _FRAME_HEAD_BYTES <= offset <= size <= MOST_FRAME_BYTES:
            raise Broken("a SASL frame was to come, and something else did")
        if len(self._buffer) < size:
            return False
        body = bytes(self._buffer[offset:size])
        del self._buffer[:size]
        try:
            code, fields = wire.described(body)
        except wire.Unusable as unusable:
            raise Broken(str(unusable)) from unusable
        self._frame(_NAMES.get(code, 0) if isinstance(code, str) else code, fields)
        return True

    def _frame(self, code: object, fields: list[object]) -> None:
        if self._at is _At.INIT and code == _INIT and fields and isinstance(fields[0], str):
            self._init(fields[0], fields[1] if len(fields) > 1 else None)
        elif self._at is _At.RESPONSE and code == _RESPONSE and fields and isinstance(fields[0], bytes):
            self._ask(_plain(fields[0]))
        else:
            raise Broken("another SASL frame than the one awaited")

    def _init(self, mechanism: str, response: object) -> None:
        given = response if isinstance(response, bytes) else None
        if mechanism not in self._mechanisms:
            self._ask(Attempt(mechanism))  # the listener refuses it, as it does a wrong secret
        elif mechanism == PLAIN and given is None:
            self.said += _frame(_CHALLENGE, _binary(b""))
            self._at = _At.RESPONSE
        elif mechanism == PLAIN and given is not None:
            self._ask(_plain(given))
        elif mechanism == EXTERNAL:
            # RFC 4422 would have us ask for a missing response; clients that send none do not expect to be
            # asked.
            self._ask(Attempt(EXTERNAL, _text(given or b"")))
        else:
            self._ask(Attempt(ANONYMOUS))

    def _ask(self, attempt: Attempt) -> None:
        self.attempt = attempt
        self._at = _At.VERDICT


def _plain(message: bytes) -> Attempt:
    """RFC 4616: whom to act as (nobody but oneself), NUL, who one is, NUL, the password."""
    parts = message.split(b"\x00")
    if len(message) > _MOST_AUTHORIZATION_BYTES or len(parts) != 3:
        raise Broken("a PLAIN message has three parts")
    acts_as, handle, secret = map(_text, parts)
    if acts_as not in {"", handle}:
        return Attempt(PLAIN, handle)  # without a secret: nobody may act as another
    return Attempt(PLAIN, handle, secret)


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Broken("a name or secret is not UTF-8") from None


# --- what is said: described lists of a few small values (part 1, section 1.6)
# --------------------------------


def _frame(code: int, *fields: bytes) -> bytes:
    content = b"".join(fields)
    # list32, for a handle or a reason may be long
    list_ = b"\xd0" + (len(content) + 4).to_bytes(4, "big") + len(fields).to_bytes(4, "big") + content
    body = b"\x00\x53" + bytes([code]) + list_
    size = _FRAME_HEAD_BYTES + len(body)
    return size.to_bytes(4, "big") + bytes([2, _FRAME_TYPE, 0, 0]) + body


def _ubyte(value: int) -> bytes:
    return bytes([0x50, value])


def _binary(value: bytes) -> bytes:
    return b"\xb0" + len(value).to_bytes(4, "big") + value


def _symbols(names: Iterable[str]) -> bytes:
    """An array of sym8."""
    encoded = [name.encode("ascii") for name in names]
    content = b"\xa3" + b"".join(bytes([len(name)]) + name for name in encoded)
    return b"\xf0" + (len(content) + 4).to_bytes(4, "big") + len(encoded).to_bytes(4, "big") + content
