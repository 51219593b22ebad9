from __future__ import annotations

from django.apps import AppConfig


class Stock(AppConfig):
    name = "padstone.features.stock"
    label = "stock"

    def ready(self) -> None:
        """The clocks ask the store where packages were kept; it stands above them, and says so here."""
        from padstone.features.clocks.surroundings import told_by  # noqa: PLC0415 - not before the tables
        from padstone.features.stock.lookups import stays  # noqa: PLC0415 - as above

        told_by(stays)
