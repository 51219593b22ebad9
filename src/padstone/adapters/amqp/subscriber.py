"""What a broker holds for Padstone: fetched from one address, stored, and only then settled."""

from __future__ import annotations

import contextlib
import logging
import random
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import TimeoutError as NoResponse
from typing import Protocol

from padstone.adapters.amqp.broker import Broker
from padstone.adapters.amqp.clerk import Answerer, Clerk, Expected, NotReachable, nobody_answers
from padstone.adapters.amqp.keeper import Keeper
from padstone.adapters.amqp.letter import letter
from padstone.adapters.amqp.outward import Outward
from padstone.adapters.amqp.visit import Draught, Errand, Visit
from padstone.ingest.delivery import Delivery

DEFAULT_DRAUGHT = Draught()

_PAUSE_WITHOUT_TURN_S = 0.5
_PAUSE_WITHOUT_ANSWER_S = 5.0

log = logging.getLogger(__name__)


class Lease(Protocol):
    """The right to take from one address, which one process has at a time: so the order of its messages is
    kept. All of it is called in the thread that stores.
    """

    def take(self) -> bool:
        """Whether it is ours from now on, or still. False too where another process is to have its share."""

    def is_held(self) -> bool:
        """Whether it is ours for certain, at this moment. What is stored without it may be out of order."""

    def give_back(self) -> None: ...


class Unshared:
    """Where there is one process alone."""

    def take(self) -> bool:
        return True

    def is_held(self) -> bool:
        return True

    def give_back(self) -> None:
        pass


class NotOurs(Exception):
    """The lease was lost while messages were in hand: they are handed back."""


class Subscriber:
    """Takes messages from one address of a broker, over a connection of its own, until it is stopped.

    `accept` and `refused` promise what they promise the `Listener`: at least once, each settled as accepted
    only when it is stored for good. What cannot be stored now goes back to the broker, in its order. What can
    never be read is stored as it came, and accepted: nothing goes round in circles. One larger than is taken
    is noted and rejected, so that the broker may put it where its rules say.

    A broker that is away, or refuses, is tried again, after longer and longer pauses, no two alike.

    Subscribers that share `expected` hear of a response whichever of them it comes to.

    Whoever sends has logged in at the broker, not here, so what comes speaks for no proven handle.
    """

    def __init__(
        self,
        broker: Broker,
        address: str,
        *,
        accept: Callable[[Sequence[Delivery]], object],
        refused: Callable[[str, str], object],
        lease: Lease | None = None,
        answerer: Answerer = nobody_answers,
        expected: Expected | None = None,
        draught: Draught = DEFAULT_DRAUGHT,
    ) -> None:
        self._accept = accept
        self._pause_without_turn_s = _PAUSE_WITHOUT_TURN_S
        self._lease: Lease = lease if lease is not None else Unshared()
        rung, self._bell = socket.socketpair()
        for end in (rung, self._bell):
            end.setblocking(False)
        self._errand = Errand(
            broker=broker,
            address=address,
            draught=draught,
            keeper=Keeper(self._store, refused, lambda _: (), self._wake),
            clerk=Clerk(answerer, self._wake, expected),
            ask_for_turn=self._ask_for_turn,
            bell=rung,
        )
        self._thread = threading.Thread(target=self._run, name=f"amqp {address}", daemon=True)

    @property
    def name(self) -> str:
        return self._errand.name

    @property
    def is_subscribed(self) -> threading.Event:
        """Set while messages may come."""
        return self._errand.is_subscribed

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Let the batch in hand be stored and settled, hand back the rest, say goodbye. Waits for the end."""
        self._errand.stop_asked.set()
        self._wake()
        self._thread.join()

    def request(self, envelope: bytes, timeout_s: float) -> bytes:
        """Ask the endpoint that the envelope's Target names, and await its response: the whole envelope with
        the same RequestID. Raises NotReachable, TimeoutError, or ValueError for what is no request.

        From any thread but those of this subscriber.
        """
        ask = letter(envelope)
        if not self._errand.broker.requests or not self.is_subscribed.is_set():
            raise NotReachable(f"{ask.target} cannot be asked through {self._errand.broker.name}")
        future = self._errand.clerk.expect(ask.request_id)
        self._errand.letters.put(ask)
        self._wake()
        try:
            return future.result(timeout_s)
        except NoResponse:
            raise TimeoutError(f"{ask.target} did not answer within {timeout_s:g} s") from None
        finally:
            self._errand.clerk.forget(ask.request_id)

    # --- the life of it -------------------------------------------------------------------------------------

    def _wake(self) -> None:
        with contextlib.suppress(OSError):  # full: it wakes anyway; closed: there is no one to wake
            self._bell.send(b"!")

    def _store(self, deliveries: Sequence[Delivery]) -> None:
        if not self._lease.is_held():
            raise NotOurs(f"another process may take from {self.name} now")
        self._accept(deliveries)

    def _run(self) -> None:
        self._errand.keeper.start()
        self._errand.clerk.start()
        pause_s = self._errand.draught.first_pause_s
        try:
            while not self._errand.stop_asked.is_set():
                if not self._has_turn():
                    self._errand.stop_asked.wait(self._pause_without_turn_s)
                    continue
                before = self._errand.served
                self._visit()
                if self._errand.is_ours is False:
                    self._errand.keeper.do(self._give_back)
                if self._errand.served > before:
                    pause_s = self._errand.draught.first_pause_s
                self._errand.stop_asked.wait(pause_s * random.uniform(0.5, 1.0))  # noqa: S311 - to come apart, not to hide
                pause_s = min(2 * pause_s, self._errand.draught.longest_pause_s)
        except Exception:
            log.exception("AMQP: %s is given up, a fault on this side", self.name)
        finally:
            self._errand.keeper.do(self._give_back)
            self._errand.keeper.stop()
            self._errand.clerk.stop()
            for end in (self._errand.bell, self._bell):
                end.close()

    def _visit(self) -> None:
        """One connection, from its beginning to its end, whichever that is."""
        try:
            with Outward(self._errand.broker, self._errand.draught.idle_timeout_s) as outward:
                visit = Visit(self._errand, outward)
                try:
                    visit.run()
                finally:
                    self.is_subscribed.clear()
                    visit.end()
        except (OSError, ssl.SSLError) as error:
            level = logging.WARNING if _is_refusal(error) else logging.INFO
            log.log(level, "%s: %s; it will be tried again", self.name, error)
        except Exception:
            log.exception("%s: a fault on this side; it will be tried again", self.name)

    # --- the turn ------------------------------------------------------------------------------------------

    def _has_turn(self) -> bool:
        """Ask for it, and wait for the answer."""
        answered = threading.Event()
        self._ask_for_turn(answered.set)
        answered.wait()
        return bool(self._errand.is_ours)

    def _ask_for_turn(self, then: Callable[[], object] = lambda: None) -> None:
        def ask() -> None:
            try:
                self._errand.is_ours = self._lease.take()
                self._pause_without_turn_s = _PAUSE_WITHOUT_TURN_S
            except Exception:  # the database is away, say: nothing could be stored then either
                log.exception("%s: whose turn it is could not be found out", self.name)
                self._errand.is_ours = False
                self._pause_without_turn_s = _PAUSE_WITHOUT_ANSWER_S
            then()

        self._errand.keeper.do(ask)

    def _give_back(self) -> None:
        try:
            self._lease.give_back()
        except Exception:
            log.exception("%s: the turn could not be given back; it ends with this process", self.name)


def _is_refusal(error: Exception) -> bool:
    return isinstance(error, ssl.SSLError) or "unauthorized" in str(error) or "ended" in str(error)
