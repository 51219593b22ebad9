"""What the listener sends: answers to whoever asked, and requests to machines that are connected.

A machine that is to hear anything opens a receiver link. Over one with a dynamic source, or with a target
address, it hears answers: to requests whose reply-to is that address. Over one whose source is its own CFX
handle, or "requests", it hears requests too.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import TimeoutError as NoResponse
from queue import Empty, SimpleQueue
from typing import Any

from padstone.adapters.amqp.clerk import Answerer, Clerk, Correspondence, NotReachable
from padstone.adapters.amqp.letter import Letter, letter
from padstone.adapters.amqp.outlet import Outlet
from padstone.adapters.amqp.peer import Peer

REQUESTS = "requests"
"""The source address over which a machine hears requests."""

log = logging.getLogger(__name__)


class Outgoing:
    """All receiver links of all machines. It belongs to the listener's thread, all but `request`."""

    def __init__(self, answerer: Answerer, wake: Callable[[], None]) -> None:
        self._clerk = Clerk(answerer, wake)
        self._wake = wake
        self._outlets: dict[Peer, dict[Any, Outlet]] = {}
        self._asking: dict[int, Peer] = {}  # who waits for an answer, by number
        self._numbers: dict[Peer, int] = {}
        self._count = 0
        self._letters: SimpleQueue[Letter] = SimpleQueue()

    def start(self) -> None:
        self._clerk.start()

    def stop(self) -> None:
        self._clerk.stop()

    def request(self, envelope: bytes, timeout_s: float) -> bytes:
        """Ask the machine that the envelope's Target names, and await its response: the whole envelope with
        the same RequestID. Raises NotReachable where it has no link for requests here, TimeoutError, or
        ValueError for what is no request.
        """
        ask = letter(envelope)
        future = self._clerk.expect(ask.request_id)
        self._letters.put(ask)
        self._wake()
        try:
            return future.result(timeout_s)
        except NoResponse:
            raise TimeoutError(f"{ask.target} did not answer within {timeout_s:g} s") from None
        finally:
            self._clerk.forget(ask.request_id)

    # --- links ----------------------------------------------------------------------------------------------

    def opened(self, peer: Peer, link: Any) -> bool:
        """Take a receiver link; False where nothing would ever be sent over it."""
        wanted = link.remote_source
        source, target = wanted.address or "", link.remote_target.address or ""
        if wanted.dynamic:
            self._count += 1
            source = f"padstone/answers/{self._count}"
        elif not (target or source == REQUESTS or source in _names(peer)):
            return False
        link.source.copy(wanted)
        link.source.address = source
        link.target.copy(link.remote_target)
        link.snd_settle_mode = link.remote_snd_settle_mode
        link.open()
        self._outlets.setdefault(peer, {})[link] = Outlet(link, source, target)
        return True

    def closed(self, peer: Peer, link: Any) -> None:
        self._outlets.get(peer, {}).pop(link, None)

    def dropped(self, peer: Peer) -> None:
        self._outlets.pop(peer, None)
        if (number := self._numbers.pop(peer, None)) is not None:
            self._asking.pop(number, None)

    def flowed(self, peer: Peer, link: Any) -> None:
        if (outlet := self._outlets.get(peer, {}).get(link)) is not None:
            outlet.flow()

    # --- messages -------------------------------------------------------------------------------------------

    def corresponds(self, peer: Peer, correspondence: Correspondence) -> None:
        """A message of theirs that may hold a request or a response is stored."""
        if peer.gone:
            return
        if peer not in self._numbers:
            self._count += 1
            self._numbers[peer] = self._count
            self._asking[self._count] = peer
        self._clerk.take(self._numbers[peer], correspondence)

    def send_all(self) -> set[Peer]:
        """Send what the clerk has answered and what others ask; those who have to be written to."""
        touched: set[Peer] = set()
        while self._clerk.answers:
            answer = self._clerk.answers.popleft()
            peer = self._asking.get(answer.number)
            if peer is None or not self._answer(peer, answer.reply_to, answer.envelope):
                log.info("An answer for %r has no link to go over", answer.reply_to)
            else:
                touched.add(peer)
        try:
            while True:
                touched |= self._ask(self._letters.get_nowait())
        except Empty:
            return touched

    def _answer(self, peer: Peer, reply_to: str, envelope: bytes) -> bool:
        outlets = list(self._outlets.get(peer, {}).values())
        fitting = [outlet for outlet in outlets if reply_to in {outlet.source, outlet.target}]
        return any(outlet.send(letter(envelope).message) for outlet in [*fitting, *outlets][:1])

    def _ask(self, ask: Letter) -> set[Peer]:
        for peer, links in self._outlets.items():
            names = _names(peer)
            if ask.target not in names or peer.gone:
                continue
            for outlet in links.values():
                if (outlet.source == REQUESTS or outlet.source in names) and outlet.send(ask.message):
                    return {peer}
        self._clerk.fail(ask.request_id, NotReachable(f"{ask.target} has no link for requests here"))
        return set()


def _names(peer: Peer) -> frozenset[str]:
    """What a machine is known as: the handle that it has proved; where it had to prove none, its own word."""
    handle = peer.login.handle if peer.login is not None else ""
    return frozenset({handle or peer.container}) - {""}
