from django.db import migrations, models

from publishing.ordering import sort_key


def fill(apps, schema_editor):
    """Fill the keys of stored terms, in the bare column too, which keeps the English one."""
    terms = apps.get_model("search", "Term")._base_manager.using(schema_editor.connection.alias)
    for term in terms.order_by("pk").only("name_en", "name_zh_hans"):
        english = sort_key(term.name_en, "en")
        keys = {"sort_key": english, "sort_key_en": english, "sort_key_zh_hans": sort_key(term.name_zh_hans, "zh-hans")}
        terms.filter(pk=term.pk).update(**keys)


def added(model_name):
    keys = {"sort_key": {"default": ""}, "sort_key_en": {"null": True}, "sort_key_zh_hans": {"null": True}}
    return [
        migrations.AddField(
            model_name=model_name,
            name=name,
            field=models.CharField(db_index=True, editable=False, max_length=400, **options),
            preserve_default=False,
        )
        for name, options in keys.items()
    ]


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0003_outdated'),
    ]

    operations = [
        *added('term'),
        *added('historicalterm'),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
