from __future__ import annotations

from django.db import migrations

from padstone.platform.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("clocks", "0001_initial")]

    operations = [
        AppendOnly("clocks_clockevent"),
        AppendOnly("clocks_boardclockevent"),
        AppendOnly("clocks_clockpolicy"),
        AppendOnly("clocks_runout"),
    ]
