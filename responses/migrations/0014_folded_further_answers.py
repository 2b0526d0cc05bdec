from django.db import migrations

from nps_platform.lib.folding import folded_column


class Migration(migrations.Migration):
    dependencies = [("responses", "0013_changes_keep_further_answers")]

    operations = [migrations.AddField("answer", "folded", folded_column("text"))]
