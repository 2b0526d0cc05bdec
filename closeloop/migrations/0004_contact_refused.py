from django.db import migrations, models
from django.db.models.functions import Coalesce


class Migration(migrations.Migration):
    dependencies = [("closeloop", "0003_whose_turn")]

    operations = [
        migrations.RemoveIndex(model_name="case", name="case_due_first"),
        migrations.RemoveIndex(model_name="case", name="case_mine"),
        migrations.RemoveField(model_name="case", name="act_by"),
        migrations.AlterField(model_name="case", name="due_at", field=models.DateTimeField(blank=True, null=True)),
        migrations.AddField(model_name="case", name="refuses_contact", field=models.BooleanField(default=False)),
        migrations.AddField(
            model_name="case", name="contact_allowed_at", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(
            model_name="case",
            name="act_by",
            field=models.GeneratedField(
                db_persist=True,
                expression=Coalesce("answer_due_at", "due_at", "opened_at"),
                output_field=models.DateTimeField(),
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="is_at_rest",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.ExpressionWrapper(
                    models.Q(is_waiting=True) | models.Q(refuses_contact=True), output_field=models.BooleanField()
                ),
                output_field=models.BooleanField(),
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["organization", "is_open", "is_at_rest", "act_by", "id"], name="case_due_first"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["organization", "assignee", "is_open", "is_at_rest", "act_by"], name="case_mine"
            ),
        ),
        migrations.AlterField(
            model_name="caseevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("opened", "Opened"),
                    ("assigned", "Assigned"),
                    ("acknowledged", "Acknowledged"),
                    ("note", "Note"),
                    ("reply", "Reply"),
                    ("forward", "Forwarded"),
                    ("guest_answer", "Guest's answer"),
                    ("customer_reply", "Customer's reply"),
                    ("call", "Call"),
                    ("corrected", "Score corrected"),
                    ("after_contact", "Score after contact"),
                    ("resolved", "Resolved"),
                    ("confirmed", "Confirmed"),
                    ("reopened", "Reopened"),
                    ("wish", "Wish about contact"),
                ],
                max_length=14,
            ),
        ),
    ]
