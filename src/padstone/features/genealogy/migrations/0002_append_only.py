from __future__ import annotations

from django.db import migrations

from padstone.platform.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("genealogy", "0001_initial")]

    operations = [
        AppendOnly("genealogy_placementtemplate"),
        AppendOnly("genealogy_templateentry"),
        AppendOnly("genealogy_pass"),
        AppendOnly("genealogy_deviation"),
        AppendOnly("genealogy_greyzone"),
        AppendOnly("genealogy_replacement"),
        AppendOnly("genealogy_rejection"),
        AppendOnly("genealogy_designatorset"),
        AppendOnly("genealogy_appliedmaterial"),
        AppendOnly("genealogy_tooluse"),
    ]
