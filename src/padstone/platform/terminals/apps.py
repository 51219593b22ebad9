from __future__ import annotations

from django.apps import AppConfig


class Terminals(AppConfig):
    name = "padstone.platform.terminals"
    label = "terminals"
