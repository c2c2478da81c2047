import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def build_all_again(apps, schema_editor):
    """What was behind is no longer known by assignment: every dashboard is built once more."""
    assignments = apps.get_model("assignments", "Assignment").objects.filter(sponsor__isnull=False)
    changes = apps.get_model("assignments", "DashboardChange").objects
    sponsors = assignments.order_by("sponsor_id").values_list("sponsor_id", flat=True).distinct()
    changes.bulk_create(changes.model(sponsor_id=sponsor) for sponsor in sponsors)


class Migration(migrations.Migration):

    dependencies = [
        ("assignments", "0017_note_running_pauses"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DashboardChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "sponsor",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "change that a dashboard does not show yet",
                "ordering": ["id"],
            },
        ),
        migrations.RunPython(build_all_again, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="assignment", name="assignment_dashboard_behind"),
        migrations.RemoveField(model_name="assignment", name="built_revision"),
    ]
