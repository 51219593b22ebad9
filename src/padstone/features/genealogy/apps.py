from __future__ import annotations

from django.apps import AppConfig


class Genealogy(AppConfig):
    name = "padstone.features.genealogy"
    label = "genealogy"
