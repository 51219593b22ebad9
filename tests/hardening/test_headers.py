"""What every answer says to the browser: pages, files, errors, refusals, the API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from itertools import chain

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from padstone.entrypoints.web.policy import HEADERS, POLICY
from tests.web.conftest import PASSWORD, admin, guest, reader  # noqa: F401 - fixtures

ALWAYS = HEADERS | {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
FILES = ("/static/padstone/padstone.css", "/static/padstone/mark.svg", "/static/django_htmx/htmx-2.min.js")
NOTHING = ("/nowhere", "/static/nothing.js", "/api/v1/nothing", "/boards/unknown", "/exceptions/999999/")

pytestmark = pytest.mark.django_db


def addresses() -> Iterator[str]:
    """One address for every pattern that there is."""

    def below(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from below(pattern.url_patterns, route)
            else:
                yield "/" + re.sub(r"<int:\w+>", "1", re.sub(r"<[^>]+>", "x", route))

    yield from below(get_resolver().url_patterns, "")


def every_address() -> list[str]:
    return [*addresses(), *FILES, *NOTHING]


def headers_missing(browser: Client, address: str) -> list[str]:
    browser.raise_request_exception = False
    with closing(browser.get(address)) as answer:
        wrong = [name for name, value in ALWAYS.items() if answer.get(name) != value]
        return [f"{address} ({answer.status_code}): {name}" for name in wrong]


def test_every_answer_carries_them_to_everybody(reader: Client, guest: Client) -> None:  # noqa: F811 - fixtures
    asked = every_address()
    assert len(asked) > 30
    found = [headers_missing(browser, address) for browser in (Client(), guest, reader) for address in asked]
    assert list(chain.from_iterable(found)) == []


def test_no_answer_may_be_framed_or_run_what_is_inline() -> None:
    said = dict(part.strip().split(" ", 1) for part in POLICY.split(";"))
    for name in ("default-src", "object-src", "base-uri", "frame-ancestors"):
        assert said[name] == "'none'"
    assert said["form-action"] == "'self'"
    assert said["script-src"] == "'self'"
    assert "unsafe" not in POLICY


def test_pages_behind_the_login_are_not_kept_by_anybody(reader: Client) -> None:  # noqa: F811 - a fixture
    assert reader.get("/api/v1/factory").headers.get("Access-Control-Allow-Origin") is None
    with closing(reader.get(FILES[0])) as file:
        assert file.headers.get("Access-Control-Allow-Origin") is None


def test_a_host_that_is_not_ours_is_refused(reader: Client) -> None:  # noqa: F811 - a fixture
    assert reader.get("/login/", headers={"Host": "evil.example"}).status_code == 400


class TestCookies:
    def logged_in(self, **more: object) -> Client:
        browser = Client()
        browser.get("/login/", **more)  # type: ignore[arg-type]  # the test client's own words
        answer = browser.post("/login/", {"login": "ada", "password": PASSWORD}, **more)  # type: ignore[arg-type]  # as above
        assert answer.status_code == 302
        return browser

    def test_no_script_reads_them_and_no_other_site_sends_them(self, admin: object) -> None:  # noqa: F811 - a fixture
        cookies = self.logged_in().cookies
        assert {"sessionid", "csrftoken"} <= set(cookies)
        for cookie in cookies.values():
            assert cookie["httponly"]
            assert cookie["samesite"] == "Lax"

    def test_behind_a_proxy_they_go_over_tls_alone(self, admin: object, settings: object) -> None:  # noqa: F811 - a fixture
        for name, value in {
            "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
            "SECURE_SSL_REDIRECT": True,
            "SESSION_COOKIE_SECURE": True,
            "CSRF_COOKIE_SECURE": True,
        }.items():
            setattr(settings, name, value)
        assert Client().get("/login/").status_code == 301
        over_tls = {"HTTP_X_FORWARDED_PROTO": "https"}
        assert all(cookie["secure"] for cookie in self.logged_in(**over_tls).cookies.values())
        assert "max-age=" in Client().get("/login/", **over_tls).headers["Strict-Transport-Security"]  # type: ignore[arg-type]  # as above

    def test_without_a_proxy_nobodys_word_for_tls_is_taken(self) -> None:
        answer = Client().get("/login/", HTTP_X_FORWARDED_PROTO="https")
        assert "Strict-Transport-Security" not in answer.headers


def test_a_form_that_is_too_large_is_refused_unread(settings: object) -> None:
    settings.LARGEST_FORM = 1000  # type: ignore[attr-defined]  # pytest-django's
    answer = Client().post("/login/", {"username": "x" * 2000})
    assert answer.status_code == 413
    assert all(answer[name] == value for name, value in HEADERS.items())
    assert Client().post("/login/", {"username": "x"}).status_code != 413
