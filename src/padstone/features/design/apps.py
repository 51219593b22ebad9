"""From a client's files to a revision that can be built."""

from __future__ import annotations

from django.apps import AppConfig


class Design(AppConfig):
    name = "padstone.features.design"
    label = "design"
