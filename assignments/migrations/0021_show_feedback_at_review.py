from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assignments", "0020_index_running_assignments"),
    ]

    operations = [
        migrations.AddField(
            model_name="feedbackrequest",
            name="shared_at_review",
            field=models.BooleanField(default=False, verbose_name="show to HR at review"),
        ),
    ]
