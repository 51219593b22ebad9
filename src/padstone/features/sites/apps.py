from __future__ import annotations

from django.apps import AppConfig


class Sites(AppConfig):
    name = "padstone.features.sites"
    label = "sites"
