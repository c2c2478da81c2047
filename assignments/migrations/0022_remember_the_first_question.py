from django.db import migrations, models
from django.db.models import F
from django.utils import timezone


def as_asked(apps, schema_editor):
    """Nothing is known of an earlier question, so the one that is counts as the first."""
    apps.get_model('assignments', 'FeedbackRequest').objects.update(first_asked_at=F('asked_at'))


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0021_show_feedback_at_review'),
    ]

    operations = [
        migrations.AddField(
            model_name='feedbackrequest',
            name='first_asked_at',
            field=models.DateTimeField(default=timezone.now, editable=False),
        ),
        migrations.RunPython(as_asked, migrations.RunPython.noop),
    ]
