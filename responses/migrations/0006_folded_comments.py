from django.db import migrations

from nps_platform.lib.folding import folded_column


class Migration(migrations.Migration):
    dependencies = [("responses", "0005_first_answer_keeps_its_version"), ("tenancy", "0004_folded_texts")]

    operations = [migrations.AddField("response", "folded", folded_column("comment"))]
