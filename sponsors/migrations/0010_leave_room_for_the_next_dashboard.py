from django.db import migrations

# Each dashboard is written anew every night: the next one stands beside the last, and no index has to be written.
LEAVE_ROOM = "ALTER TABLE sponsors_dashboardsnapshot SET (fillfactor = 50);"
LEAVE_NONE = "ALTER TABLE sponsors_dashboardsnapshot RESET (fillfactor);"


def on_postgresql(statement):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(statement)

    return run


class Migration(migrations.Migration):

    dependencies = [
        ("sponsors", "0001_squashed_0009_store_dashboards_as_they_are"),
    ]

    operations = [migrations.RunPython(on_postgresql(LEAVE_ROOM), on_postgresql(LEAVE_NONE))]
