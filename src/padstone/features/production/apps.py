from __future__ import annotations

from django.apps import AppConfig


class Production(AppConfig):
    name = "padstone.features.production"
    label = "production"
