"""Invitations are mailed by the queue, and domains looked at again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("certification", "0018_bands_of_services"),
    ]

    operations = [
        migrations.AlterField(
            model_name="queueentry",
            name="kind",
            field=models.CharField(
                choices=[
                    ("verify_run", "Verify Run"),
                    ("judge_guideline", "Judge Guideline"),
                    ("delete_expired_runs", "Delete Expired Runs"),
                    ("expire_certificates", "Expire Certificates"),
                    ("decide_submission", "Decide Submission"),
                    ("forget_finished", "Forget Finished"),
                    ("tell_events", "Tell Events"),
                    ("remind", "Remind"),
                    ("send_mail", "Send Mail"),
                    ("send_webhook", "Send Webhook"),
                    ("send_reset", "Send Reset"),
                    ("send_invitation", "Send Invitation"),
                    ("look_at_domains", "Look At Domains"),
                    ("look_at_domain", "Look At Domain"),
                    ("distribute", "Distribute"),
                ],
                max_length=24,
            ),
        ),
    ]
