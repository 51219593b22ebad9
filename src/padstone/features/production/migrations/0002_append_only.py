from __future__ import annotations

from django.db import migrations

from padstone.platform.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("production", "0001_initial")]

    operations = [
        AppendOnly("production_unitstatus"),
        AppendOnly("production_flowevent"),
        AppendOnly("production_workevent"),
        AppendOnly("production_unitevent"),
        AppendOnly("production_orderevent"),
        AppendOnly("production_recipeevent"),
        AppendOnly("production_operatorevent"),
    ]
