from __future__ import annotations

from django.db import migrations

from padstone.platform.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("receiving", "0001_initial")]

    operations = [
        AppendOnly("receiving_supplierdecision"),
        AppendOnly("receiving_suppliercertificate"),
        AppendOnly("receiving_lotcertificate"),
        AppendOnly("receiving_makerform"),
        AppendOnly("receiving_receivingpolicy"),
        AppendOnly("receiving_ownnumber"),
        AppendOnly("receiving_seennumber"),
        AppendOnly("receiving_receipt"),
    ]
