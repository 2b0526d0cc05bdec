from django.db import migrations, models
from django.db.models.functions import Coalesce


class Migration(migrations.Migration):
    dependencies = [
        ("closeloop", "0002_row_security"),
        ("customers", "0002_row_security"),
        ("responses", "0002_row_security"),
        ("tenancy", "0002_row_security"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="case", name="case_due_first"),
        migrations.RemoveIndex(model_name="case", name="case_mine"),
        migrations.AddField(model_name="case", name="answer_due_at", field=models.DateTimeField(blank=True, null=True)),
        migrations.AddField(model_name="case", name="is_waiting", field=models.BooleanField(default=False)),
        migrations.AddField(
            model_name="case",
            name="act_by",
            field=models.GeneratedField(
                db_persist=True, expression=Coalesce("answer_due_at", "due_at"), output_field=models.DateTimeField()
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["organization", "is_open", "is_waiting", "act_by", "id"], name="case_due_first"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["organization", "assignee", "is_open", "is_waiting", "act_by"], name="case_mine"
            ),
        ),
    ]
