"""Columns that say which assignment a row is of, and who takes part in it."""

from __future__ import annotations

from ..columns import TEXT, TRUTH, Column

NO_SPONSOR = "empty when there is no sponsor"


def assignment(path: str) -> tuple[Column, ...]:
    """Code and title of the assignment that stands at `path`, which ends with __ or is empty."""
    return (
        Column("assignment_code", TEXT, "Code of the assignment, as in its address.", "UUID", source=f"{path}code"),
        Column("assignment_title", TEXT, "Title of the assignment.", source=f"{path}title"),
    )


def mentee(path: str) -> tuple[Column, ...]:
    at = f"{path}mentee__"
    return (
        Column(
            "mentee_employee_id", TEXT, "Employee id of the mentee.",
            empty="empty when none is recorded", source=f"{at}employee_id",
        ),
        Column("mentee_email", TEXT, "E-mail address of the mentee.", source=f"{at}email"),
        Column("mentee_name", TEXT, "Full name of the mentee.", source=f"{at}full_name"),
        Column(
            "mentee_department", TEXT, "Department path of the mentee, parts separated by “/”.",
            empty="may be an empty text", source=f"{at}department",
        ),
    )  # fmt: skip


def active(who: str, path: str, empty: str = "never empty") -> Column:
    words = f"Whether the {who}’s account is active; somebody who has left stays in the record."
    return Column(f"{who}_active", TRUTH, words, empty=empty, source=f"{path}is_active")
