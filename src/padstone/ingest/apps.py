from __future__ import annotations

from django.apps import AppConfig


class Ingest(AppConfig):
    name = "padstone.ingest"
    label = "ingest"
