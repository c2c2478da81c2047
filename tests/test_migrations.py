"""A new database is made in few steps, by migrations that stand for all that old ones have gone through."""

from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import connection, models
from django.db.migrations import CreateModel, Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from stretchhub.at_once import CreateAtOnce
from stretchhub.management.commands.migrate import Executor
from tests.services import ROOT

OURS = [app for app in apps.get_app_configs() if Path(app.path).parent in (ROOT, ROOT / "stretchhub")]
LABELS = [app.label for app in OURS if (Path(app.path) / "migrations").exists()]


@pytest.fixture(scope="module")
def by_steps() -> MigrationLoader:
    """Every migration as a database goes through it that is older than the squashed ones."""
    return MigrationLoader(None, replace_migrations=False)


@pytest.fixture(scope="module")
def at_once() -> MigrationLoader:
    """Those that a new database goes through."""
    return MigrationLoader(None)


@pytest.mark.once
def test_every_app_has_one_last_migration(at_once):
    assert {app: len(at_once.graph.leaf_nodes(app)) for app in LABELS} == dict.fromkeys(LABELS, 1)


@pytest.mark.once
def test_a_squashed_migration_stands_for_every_one_from_the_first_of_its_app_to_its_last(by_steps):
    squashed = by_steps.replacements
    assert {app for app, _name in squashed} == {"people", "notices", "assignments", "reviews", "sponsors"}
    for (app, name), migration in squashed.items():
        last = name.removeprefix("0001_squashed_")
        before = sorted(each for of, each in by_steps.disk_migrations if of == app and each <= last)
        assert migration.replaces == [(app, each) for each in before if (app, each) not in squashed]
        assert migration.replaces[-1] == (app, last)


@pytest.mark.once
def test_what_a_squashed_migration_makes_is_what_those_make_for_which_it_stands(by_steps):
    for (app, name), migration in by_steps.replacements.items():
        old = by_steps.project_state([migration.replaces[-1]])
        new = by_steps.project_state([(app, name)])
        assert [key for key in new.models if key[0] == app] == [key for key in old.models if key[0] == app]
        for key in old.models:
            if key[0] == app:
                # In the order of their columns, which no comparison of two states looks at.
                assert list(new.models[key].fields) == list(old.models[key].fields), key
                assert new.models[key] == old.models[key], key


class Pair:
    """Two models, each of which refers to the other."""

    LABEL = "sessions"

    @classmethod
    def operation(cls) -> CreateAtOnce:
        return CreateAtOnce([cls.model("Egg", "Hen"), cls.model("Hen", "Egg")])

    @classmethod
    def model(cls, name: str, other: str) -> CreateModel:
        refers = models.ForeignKey(f"{cls.LABEL}.{other}", models.CASCADE, related_name="+")
        options = {"constraints": [models.CheckConstraint(condition=models.Q(pk__gt=0), name=f"{name.lower()}_counts")]}
        return CreateModel(name, [("id", models.BigAutoField(primary_key=True)), ("other", refers)], options)


@pytest.mark.django_db(transaction=True)
def test_models_are_made_at_once_with_nothing_left_to_do_when_the_migration_ends():
    before, after = ProjectState(), ProjectState()
    operation = Pair.operation()
    operation.state_forwards(Pair.LABEL, after)

    with connection.schema_editor() as editor:
        operation.database_forwards(Pair.LABEL, editor, before, after)
        assert editor.deferred_sql == []

    with connection.cursor() as cursor:
        found = {
            name: connection.introspection.get_constraints(cursor, f"{Pair.LABEL}_{name}") for name in ("egg", "hen")
        }
    refers = {
        name: [each["foreign_key"] for each in all.values() if each["foreign_key"]] for name, all in found.items()
    }
    assert refers == {"egg": [("sessions_hen", "id")], "hen": [("sessions_egg", "id")]}
    assert all(f"{name}_counts" in found[name] for name in found)
    assert [
        sum(each["index"] and each["columns"] == ["other_id"] for each in all.values()) for all in found.values()
    ] == [1, 1]

    with connection.schema_editor() as editor:
        operation.database_backwards(Pair.LABEL, editor, after, before)
    assert not {"sessions_egg", "sessions_hen"} & set(connection.introspection.table_names())


def test_models_are_rendered_when_all_are_known_and_not_before():
    state = ProjectState()
    assert state.apps.get_models() == []

    Pair.operation().state_forwards(Pair.LABEL, state)

    assert "apps" not in state.__dict__
    assert {model.__name__ for model in state.apps.get_models()} == {"Egg", "Hen"}


class Laid(Migration):
    """As somebody else's migration, with an index that Django makes as the last thing."""

    initial = True
    operations = [
        CreateModel(
            "Nest", [("id", models.BigAutoField(primary_key=True)), ("twigs", models.IntegerField(db_index=True))]
        )
    ]


@pytest.mark.django_db(transaction=True)
def test_anybodys_migration_is_noted_as_applied_in_the_transaction_that_makes_its_tables(monkeypatch):
    migration, noted = Laid("0001_initial", Pair.LABEL), []
    executor = Executor(connection)

    def note(app: str, name: str) -> None:
        with connection.cursor() as cursor:
            indexes = connection.introspection.get_constraints(cursor, "sessions_nest").values()
        made = sum(each["index"] and each["columns"] == ["twigs"] for each in indexes)
        noted.append((app, name, connection.in_atomic_block, made))

    monkeypatch.setattr(executor.recorder, "record_applied", note)
    after = executor.apply_migration(ProjectState(), migration)

    assert noted == [("sessions", "0001_initial", True, 1)]
    with connection.schema_editor() as editor:
        editor.delete_model(after.apps.get_model(Pair.LABEL, "Nest"))


@pytest.mark.django_db
def test_the_command_migrates_so():
    call_command("migrate", verbosity=0)
    assert migrate.MigrationExecutor is Executor
