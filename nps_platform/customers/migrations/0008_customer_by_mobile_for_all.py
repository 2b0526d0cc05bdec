from django.db import migrations, models


class Migration(migrations.Migration):
    """SQLite uses no index with a condition where the query's values are parameters."""

    dependencies = [("customers", "0007_customer_by_mobile")]

    operations = [
        migrations.RemoveIndex("customer", "customer_by_mobile"),
        migrations.AddIndex("customer", models.Index(fields=["organization", "mobile"], name="customer_by_mobile")),
    ]
