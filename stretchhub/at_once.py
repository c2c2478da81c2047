"""What a migration needs that makes all models of an app at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class CreateAtOnce(Operation):
    """The tables of these models, which may refer to one another in a circle, with all their constraints and indexes.

    Django renders a model again, and whatever is related to it, after each operation that touches one; to make the
    tables of an empty database that was most of the work. Here they are rendered once, when all of them are known.
    """

    serialization_expand_args = ["models"]

    def __init__(self, models: Sequence[CreateModel]) -> None:
        self.models = models

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        return type(self).__name__, [], {"models": self.models}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        # What is rendered would be rendered again for each; without it, the next who asks has all rendered together.
        state.__dict__.pop("apps", None)
        state.is_delayed = False
        for model in self.models:
            model.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for model in self.models:
            model.database_forwards(app_label, schema_editor, from_state, to_state)
        leave_nothing_to_do(schema_editor)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for model in reversed(self.models):
            model.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Create {len(self.models)} models at once"


def leave_nothing_to_do(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the constraints and indexes now that Django would make when the migration has ended.

    Only of one that leaves nothing to do does it note in the migration's own transaction that it was applied.
    """
    for statement in schema_editor.deferred_sql:
        schema_editor.execute(statement, None)
    schema_editor.deferred_sql.clear()


def unique_called(table: str, column: str, name: str) -> Callable[[Any, BaseDatabaseSchemaEditor], None]:
    """For RunPython: what PostgreSQL calls the unique column is what it is called where it became unique later."""

    def rename(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f'ALTER TABLE "{table}" RENAME CONSTRAINT "{table}_{column}_key" TO "{name}"')

    return rename
