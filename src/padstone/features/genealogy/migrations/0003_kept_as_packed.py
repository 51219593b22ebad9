from __future__ import annotations

from django.db import migrations

from padstone.platform.packed_columns import KeptAsPacked


class Migration(migrations.Migration):
    dependencies = [("genealogy", "0002_append_only")]

    operations = [KeptAsPacked("genealogy_pass", "times")]
