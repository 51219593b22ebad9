from __future__ import annotations

from django.db import migrations

from padstone.platform.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("equipment", "0001_initial")]

    operations = [
        AppendOnly("equipment_statechange"),
        AppendOnly("equipment_faultevent"),
        AppendOnly("equipment_equipmentevent"),
    ]
