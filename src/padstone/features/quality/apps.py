from __future__ import annotations

from django.apps import AppConfig


class Quality(AppConfig):
    name = "padstone.features.quality"
    label = "quality"
