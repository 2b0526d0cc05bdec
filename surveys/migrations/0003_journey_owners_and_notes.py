import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from nps_platform.tenancy.rls import RowSecurity


class Migration(migrations.Migration):

    dependencies = [
        ('surveys', '0002_row_security'),
        ('tenancy', '0002_row_security'),
    ]

    operations = [
        migrations.AddField(
            model_name='stage',
            name='owner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='tenancy.membership', verbose_name='owner'),
        ),
        migrations.AddField(
            model_name='stage',
            name='target',
            field=models.SmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(-100), django.core.validators.MaxValueValidator(100)], verbose_name='target NPS'),
        ),
        migrations.AddField(
            model_name='touchpoint',
            name='owner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='tenancy.membership', verbose_name='owner'),
        ),
        migrations.CreateModel(
            name='QualitativeNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('interview', 'Interview'), ('focus_group', 'Focus group'), ('observation', 'Observation')], default='interview', max_length=12, verbose_name='kind')),
                ('held_on', models.DateField(verbose_name='date')),
                ('people', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1)], verbose_name='how many people')),
                ('who', models.CharField(blank=True, max_length=200, verbose_name='who')),
                ('text', models.TextField(max_length=20000, verbose_name='what was learnt')),
                ('quotes', models.TextField(blank=True, max_length=10000, verbose_name='quotes')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='tenancy.membership')),
                ('organization', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.organization')),
                ('stage', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='notes', to='surveys.stage', verbose_name='stage')),
                ('touchpoint', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='notes', to='surveys.touchpoint', verbose_name='touchpoint')),
            ],
            options={
                'ordering': ['-held_on', '-id'],
                'indexes': [models.Index(fields=['organization', '-held_on', '-id'], name='note_newest')],
            },
        ),
        RowSecurity("QualitativeNote"),
    ]
