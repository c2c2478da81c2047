from .export import Export, ExportStatus, Format
from .review import NAMED, NOT_ASKED, READABLE, Relation, Review, ReviewCycle, ReviewStatus, Score, SharedResult
from .rubric import Criterion, Level, Rubric, RubricStatus
from .score_change import ChangeKind, ScoreChange

__all__ = [
    "NAMED",
    "NOT_ASKED",
    "READABLE",
    "ChangeKind",
    "Criterion",
    "Export",
    "ExportStatus",
    "Format",
    "Level",
    "Relation",
    "Review",
    "ReviewCycle",
    "ReviewStatus",
    "Rubric",
    "RubricStatus",
    "Score",
    "ScoreChange",
    "SharedResult",
]
