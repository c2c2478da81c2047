from django.db import migrations

import stretchhub.packed


def pack_all(apps, schema_editor):
    """The same content in its new form."""
    snapshots = apps.get_model("sponsors", "DashboardSnapshot").objects
    for snapshot in snapshots.order_by("pk").iterator(chunk_size=200):
        snapshots.filter(pk=snapshot.pk).update(content=snapshot.as_json)


class Migration(migrations.Migration):

    dependencies = [
        ("sponsors", "0007_index_asks_that_wait"),
    ]

    operations = [
        migrations.RenameField(model_name="dashboardsnapshot", old_name="content", new_name="as_json"),
        migrations.AddField(
            model_name="dashboardsnapshot",
            name="content",
            field=stretchhub.packed.PackedField(default=dict),
        ),
        migrations.RunPython(pack_all, migrations.RunPython.noop),
        migrations.RemoveField(model_name="dashboardsnapshot", name="as_json"),
    ]
