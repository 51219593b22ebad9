"""What a page may load: files of this server, nothing inline, nothing foreign."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

import padstone
from padstone.entrypoints.web.policy import POLICY

TEMPLATES = sorted(Path(padstone.__file__).parent.rglob("templates/**/*.html"))

TAG = re.compile(r"\{%.*?%\}")
"""Of the templates' own language: ``{% if one == ... %}`` is no attribute."""
INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*="),
    "a script in an attribute": re.compile(r"<[^>]*\son\w+\s*="),
    "htmx's own script in an attribute": re.compile(r"hx-on|hx-vals=['\"]js:|hx-trigger=['\"][^'\"]*\["),
    "a script in the page": re.compile(r"<script(?![^>]*\s(?:src=|type=\"application/json\"))"),
    "a style in the page": re.compile(r"<style"),
    "a foreign address": re.compile(r"(?:src|href|action)=['\"](?:https?:)?//"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/login/", "/", "/recall/", "/nowhere", "/boards/unknown"])
def test_every_answer_carries_the_policy(reader: Client, address: str) -> None:
    reader.raise_request_exception = False
    assert reader.get(address)["Content-Security-Policy"] == POLICY


def test_the_policy_allows_nothing_inline_and_nothing_foreign() -> None:
    assert "unsafe" not in POLICY
    assert "*" not in POLICY
    assert "http" not in POLICY
    assert POLICY.startswith("default-src 'none';")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: "-".join(path.parts[-2:]))
def test_templates_hold_nothing_that_the_policy_would_stop(path: Path) -> None:
    text = TAG.sub("", path.read_text())
    assert [what for what, pattern in INLINE.items() if pattern.search(text)] == []


def test_the_templates_were_found() -> None:
    assert len(TEMPLATES) >= 15


@pytest.mark.parametrize("name", ["padstone/padstone.css", "padstone/mark.svg", "django_htmx/htmx-2.min.js"])
def test_what_a_page_loads_is_in_the_package(name: str) -> None:
    assert finders.find(name)


def test_the_stylesheet_loads_nothing() -> None:
    style = Path(str(finders.find("padstone/padstone.css"))).read_text()
    assert "@import" not in style
    assert "url(" not in style
