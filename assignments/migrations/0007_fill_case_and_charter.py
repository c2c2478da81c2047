import uuid

from django.db import migrations
from django.db.models import F


def fill(apps, schema_editor):
    """A code for each outcome and the direction it goes in; the sponsor approves what had no approver."""
    outcomes = apps.get_model("assignments", "BriefOutcome").objects
    for pk in outcomes.values_list("pk", flat=True).iterator():
        outcomes.filter(pk=pk).update(code=uuid.uuid4())
    outcomes.filter(target__gt=F("baseline")).update(direction="increase")
    outcomes.filter(target=F("baseline")).update(direction="maintain", tolerance=0)
    charters = apps.get_model("assignments", "Charter").objects.filter(approver__isnull=True)
    for charter in charters.select_related("assignment").iterator():
        charter.approver_id = charter.assignment.sponsor_id or charter.assignment.mentor_id
        charter.save(update_fields=["approver"])


class Migration(migrations.Migration):
    dependencies = [("assignments", "0006_case_and_charter")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
