"""Assignments that are paused now have a pause that is open; those that were paused once keep what is known."""

from django.db import migrations


def note(apps, schema_editor):
    Assignment, Pause = apps.get_model("assignments", "Assignment"), apps.get_model("assignments", "Pause")
    known = set(Pause.objects.filter(until_on__isnull=True).values_list("assignment_id", flat=True))
    paused = Assignment.objects.filter(status="paused", paused_on__isnull=False).values_list("pk", "paused_on")
    Pause.objects.bulk_create(
        [Pause(assignment_id=pk, from_on=since) for pk, since in paused if pk not in known], batch_size=500
    )


class Migration(migrations.Migration):
    dependencies = [("assignments", "0016_say_for_which_evidence_a_file_is")]
    operations = [migrations.RunPython(note, migrations.RunPython.noop)]
