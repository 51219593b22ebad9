from __future__ import annotations

from django.db import migrations

from padstone.platform.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("stock", "0001_initial")]

    operations = [
        AppendOnly("stock_condition"),
        AppendOnly("stock_movement"),
        AppendOnly("stock_count"),
        AppendOnly("stock_hold"),
        AppendOnly("stock_holdend"),
        AppendOnly("stock_reservation"),
        AppendOnly("stock_packagecode"),
    ]
