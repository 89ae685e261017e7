"""The history (publishing/history.py); its tables are in the migrations of the apps."""

from django.db import migrations


def forget(apps, schema_editor):
    # Content that is there already has no history yet: the next load must not take it for up to date.
    apps.get_model("publishing", "Dataset").objects.update(content_hash="")


class Migration(migrations.Migration):

    dependencies = [
        ('publishing', '0003_content_changes'),
    ]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
