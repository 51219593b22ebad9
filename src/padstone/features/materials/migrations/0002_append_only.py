from __future__ import annotations

from django.db import migrations

from padstone.platform.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("materials", "0001_initial")]

    operations = [
        AppendOnly("materials_loadevent"),
        AppendOnly("materials_packageancestry"),
        AppendOnly("materials_packageevent"),
        AppendOnly("materials_exposureevent"),
    ]
