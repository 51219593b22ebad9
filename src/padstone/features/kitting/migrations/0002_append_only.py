from __future__ import annotations

from django.db import migrations

from padstone.platform.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("kitting", "0001_initial")]

    operations = [
        AppendOnly("kitting_pick"),
        AppendOnly("kitting_pickend"),
    ]
