"""Django's `migrate`, which can be killed at any step and goes on where it was."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.management.commands import migrate
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState

from stretchhub.at_once import leave_nothing_to_do


class Executor(MigrationExecutor):
    """Notes in a migration's own transaction that it was applied, whoever wrote it.

    Django notes it after that transaction where constraints or indexes are made as the last thing within. Whoever is
    killed between the two can never migrate again, for the tables are there already.
    """

    def apply_migration(
        self, state: ProjectState, migration: Migration, fake: bool = False, fake_initial: bool = False
    ) -> ProjectState:
        whole: Any = migration
        whole.apply = partial(_apply, type(migration).apply, migration)
        return super().apply_migration(state, migration, fake=fake, fake_initial=fake_initial)


def _apply(
    apply: Any, migration: Migration, state: ProjectState, schema_editor: BaseDatabaseSchemaEditor, *how: Any
) -> ProjectState:
    after: ProjectState = apply(migration, state, schema_editor, *how)
    leave_nothing_to_do(schema_editor)
    return after


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        # The command looks its executor up by this name and has no other place for one.
        migrate.MigrationExecutor = Executor  # type: ignore[misc,assignment]
        super().handle(*args, **options)
