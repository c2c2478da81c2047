from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assignments", "0019_stop_reminders_of_feedback"),
    ]

    operations = [
        migrations.AddField(
            model_name="feedbackrequest",
            name="shared_at_review",
            field=models.BooleanField(default=False, verbose_name="show to HR at review"),
        ),
    ]
