import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from nps_platform.tenancy.rls import RowSecurity


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0004_waves_and_events"),
        ("tenancy", "0002_row_security"),
    ]

    operations = [
        migrations.CreateModel(
            name="SurveyVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("content", models.JSONField()),
                ("published_at", models.DateTimeField(default=django.utils.timezone.now)),
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
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="tenancy.membership",
                    ),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="surveys.survey"
                    ),
                ),
            ],
            options={"ordering": ["-number"]},
        ),
        migrations.AddConstraint(
            model_name="surveyversion",
            constraint=models.UniqueConstraint(
                fields=("organization", "survey", "number"), name="version_number_once_per_survey"
            ),
        ),
        RowSecurity("SurveyVersion"),
        migrations.AddField(model_name="survey", name="draft", field=models.JSONField(default=dict)),
        migrations.AddField(
            model_name="survey",
            name="published",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="surveys.surveyversion",
            ),
        ),
        migrations.AlterField(
            model_name="survey",
            name="kind",
            field=models.CharField(
                choices=[
                    ("relational", "Relational"),
                    ("phase", "Phase"),
                    ("transactional", "Transactional"),
                    ("employee", "Employees (eNPS)"),
                ],
                default="relational",
                max_length=14,
                verbose_name="kind",
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="version",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="surveys.surveyversion",
            ),
        ),
    ]
