import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tenancy', '0006_nobody_reads_when_last_seen'),
    ]

    operations = [
        migrations.AddField(
            model_name='membership',
            name='manager',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='reports', to='tenancy.membership', verbose_name='manager'),
        ),
    ]
