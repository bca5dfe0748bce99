"""What was amended in a guideline, which never changes either."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

FORWARD = """
CREATE TRIGGER amendment_is_immutable BEFORE UPDATE OR DELETE ON certification_amendment
    FOR EACH ROW EXECUTE FUNCTION hallmark_refuse_change();
"""
BACKWARD = "DROP TRIGGER amendment_is_immutable ON certification_amendment;"


class Migration(migrations.Migration):

    dependencies = [
        ('certification', '0008_kinds_of_notices'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='guideline',
            name='amended',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.CreateModel(
            name='Amendment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('action', models.CharField(choices=[('flag', 'set aside'), ('withdraw', 'counts again')], max_length=10)),
                ('test', models.CharField(max_length=512)),
                ('reason', models.CharField(max_length=1000)),
                ('author', models.CharField(max_length=200)),
                ('decided_on', models.DateField()),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('digest', models.CharField(max_length=64)),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('guideline', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='amendments', to='certification.guideline')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('guideline', 'number'), name='amendment_numbered_once'), models.CheckConstraint(condition=models.Q(('digest__regex', '^[0-9a-f]{64}$')), name='amendment_digest_is_sha256'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='amendment_has_reason'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='amendment_counts_from_one')],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
