import django.db.models.deletion
from django.db import migrations, models

from nps_platform.tenancy.rls import RowSecurity


class Migration(migrations.Migration):
    dependencies = [
        ("responses", "0003_record_first_answer"),
        ("surveys", "0007_drop_question_tables"),
        ("tenancy", "0002_row_security"),
    ]

    operations = [
        migrations.AlterField(
            model_name="response",
            name="kind",
            field=models.CharField(
                choices=[
                    ("relational", "Relational"),
                    ("phase", "Phase"),
                    ("transactional", "Transactional"),
                    ("employee", "Employees (eNPS)"),
                ],
                max_length=14,
            ),
        ),
        migrations.AddField(
            model_name="response",
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
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=40)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("nps", "Recommendation, 0 to 10"),
                            ("csat", "Satisfaction, 1 to 5"),
                            ("ces", "Ease, 1 to 7"),
                            ("choice", "One of several"),
                            ("multiple", "Any of several"),
                            ("scale", "Own scale"),
                            ("text", "Text"),
                            ("contact", "Consent to be contacted"),
                        ],
                        max_length=10,
                    ),
                ),
                ("number", models.SmallIntegerField(blank=True, null=True)),
                ("text", models.TextField(blank=True)),
                ("choices", models.JSONField(blank=True, default=list)),
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
                    "response",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="responses.response"
                    ),
                ),
            ],
            options={"ordering": ["id"]},
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.UniqueConstraint(
                fields=("organization", "response", "key"), name="one_answer_per_question"
            ),
        ),
        RowSecurity("Answer"),
    ]
