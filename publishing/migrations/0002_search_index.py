"""The search index: the entries, and the table of grams that narrows them (publishing/index.py)."""

from django.db import migrations, models

CREATE = {
    # The index keeps which entries have a gram, not where: places take most of its room and are not asked for.
    "sqlite": "CREATE VIRTUAL TABLE publishing_gram USING fts5(grams, content='', detail=none, tokenize='ascii')",
    "postgresql": "CREATE TABLE publishing_gram (id bigint PRIMARY KEY, grams text[] NOT NULL);"
    "CREATE INDEX publishing_gram_grams ON publishing_gram USING gin (grams);"
    # Without statistics the planner always takes the index. With them it reads the whole table for a gram that most
    # entries have, and does not know that each array has to be fetched from elsewhere (TOAST).
    "ALTER TABLE publishing_gram ALTER grams SET STATISTICS 0",
}


def create(apps, schema_editor):
    for statement in CREATE[schema_editor.connection.vendor].split(";"):
        schema_editor.execute(statement)
    # Content that is there already has no index yet: the next load must not take it for up to date.
    apps.get_model("publishing", "Dataset").objects.update(content_hash="")


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE publishing_gram")


class Migration(migrations.Migration):

    dependencies = [
        ('publishing', '0001_initial'),
    ]

    operations = [
        migrations.RenameField(
            model_name='dataset',
            old_name='loaded_at',
            new_name='changed_at',
        ),
        migrations.CreateModel(
            name='IndexEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sort_key', models.CharField(db_index=True, editable=False, max_length=400)),
                ('sort_key_en', models.CharField(db_index=True, editable=False, max_length=400, null=True)),
                ('sort_key_zh_hans', models.CharField(db_index=True, editable=False, max_length=400, null=True)),
                ('kind', models.CharField(max_length=60)),
                ('record_id', models.PositiveBigIntegerField()),
                ('path', models.CharField(max_length=200)),
                ('title', models.CharField(max_length=600)),
                ('title_en', models.CharField(max_length=600, null=True)),
                ('title_zh_hans', models.CharField(max_length=600, null=True)),
                ('body', models.TextField(blank=True)),
                ('body_en', models.TextField(blank=True, null=True)),
                ('body_zh_hans', models.TextField(blank=True, null=True)),
                ('head', models.TextField()),
                ('head_en', models.TextField(null=True)),
                ('head_zh_hans', models.TextField(null=True)),
                ('text', models.TextField()),
                ('text_en', models.TextField(null=True)),
                ('text_zh_hans', models.TextField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['kind', 'id', 'record_id'], name='publishing_indexentry_ids')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'record_id'), name='publishing_indexentry_record')],
            },
        ),
        migrations.RunPython(create, drop),
    ]
