from django.db import migrations


def fill_search(apps, schema_editor):
    """What a search looks into, for the competencies that were there before."""
    Competency = apps.get_model("assignments", "Competency")
    for competency in Competency.objects.filter(search="").iterator():
        competency.search = f"{competency.name}\n{competency.alt_labels}".lower()
        competency.save(update_fields=["search"])


class Migration(migrations.Migration):
    dependencies = [("assignments", "0004_clarity_and_pipeline")]

    operations = [migrations.RunPython(fill_search, migrations.RunPython.noop)]
