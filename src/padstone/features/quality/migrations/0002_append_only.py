from __future__ import annotations

from django.db import migrations

from padstone.platform.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("quality", "0001_initial")]

    operations = [
        AppendOnly("quality_inspection"),
        AppendOnly("quality_defect"),
        AppendOnly("quality_test"),
        AppendOnly("quality_processrecord"),
        AppendOnly("quality_repair"),
    ]
