"""Licence and credit of the competency frameworks, which go with whatever names their competencies."""

from __future__ import annotations

from collections.abc import Iterator

from assignments.models import Framework

from .columns import MAYBE_TEXT, TEXT, Column

CREDIT_COLUMNS = (
    Column("framework", TEXT, "Name of the competency framework."),
    Column("version", TEXT, "Its version.", empty=MAYBE_TEXT),
    Column("licence", TEXT, "Licence under which it may be used.", empty=MAYBE_TEXT),
    Column("licence_holder", TEXT, "Who holds the licence, where the source needs one.", empty=MAYBE_TEXT),
    Column("credit", TEXT, "Credit line that goes with every use.", empty=MAYBE_TEXT),
    Column("changes", TEXT, "What was changed in it.", empty=MAYBE_TEXT),
    Column("source_url", TEXT, "Where it comes from.", empty=MAYBE_TEXT),
)


def credit_of(framework: Framework) -> str:
    """One line: the framework, its licence and its credit."""
    licence = f" ({framework.licence})" if framework.licence else ""
    credit = " ".join(part for part in (framework.credit, framework.changes) if part)
    return f"{framework}{licence}: {credit}" if credit else f"{framework}{licence}."


def credit_rows() -> Iterator[tuple[str, ...]]:
    """Every framework here, by name."""
    names = ("name", "version", "licence", "licence_holder", "credit", "changes", "source_url")
    yield from Framework.objects.order_by("name", "version", "pk").values_list(*names)
