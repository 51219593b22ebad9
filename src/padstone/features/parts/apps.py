from __future__ import annotations

from django.apps import AppConfig


class Parts(AppConfig):
    name = "padstone.features.parts"
    label = "parts"
