from __future__ import annotations

from django.apps import AppConfig


class Equipment(AppConfig):
    name = "padstone.features.equipment"
    label = "equipment"
