import django.core.validators
import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Coalesce, Least

from nps_platform.tenancy.rls import RowSecurity


class Migration(migrations.Migration):

    dependencies = [
        ('closeloop', '0013_data_requests'),
        ('tenancy', '0006_nobody_reads_when_last_seen'),
    ]

    operations = [
        migrations.RemoveIndex(model_name='case', name='case_due_first'),
        migrations.RemoveIndex(model_name='case', name='case_mine'),
        migrations.RemoveField(model_name='case', name='act_by'),
        migrations.RemoveField(model_name='case', name='is_at_rest'),
        migrations.AddField(
            model_name='case',
            name='answer_since',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='case',
            name='contact_minutes',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='case',
            name='contact_soon_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='case',
            name='resolution_due_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='case',
            name='resolution_extra_minutes',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='case',
            name='resolution_minutes',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='case',
            name='resolution_ran',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name='case',
            name='resolution_seconds',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='case',
            name='resolution_soon_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='case',
            name='resolution_was_late',
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name='CasePolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('classes', models.JSONField(blank=True, default=list, verbose_name='classes')),
                ('priorities', models.JSONField(blank=True, default=list, verbose_name='priorities')),
                ('contact_minutes', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(600000)], verbose_name='first contact, business minutes')),
                ('resolution_minutes', models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(600000)], verbose_name='resolution, business minutes')),
                ('soon_percent', models.PositiveSmallIntegerField(default=75, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(99)], verbose_name='due soon from, share of the target in percent')),
                ('organization', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.organization')),
            ],
            options={
                'ordering': ['position', 'id'],
            },
        ),
        migrations.AddField(
            model_name='case',
            name='policy',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='closeloop.casepolicy'),
        ),
        migrations.AddConstraint(
            model_name='casepolicy',
            constraint=models.UniqueConstraint(fields=('organization', 'name'), name='case_policy_name_once'),
        ),
        migrations.AddField(
            model_name='case',
            name='act_by',
            field=models.GeneratedField(db_persist=True, expression=models.Case(models.When(refuses_contact=True, then=Coalesce('resolution_due_at', 'due_at', 'opened_at')), default=Least(Coalesce('answer_due_at', 'due_at', 'resolution_due_at', 'opened_at'), Coalesce('resolution_due_at', 'answer_due_at', 'due_at', 'opened_at'))), output_field=models.DateTimeField()),
        ),
        migrations.AddField(
            model_name='case',
            name='is_at_rest',
            field=models.GeneratedField(db_persist=True, expression=models.ExpressionWrapper(models.Q(('is_waiting', True), models.Q(('refuses_contact', True), ('resolution_due_at', None)), _connector='OR'), output_field=models.BooleanField()), output_field=models.BooleanField()),
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
        RowSecurity("CasePolicy"),
    ]
