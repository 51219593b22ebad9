from __future__ import annotations

from django.apps import AppConfig


class Signatures(AppConfig):
    name = "padstone.platform.signatures"
    label = "signatures"
