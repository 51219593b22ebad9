from __future__ import annotations

from django.apps import AppConfig


class Kitting(AppConfig):
    name = "padstone.features.kitting"
    label = "kitting"
