from __future__ import annotations

from django.apps import AppConfig


class Credentials(AppConfig):
    name = "padstone.platform.credentials"
    label = "credentials"
