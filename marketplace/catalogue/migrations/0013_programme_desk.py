"""Settings and texts of the programme, version after version."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

IMMUTABLE = ("catalogue_settingchange", "catalogue_programmetext")
REFUSE = """
CREATE TRIGGER {table}_is_immutable BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION hallmark_refuse_change();
"""
ALLOW = "DROP TRIGGER {table}_is_immutable ON {table};"


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0012_recovering_a_second_factor'),
    ]

    operations = [
        migrations.CreateModel(
            name='ProgrammeText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.CharField(max_length=60)),
                ('number', models.PositiveIntegerField()),
                ('title', models.CharField(max_length=120)),
                ('body', models.TextField(max_length=20000)),
                ('reason', models.CharField(max_length=500)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name='SettingChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(unique=True)),
                ('name', models.CharField(max_length=40)),
                ('former', models.JSONField()),
                ('value', models.JSONField()),
                ('reason', models.CharField(max_length=1000)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name='SettingProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40)),
                ('value', models.JSONField()),
                ('seen', models.PositiveIntegerField()),
                ('reason', models.CharField(max_length=1000)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('closed_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name='programmetext',
            name='person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='settingchange',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='settingchange',
            name='seconded_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='settingproposal',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='programmetext',
            constraint=models.UniqueConstraint(fields=('slug', 'number'), name='programme_text_numbered_once'),
        ),
        migrations.AddConstraint(
            model_name='programmetext',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='programme_text_counts_from_one'),
        ),
        migrations.AddConstraint(
            model_name='programmetext',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('title', ''), _negated=True), models.Q(('body', ''), _negated=True), models.Q(('reason', ''), _negated=True)), name='programme_text_has_words'),
        ),
        migrations.AddConstraint(
            model_name='settingchange',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='setting_counts_from_one'),
        ),
        migrations.AddConstraint(
            model_name='settingchange',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='setting_change_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='settingchange',
            constraint=models.CheckConstraint(condition=models.Q(('seconded_by', None), models.Q(('seconded_by', models.F('person')), _negated=True), _connector='OR'), name='setting_seconded_by_another'),
        ),
        migrations.AddConstraint(
            model_name='settingproposal',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('name',), name='setting_proposed_once'),
        ),
        migrations.AddConstraint(
            model_name='settingproposal',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='setting_proposal_has_reason'),
        ),
        *(
            migrations.RunSQL(REFUSE.format(table=table), ALLOW.format(table=table))
            for table in IMMUTABLE
        ),
    ]
