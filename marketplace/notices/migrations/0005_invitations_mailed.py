"""Mails of invitations that wait to be sent."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0015_proofs_looked_at_again'),
        ('notices', '0004_report_settled'),
    ]

    operations = [
        migrations.CreateModel(
            name='InvitationMail',
            fields=[
                ('invitation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='mail', serialize=False, to='catalogue.invitation')),
                ('host', models.CharField(max_length=300)),
                ('salt', models.CharField(blank=True, max_length=43)),
                ('failed_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('host__startswith', 'https://'), ('host__startswith', 'http://'), _connector='OR'), name='invitation_mail_host_is_web'), models.CheckConstraint(condition=models.Q(models.Q(('failed_at', None), models.Q(('salt', ''), _negated=True)), models.Q(('failed_at__isnull', False), ('salt', '')), _connector='OR'), name='invitation_mail_salt_while_waiting')],
            },
        ),
    ]
