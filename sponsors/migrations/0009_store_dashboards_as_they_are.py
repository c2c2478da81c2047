from django.db import migrations

# PostgreSQL would try to compress what is compressed already, and put it into a second table from 2 kB on.
AS_THEY_ARE = """
ALTER TABLE sponsors_dashboardsnapshot ALTER COLUMN content SET STORAGE EXTERNAL;
ALTER TABLE sponsors_dashboardsnapshot SET (toast_tuple_target = 8160);
"""
AS_BEFORE = """
ALTER TABLE sponsors_dashboardsnapshot ALTER COLUMN content SET STORAGE EXTENDED;
ALTER TABLE sponsors_dashboardsnapshot RESET (toast_tuple_target);
"""


def on_postgresql(statements):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(statements)

    return run


class Migration(migrations.Migration):

    dependencies = [
        ("sponsors", "0008_pack_dashboards"),
    ]

    operations = [migrations.RunPython(on_postgresql(AS_THEY_ARE), on_postgresql(AS_BEFORE))]
