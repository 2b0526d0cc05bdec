from django.db import migrations

from nps_platform.lib.folding import folded_column


class Migration(migrations.Migration):
    dependencies = [("customers", "0004_time_zones"), ("tenancy", "0004_folded_texts")]

    operations = [
        migrations.AddField("account", "folded", folded_column("name", "external_id")),
        migrations.AddField("customer", "folded", folded_column("name", "email", "external_id")),
    ]
