import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from nps_platform.tenancy.rls import RowSecurity


class Migration(migrations.Migration):
    dependencies = [
        ("closeloop", "0007_folded_texts"),
        ("messaging", "0004_one_message_per_step"),
        ("responses", "0006_folded_comments"),
        ("tenancy", "0004_folded_texts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Alert",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("is_waiting", models.BooleanField(default=False)),
                (
                    "message",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="messaging.message",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenancy.organization",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tenancy.membership"
                    ),
                ),
                (
                    "response",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="alerts", to="responses.response"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organization", "person", "-at"], name="alert_by_person"),
                    models.Index(
                        condition=models.Q(("is_waiting", True)), fields=["organization", "at"], name="alert_waiting"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "response", "person"), name="one_alert_a_person")
                ],
            },
        ),
        RowSecurity("Alert"),
    ]
