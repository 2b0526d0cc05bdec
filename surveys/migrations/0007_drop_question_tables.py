from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("surveys", "0006_content_from_tables")]

    operations = [
        migrations.DeleteModel(name="Question"),
        migrations.DeleteModel(name="ThankYou"),
        migrations.RemoveField(model_name="survey", name="languages"),
        migrations.RemoveField(model_name="survey", name="subject_name"),
        migrations.RemoveField(model_name="survey", name="ask_contact"),
        migrations.RemoveField(model_name="survey", name="mail_texts"),
        migrations.RemoveField(model_name="survey", name="published_at"),
    ]
