"""Other machines come in over TLS, or not without somebody having said so."""

from __future__ import annotations

import http.client
import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import click
import pytest

from padstone.entrypoints.cli.exposure import Tls, exposure, is_loopback
from padstone.kernel.errors import Invalid, Refusal
from tests.backup.conftest import Padstone, padstone  # noqa: F401 - a fixture
from tests.entrypoints.test_processes import Start, free_port, start  # noqa: F401 - fixtures


@pytest.fixture(scope="session")
def make_certificate(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Tls]:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is absent: install Debian's package openssl")

    def make(days: int = 60, name: str = "localhost") -> Tls:
        """One that lasts so many days; -1: one that ended yesterday."""
        folder = tmp_path_factory.mktemp("tls")
        made = Tls(folder / "cert.pem", folder / "key.pem")
        request = folder / "request.pem"
        commands: tuple[tuple[str | Path, ...], ...] = (
            (
                *"req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes".split(),
                *("-keyout", made.key, "-out", request),
                *("-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"),
            ),
            (
                *"x509 -req -copy_extensions copyall".split(),
                *("-in", request, "-signkey", made.key, "-out", made.cert, "-days", str(days)),
            ),
        )
        for command in commands:
            subprocess.run(["openssl", *command], check=True, capture_output=True)
        made.key.chmod(0o600)
        return made

    return make


@pytest.fixture(scope="session")
def tls(make_certificate: Callable[..., Tls]) -> Tls:
    return make_certificate()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost"])
def test_this_machine_alone_needs_no_tls(host: str) -> None:
    assert is_loopback(host)
    assert exposure(host, None, None, insecure=False) is None


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "10.0.0.7", "padstone.example", "localhost.example"])
class TestAHostThatOthersReach:
    def test_is_refused_without_tls_and_says_why(self, host: str) -> None:
        with pytest.raises(Refusal, match=r"read passwords.*--tls-cert.*PADSTONE_BEHIND_PROXY.*--insecure"):
            exposure(host, None, None, insecure=False)

    def test_is_taken_with_tls_behind_a_proxy_or_where_somebody_says_so(
        self, host: str, tls: Tls, settings: object
    ) -> None:
        assert exposure(host, tls.cert, tls.key, insecure=False) == tls
        assert exposure(host, None, None, insecure=True) is None
        settings.BEHIND_PROXY = True  # type: ignore[attr-defined]  # pytest-django's
        assert exposure(host, None, None, insecure=False) is None


class TestTheCertificate:
    def test_half_of_it_is_wrong_usage(self, tls: Tls) -> None:
        with pytest.raises(click.UsageError):
            exposure("127.0.0.1", tls.cert, None, insecure=False)
        with pytest.raises(click.UsageError):
            exposure("127.0.0.1", None, tls.key, insecure=False)

    def test_a_key_that_others_may_read_is_refused(self, tls: Tls, tmp_path: Path) -> None:
        key = Path(shutil.copy(tls.key, tmp_path / "key.pem"))
        key.chmod(0o644)
        with pytest.raises(Invalid, match="chmod 600"):
            exposure("127.0.0.1", tls.cert, key, insecure=False)

    def test_anothers_key_is_refused(self, tls: Tls, make_certificate: Callable[..., Tls]) -> None:
        with pytest.raises(Invalid, match="no certificate with its key"):
            exposure("127.0.0.1", tls.cert, make_certificate().key, insecure=False)


def test_serve_and_web_refuse_before_they_touch_anything(padstone: Padstone, tmp_path: Path) -> None:  # noqa: F811 - a fixture
    for command in ("serve", "web"):
        said = padstone(tmp_path / "data", command, "--host", "0.0.0.0", code=7)
        assert "exposed_without_tls" in said
    assert not (tmp_path / "data" / "padstone.sqlite3").exists()


@pytest.fixture
def served(start: Start, tls: Tls) -> Iterator[int]:  # noqa: F811 - a fixture
    """The port of a Padstone that speaks TLS."""
    port = free_port()
    options = ["--host", "localhost", "--port", str(port), "--amqp-port", str(free_port())]
    server = start("serve", *options, "--tls-cert", str(tls.cert), "--tls-key", str(tls.key))
    server.says("The web on https://")
    yield port
    assert server.end() == 0, server.said()


def trusting(tls: Tls, **versions: ssl.TLSVersion) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(tls.cert))
    for name, version in versions.items():
        setattr(context, name, version)
    return context


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated:DeprecationWarning")
def test_a_site_without_a_proxy_is_served_over_tls(served: int, tls: Tls) -> None:
    with closing(http.client.HTTPSConnection("localhost", served, context=trusting(tls))) as browser:
        browser.request("GET", "/welcome/")  # where a Padstone begins that nobody is in yet
        answer = browser.getresponse()
        answer.read()
    assert answer.status == 200
    assert answer.headers["Strict-Transport-Security"] == f"max-age={30 * 24 * 3600}"
    cookie = answer.headers["Set-Cookie"]
    assert "; Secure" in cookie
    assert "; HttpOnly" in cookie

    with closing(http.client.HTTPConnection("localhost", served)) as plain:
        plain.request("GET", "/login/")
        with pytest.raises((OSError, http.client.HTTPException)):
            plain.getresponse()

    old = trusting(tls, minimum_version=ssl.TLSVersion.TLSv1_1, maximum_version=ssl.TLSVersion.TLSv1_1)
    with closing(socket.create_connection(("localhost", served))) as raw, pytest.raises(ssl.SSLError):
        old.wrap_socket(raw, server_hostname="localhost")
