from __future__ import annotations

from django.apps import AppConfig


class Receiving(AppConfig):
    name = "padstone.features.receiving"
    label = "receiving"
