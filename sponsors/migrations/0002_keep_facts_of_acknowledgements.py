import django.core.serializers.json
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sponsors", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="dashboardacknowledgement",
            name="facts",
            field=models.JSONField(default=dict, editable=False),
        ),
        migrations.AlterField(
            model_name="dashboardsnapshot",
            name="content",
            field=models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder),
        ),
    ]
