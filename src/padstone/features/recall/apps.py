from __future__ import annotations

from django.apps import AppConfig


class Recall(AppConfig):
    name = "padstone.features.recall"
    label = "recall"
