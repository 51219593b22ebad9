from __future__ import annotations

from django.db import migrations

from padstone.platform.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("design", "0001_initial")]

    operations = [
        AppendOnly("design_release"),
        AppendOnly("design_revisionfile"),
        AppendOnly("design_waiver"),
    ]
