from __future__ import annotations

from django.db import migrations

from padstone.platform.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("sites", "0001_initial")]

    operations = [AppendOnly("sites_endpointnews"), AppendOnly("sites_clockzone")]
