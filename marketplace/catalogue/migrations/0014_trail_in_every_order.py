"""The audit trail by time, actor, deed, kind of object and word, built while others write."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False
    dependencies = [("catalogue", "0013_programme_desk")]
    operations = [
        AddIndexConcurrently(
            model_name='auditevent',
            index=models.Index(fields=['at', 'id'], name='audit_by_time'),
        ),
        AddIndexConcurrently(
            model_name='auditevent',
            index=models.Index(fields=['actor', 'at', 'id'], name='audit_by_actor'),
        ),
        AddIndexConcurrently(
            model_name='auditevent',
            index=models.Index(fields=['verb', 'at', 'id'], name='audit_by_verb'),
        ),
        AddIndexConcurrently(
            model_name='auditevent',
            index=models.Index(fields=['object_type', 'at', 'id'], name='audit_by_kind_of_object'),
        ),
        AddIndexConcurrently(
            model_name='auditevent',
            index=django.contrib.postgres.indexes.GinIndex(models.Func('facts', output_field=django.contrib.postgres.search.SearchVectorField(), template="to_tsvector('simple'::regconfig, %(expressions)s)"), name='audit_by_words'),
        ),
    ]
