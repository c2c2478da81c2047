"""What an assignment is for, and whether it still says so."""

from __future__ import annotations

import hashlib

from .models import Assignment, Charter


def objective_of(assignment: Assignment, charter: Charter) -> str:
    """The outcome of the charter, or of the brief where the charter has none."""
    return charter.outcome or assignment.outcome


def digest_of(objective: str) -> str:
    """The same for the same words, however they are spaced or written large."""
    return hashlib.sha256(" ".join(objective.split()).casefold().encode()).hexdigest()
