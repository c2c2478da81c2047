from .export import Export, ExportStatus, Format
from .review import Relation, Review, ReviewCycle, ReviewStatus, Score
from .rubric import Criterion, Level, Rubric

__all__ = [
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
    "Score",
]
