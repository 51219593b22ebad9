from __future__ import annotations

from django.db import migrations

from padstone.platform.append_only import MESSAGE_EVIDENCE, REQUEST_EVIDENCE, AppendOnly


class Migration(migrations.Migration):
    dependencies = [("ingest", "0001_initial")]

    operations = [
        AppendOnly("ingest_archiveblock"),
        AppendOnly("ingest_archivedbatch"),
        AppendOnly("ingest_batch"),
        AppendOnly("ingest_message", columns=MESSAGE_EVIDENCE),
        AppendOnly("ingest_disposition"),
        AppendOnly("ingest_replay"),
        AppendOnly("ingest_replayed"),
        AppendOnly("ingest_answer"),
        AppendOnly("ingest_outgoingrequest", columns=REQUEST_EVIDENCE),
    ]
