"""Who is let in over AMQP, and how the others are told."""

from __future__ import annotations

import logging
import socket
import ssl
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from padstone.adapters.amqp import sasl
from padstone.ingest.login import Claim, Denied, Login, Verdict
from tests.adapters.amqp.store import Store
from tests.authority import Authority, Pair

if TYPE_CHECKING:
    from padstone.adapters.amqp.listener import Listener
    from padstone.simulator.amqp import AmqpSender
    from tests.adapters.amqp.conftest import Listen
    from tests.adapters.amqp.machine import Machine

HANDLE, SECRET = "Vendor.Model.1", "pdm_1_s3cret:ü"


@dataclass
class Register:
    """What stands in for the credentials on the books."""

    secrets: dict[str, str] = field(default_factory=lambda: {HANDLE: SECRET})
    certificates: dict[str, str] = field(default_factory=dict)
    revoked: set[int] = field(default_factory=set)
    claims: list[Claim] = field(default_factory=list)
    denial: Denied = field(default_factory=Denied)
    breaks: bool = False

    def verify(self, claim: Claim) -> Verdict:
        self.claims.append(claim)
        if self.breaks:
            raise OSError("no database")
        if claim.fingerprint in self.certificates:
            return Login(self.certificates[claim.fingerprint], 2)
        if claim.secret and self.secrets.get(claim.handle) == claim.secret:
            return Login(claim.handle, 1)
        return self.denial

    def which_are_revoked(self, credentials: Collection[int]) -> Collection[int]:
        return self.revoked.intersection(credentials)


@pytest.fixture
def register() -> Register:
    return Register()


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "ca")


@pytest.fixture
def server(authority: Authority) -> Pair:
    return authority.server()


@pytest.fixture
def guarded(listen: Listen, register: Register) -> Callable[..., Listener]:
    """A listener that lets in who logs in."""
    from padstone.adapters.amqp.listener import Doorkeeping  # noqa: PLC0415 (where Proton is absent the test skips)

    def start(*, doors: Any = None, **limits: Any) -> Listener:
        doorkeeping = Doorkeeping(verify=register.verify, revoked=register.which_are_revoked, **(doors or {}))
        return listen(doorkeeping=doorkeeping, **limits)

    return start


@pytest.fixture
def tls(guarded: Callable[..., Listener], authority: Authority, server: Pair) -> Listener:
    from padstone.adapters.amqp.tls import server_context  # noqa: PLC0415 (as above)

    return guarded(doors={"tls": server_context(server.cert, server.key, authority.file)})


@pytest.fixture
def machine() -> Iterator[Callable[..., Machine]]:
    """A machine that logs in as an address says."""
    from padstone.simulator import amqp  # noqa: PLC0415 (as above)
    from tests.adapters.amqp.machine import Machine  # noqa: PLC0415 (as above)

    with ExitStack() as ends:

        def connect(listener: Listener, user: str = "", scheme: str = "amqp", **how: Any) -> Machine:
            url = f"{scheme}://{user}{'@' if user else ''}127.0.0.1:{listener.port}/cfx"
            made = Machine.__new__(Machine)
            made.connection = amqp._Connection(HANDLE, replace(amqp._Place.read(url), **how))
            made.answers = {}
            made._rung, made._bell = socket.socketpair()
            ends.callback(made.die)
            return made

        yield connect


def encoded(body: bytes, handle: str = "") -> bytes:
    from tests.adapters.amqp.machine import encoded  # noqa: PLC0415 (where Proton is absent the test skips)

    return encoded(body, handle=handle)


def login(handle: str = HANDLE, secret: str = SECRET) -> str:
    from urllib.parse import quote  # noqa: PLC0415

    return f"{quote(handle)}:{quote(secret)}"


def end_of(machine: Machine) -> str:
    """How the connection ends."""
    with pytest.raises(ConnectionError) as ended:
        machine.until(lambda: False)
    return str(ended.value)


class TestSecrets:
    def test_the_right_one_is_let_in_and_speaks_as_itself(
        self, store: Store, guarded: Callable[..., Listener], machine: Callable[..., Machine]
    ) -> None:
        one = machine(guarded(), login())
        one.send("1", encoded(b"{}", handle="Vendor.Model.9"))
        assert one.answer("1").state == "ACCEPTED"
        (kept,) = store.kept
        assert (kept.handle, kept.sender) == (HANDLE, HANDLE)

    @pytest.mark.parametrize("who", [login(secret="wrong"), login(handle="Vendor.Model.2"), login(secret="")])
    def test_a_wrong_one_is_not(
        self,
        who: str,
        store: Store,
        guarded: Callable[..., Listener],
        machine: Callable[..., Machine],
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        caplog.set_level(logging.DEBUG)
        assert "unauthorized" in end_of(machine(guarded(), who))
        assert not store.kept
        assert "wrong" not in caplog.text

    def test_what_was_shown_is_nowhere_in_the_log(
        self,
        register: Register,
        guarded: Callable[..., Listener],
        machine: Callable[..., Machine],
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        caplog.set_level(logging.DEBUG)
        register.breaks = True
        end_of(machine(guarded(), login()))
        assert HANDLE in caplog.text
        assert SECRET not in caplog.text

    def test_while_nobody_can_say_it_may_try_again(
        self, register: Register, guarded: Callable[..., Listener], machine: Callable[..., Machine]
    ) -> None:
        register.breaks = True
        listener = guarded()
        end_of(machine(listener, login()))
        register.breaks = False
        one = machine(listener, login())
        one.send("1", encoded(b"{}"))
        assert one.answer("1").state == "ACCEPTED"

    def test_a_late_answer_keeps_nobody_else_waiting(
        self, register: Register, guarded: Callable[..., Listener], machine: Callable[..., Machine]
    ) -> None:
        register.denial = Denied(pause_s=3600.0)
        listener = guarded()
        slowed = machine(listener, login(secret="wrong"))
        while not register.claims:
            slowed.exchange()
        one = machine(listener, login())
        one.send("1", encoded(b"{}"))
        assert one.answer("1").state == "ACCEPTED"
        assert slowed.connection._socket.fileno() != -1

    def test_a_late_answer_comes(
        self, register: Register, guarded: Callable[..., Listener], machine: Callable[..., Machine]
    ) -> None:
        register.denial = Denied(pause_s=0.05)
        assert "unauthorized" in end_of(machine(guarded(), login(secret="wrong")))


class TestWithoutALogin:
    def test_sasl_anonymous_is_not_even_offered(
        self, register: Register, guarded: Callable[..., Listener], machine: Callable[..., Machine]
    ) -> None:
        end_of(machine(guarded()))
        assert register.claims == []

    def test_who_begins_without_sasl_is_told_what_is_wanted(
        self, store: Store, guarded: Callable[..., Listener]
    ) -> None:
        from proton import Collector, Connection, Endpoint, Transport  # noqa: PLC0415 (where Proton is absent the test skips)

        engine, connection = Transport(), Connection()
        connection.container = HANDLE
        connection.collect(collector := Collector())
        engine.bind(connection)
        connection.open()
        session = connection.session()
        session.open()
        link = session.sender("a")
        link.open()
        with socket.create_connection(("127.0.0.1", guarded().port), timeout=60) as wire:
            while not connection.state & Endpoint.REMOTE_CLOSED:
                if (pending := engine.pending()) > 0:
                    wire.sendall(engine.peek(pending))
                    engine.pop(pending)
                engine.push(wire.recv(4096))
        collector.release()
        assert connection.remote_condition.name == "amqp:unauthorized-access"
        assert "CFX handle" in connection.remote_condition.description
        assert link.credit == 0
        assert not store.kept

    def test_who_never_logs_in_is_let_go(self, guarded: Callable[..., Listener]) -> None:
        listener = guarded(login_timeout_s=0.1)
        with socket.create_connection(("127.0.0.1", listener.port), timeout=60) as wire:
            wire.sendall(sasl.SASL_HEADER)
            while wire.recv(4096):
                pass

    def test_somebody_else_altogether(self, guarded: Callable[..., Listener]) -> None:
        with socket.create_connection(("127.0.0.1", guarded().port), timeout=60) as wire:
            wire.sendall(b"GET / HTTP/1.1\r\n\r\n")
            wire.shutdown(socket.SHUT_WR)
            assert wire.recv(8) == sasl.SASL_HEADER
            assert wire.recv(1) == b""


class TestRevoked:
    def test_nothing_more_is_stored_and_the_sender_keeps_it(
        self,
        register: Register,
        store: Store,
        guarded: Callable[..., Listener],
        machine: Callable[..., Machine],
    ) -> None:
        one = machine(guarded(), login())
        one.send("1", encoded(b"1"))
        assert one.answer("1").state == "ACCEPTED"
        register.revoked.add(1)
        one.send("2", encoded(b"2"))
        assert "revoked" in end_of(one)
        assert one.answers.get("2", None) is None or one.answers["2"].state == "RELEASED"
        assert store.bodies == [b"1"]

    def test_an_idle_connection_ends(
        self,
        register: Register,
        guarded: Callable[..., Listener],
        machine: Callable[..., Machine],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("padstone.adapters.amqp.listener._LOOK_AT_CREDENTIALS_S", 0.02)
        one = machine(guarded(), login())
        one.until(lambda: one.connection.credit)
        register.revoked.add(1)
        assert "revoked" in end_of(one)

    def test_another_machine_goes_on(
        self,
        register: Register,
        store: Store,
        guarded: Callable[..., Listener],
        machine: Callable[..., Machine],
    ) -> None:
        register.secrets["Vendor.Model.2"] = "x"
        listener = guarded()
        one = machine(listener, login())
        one.until(lambda: one.connection.credit)
        register.revoked.add(7)
        one.send("1", encoded(b"1"))
        assert one.answer("1").state == "ACCEPTED"


class TestTls:
    def test_protons_own_tls_agrees_with_ours(
        self, store: Store, tls: Listener, authority: Authority, machine: Callable[..., Machine]
    ) -> None:
        from proton import SSL, SSLDomain  # noqa: PLC0415 (where Proton is absent the test skips)

        if not SSL.present():
            pytest.skip("Proton was built without OpenSSL: make amqp says what is missing")
        domain = SSLDomain(SSLDomain.MODE_CLIENT)
        domain.set_trusted_ca_db(str(authority.file))
        domain.set_peer_authentication(SSLDomain.VERIFY_PEER_NAME)
        one = machine(tls, login())
        SSL(one.engine, domain).peer_hostname = "localhost"
        one.send("1", encoded(b"{}"))
        assert one.answer("1").state == "ACCEPTED"

    def test_a_secret_over_tls(
        self, store: Store, tls: Listener, authority: Authority, machine: Callable[..., Machine]
    ) -> None:
        one = machine(tls, login(), "amqps", ca=authority.file)
        one.send("1", encoded(b"x" * 300_000))
        assert one.answer("1").state == "ACCEPTED"
        assert store.bodies == [b"x" * 300_000]

    def test_a_wrong_secret_over_tls(
        self, tls: Listener, authority: Authority, machine: Callable[..., Machine]
    ) -> None:
        one = machine(tls, login(secret="wrong"), "amqps", ca=authority.file)
        assert "unauthorized" in end_of(one)

    def test_a_machine_that_knows_another_authority_does_not_come_in(
        self, tls: Listener, tmp_path: Path, machine: Callable[..., Machine]
    ) -> None:
        other = Authority(tmp_path / "other", "Another authority")
        with pytest.raises(ssl.SSLCertVerificationError):
            machine(tls, login(), "amqps", ca=other.file)

    def test_a_certificate_says_who_it_is(
        self,
        register: Register,
        store: Store,
        tls: Listener,
        authority: Authority,
        machine: Callable[..., Machine],
    ) -> None:
        mine = authority.machine("placer-1")
        register.certificates[mine.fingerprint] = HANDLE
        one = machine(tls, "", "amqps", ca=authority.file, certificate=mine.both)
        one.send("1", encoded(b"{}"))
        assert one.answer("1").state == "ACCEPTED"
        assert [kept.handle for kept in store.kept] == [HANDLE]
        assert [claim.secret for claim in register.claims] == [""]

    def test_a_certificate_that_stands_for_no_machine(
        self, tls: Listener, authority: Authority, machine: Callable[..., Machine]
    ) -> None:
        mine = authority.machine("stranger")
        one = machine(tls, "", "amqps", ca=authority.file, certificate=mine.both)
        assert "unauthorized" in end_of(one)

    def test_a_certificate_that_another_authority_issued(
        self,
        register: Register,
        store: Store,
        tls: Listener,
        authority: Authority,
        tmp_path: Path,
        machine: Callable[..., Machine],
    ) -> None:
        forged = Authority(tmp_path / "other", "Another authority").machine("placer-1")
        register.certificates[forged.fingerprint] = HANDLE
        with pytest.raises(OSError, match=r"(?i)alert|reset|pipe"):
            machine(tls, "", "amqps", ca=authority.file, certificate=forged.both).until(lambda: False)
        assert register.claims == []

    def test_external_without_a_certificate_is_not_offered(
        self, register: Register, tls: Listener, authority: Authority
    ) -> None:
        context = ssl.create_default_context(cafile=authority.file)
        with (
            socket.create_connection(("127.0.0.1", tls.port), timeout=60) as wire,
            context.wrap_socket(wire, server_hostname="127.0.0.1") as secure,
        ):
            secure.sendall(sasl.SASL_HEADER)
            offered = b""
            while b"PLAIN" not in offered:
                offered += secure.recv(4096)
            assert b"EXTERNAL" not in offered
            secure.sendall(sasl._frame(0x41, b"\xa3\x08EXTERNAL"))
            outcome = secure.recv(4096)
            assert outcome[8:11] == b"\x00\x53\x44"
            assert b"\x50\x01" in outcome
        (claim,) = register.claims
        assert claim.fingerprint == ""

    def test_who_does_not_speak_tls_is_told_that_it_must(self, tls: Listener) -> None:
        with socket.create_connection(("127.0.0.1", tls.port), timeout=60) as wire:
            wire.sendall(sasl.SASL_HEADER)
            assert wire.recv(8) == b"AMQP\x02\x01\x00\x00"
            assert wire.recv(1) == b""

    def test_old_tls_is_refused(self, tls: Listener, authority: Authority) -> None:
        context = ssl.create_default_context(cafile=authority.file)
        context.set_ciphers("ALL:@SECLEVEL=0")
        with pytest.warns(DeprecationWarning, match="TLSv1_1"):
            context.minimum_version = ssl.TLSVersion.TLSv1_1
        with pytest.warns(DeprecationWarning, match="TLSv1_1"):
            context.maximum_version = ssl.TLSVersion.TLSv1_1
        with (
            socket.create_connection(("127.0.0.1", tls.port), timeout=60) as wire,
            pytest.raises((ssl.SSLError, OSError)),
        ):
            context.wrap_socket(wire, server_hostname="127.0.0.1")

    def test_many_machines_one_after_the_other_in_their_order(
        self, store: Store, tls: Listener, register: Register, authority: Authority
    ) -> None:
        from padstone.simulator.amqp import AmqpSender  # noqa: PLC0415 (as above)

        handles = [f"Vendor.Model.{number}" for number in range(4)]
        register.secrets.update({handle: f"{handle}!" for handle in handles})
        sender: AmqpSender = AmqpSender(
            f"amqps://127.0.0.1:{tls.port}/cfx",
            secrets={handle: f"{handle}!" for handle in handles},
            ca=authority.file,
        )
        for number in range(50):
            for handle in handles:
                sender.send(handle, [f"{handle}-{number}".encode()])
        sender.close()
        for handle in handles:
            assert store.first_seen(handle) == [f"{handle}-{number}".encode() for number in range(50)]
        assert {kept.handle for kept in store.kept} == set(handles)
