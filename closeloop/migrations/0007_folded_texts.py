from django.db import migrations

from nps_platform.lib.folding import folded_column


class Migration(migrations.Migration):
    dependencies = [("closeloop", "0006_withdrawn_links"), ("tenancy", "0004_folded_texts")]

    operations = [migrations.AddField("caseevent", "folded", folded_column("text"))]
