from __future__ import annotations

from django.db import migrations

from padstone.platform.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("parts", "0001_initial")]

    operations = [
        AppendOnly("parts_revision"),
        AppendOnly("parts_bomline"),
        AppendOnly("parts_bomdesignator"),
        AppendOnly("parts_document"),
        AppendOnly("parts_partstatement"),
    ]
