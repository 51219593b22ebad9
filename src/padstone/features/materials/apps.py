from __future__ import annotations

from django.apps import AppConfig


class Materials(AppConfig):
    name = "padstone.features.materials"
    label = "materials"
