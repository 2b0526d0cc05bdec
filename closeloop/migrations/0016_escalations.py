import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from nps_platform.tenancy.rls import RowSecurity


class Migration(migrations.Migration):

    dependencies = [
        ('closeloop', '0015_since_when_clocks_run'),
        ('customers', '0010_numbers_to_dial'),
        ('responses', '0014_folded_further_answers'),
        ('tenancy', '0007_managers_of_members'),
    ]

    operations = [
        migrations.CreateModel(
            name='Escalation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField()),
                ('repetition', models.PositiveSmallIntegerField(default=0)),
                ('due_at', models.DateTimeField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='EscalationStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('promise', models.CharField(choices=[('contact', 'Our word to the customer'), ('resolution', 'The solution')], default='contact', max_length=10, verbose_name='for')),
                ('after_percent', models.PositiveSmallIntegerField(default=100, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000)], verbose_name='at, percent of the time')),
                ('whom', models.CharField(choices=[('assignee', 'Whoever has the case'), ('team', 'Their team'), ('manager', 'Their manager'), ('person', 'This person:')], default='manager', max_length=8, verbose_name='goes to')),
                ('repeat_every_minutes', models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(600000)], verbose_name='again every, business minutes')),
                ('repeat_times', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(10)], verbose_name='times')),
            ],
            options={
                'ordering': ['promise', 'after_percent', 'id'],
            },
        ),
        migrations.AddField(
            model_name='case',
            name='escalate_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='caseevent',
            name='kind',
            field=models.CharField(choices=[('opened', 'Opened'), ('assigned', 'Assigned'), ('acknowledged', 'Acknowledged'), ('note', 'Note'), ('reply', 'Reply'), ('forward', 'Forwarded'), ('withdrawn', 'Link withdrawn'), ('guest_answer', "Guest's answer"), ('customer_reply', "Customer's reply"), ('call', 'Call'), ('corrected', 'Score corrected'), ('after_contact', 'Score after contact'), ('resolved', 'Resolved'), ('confirmed', 'Confirmed'), ('reopened', 'Reopened'), ("wish", "Wish about contact"), ("told", "What the customer is told of the solution"), ('escalated', 'Escalated')], max_length=14),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('escalate_at__isnull', False), ('is_open', True)), fields=['organization', 'escalate_at'], name='case_escalates'),
        ),
        migrations.AddField(
            model_name='escalation',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='escalations', to='closeloop.case'),
        ),
        migrations.AddField(
            model_name='escalation',
            name='event',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='closeloop.caseevent'),
        ),
        migrations.AddField(
            model_name='escalation',
            name='organization',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.organization'),
        ),
        migrations.AddField(
            model_name='escalationstep',
            name='organization',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.organization'),
        ),
        migrations.AddField(
            model_name='escalationstep',
            name='person',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='tenancy.membership', verbose_name='person'),
        ),
        migrations.AddField(
            model_name='escalationstep',
            name='policy',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='closeloop.casepolicy'),
        ),
        migrations.AddField(
            model_name='escalation',
            name='step',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='closeloop.escalationstep'),
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.UniqueConstraint(fields=('organization', 'case', 'step', 'since', 'repetition'), name='escalation_once'),
        ),
        RowSecurity("EscalationStep"),
        RowSecurity("Escalation"),
    ]
