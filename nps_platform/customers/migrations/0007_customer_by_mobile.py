from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0006_numbers_for_texts")]

    operations = [
        migrations.AddIndex(
            "customer",
            models.Index(
                fields=["organization", "mobile"], condition=~models.Q(mobile=""), name="customer_by_mobile"
            ),
        ),
    ]
