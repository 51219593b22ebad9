from __future__ import annotations

from django.apps import AppConfig


class Certificate(AppConfig):
    name = "padstone.features.certificate"
    label = "certificate"
