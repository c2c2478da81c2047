"""The columns of an export and what each means; the file, its dictionary and the preview read this."""

from __future__ import annotations

from dataclasses import dataclass

TEXT, NUMBER, MOMENT, TRUTH = "text", "whole number", "date and time", "true or false"


@dataclass(frozen=True)
class Column:
    """One column; what it says stays in English whatever the reader's language, like its header."""

    name: str
    kind: str
    meaning: str
    unit: str = ""
    empty: str = "never empty"

    @property
    def is_text(self) -> bool:
        return self.kind == TEXT


COLUMNS = (
    Column("cycle_code", TEXT, "Code of the review cycle."),
    Column("assignment_code", TEXT, "Code of the assignment, the one in its address.", "UUID"),
    Column("assignment_title", TEXT, "Title of the assignment."),
    Column("mentee_employee_id", TEXT, "Employee id of the person reviewed.", empty="empty when none is recorded"),
    Column("mentee_email", TEXT, "E-mail address of the person reviewed."),
    Column("mentee_name", TEXT, "Full name of the person reviewed."),
    Column("mentee_department", TEXT, "Department path, parts separated by “/”.", empty="may be an empty text"),
    Column("mentor_email", TEXT, "E-mail address of the mentor."),
    Column("sponsor_email", TEXT, "E-mail address of the sponsor.", empty="empty when there is no sponsor"),
    Column("rater_email", TEXT, "E-mail address of the person who rated."),
    Column("rater_name", TEXT, "Full name of the person who rated."),
    Column("relation", TEXT, "What the rater is here: self, mentor, sponsor or colleague."),
    Column("criterion", TEXT, "Key of the criterion: learning, adaptability, influence or impact in version 1."),
    Column("level", NUMBER, "Level chosen, 1 to 5.", "level 1–5", "empty when not observed"),
    Column("level_name", TEXT, "Name of the level in this version of the rubric.", empty="empty when not observed"),
    Column("not_observed", TRUTH, "Whether the rater had no opportunity to observe this; never counted as 0."),
    Column("note", TEXT, "What the rater wrote beside the level.", empty="may be an empty text"),
    Column("evidence_count", NUMBER, "How many pieces of evidence are linked to the level.", "pieces"),
    Column("rubric_version", NUMBER, "Version of the rubric that the cycle uses.", "version"),
    Column("submitted_at", MOMENT, "When the review was handed in.", "ISO 8601, UTC"),
    Column("final_at", MOMENT, "When all reviews of the assignment became final.", "ISO 8601, UTC"),
    Column("export_id", TEXT, "Code of the export that wrote this file, as in the audit trail.", "UUID"),
)
HEADERS = tuple(column.name for column in COLUMNS)
DICTIONARY_HEADERS = ("column", "type", "meaning", "unit", "when_empty")


def dictionary_rows() -> list[tuple[str, ...]]:
    """The data dictionary: one row a column."""
    return [(column.name, column.kind, column.meaning, column.unit, column.empty) for column in COLUMNS]
