from .agreement import AgreementReading, RaterSeverity
from .calibration import (
    OUTCOME_NEXT,
    SESSION_NEXT,
    CalibrationAttendance,
    CalibrationItem,
    CalibrationSession,
    CalibrationWaiver,
    Outcome,
    SessionStatus,
    Why,
)
from .closing import Audience as LessonAudience
from .closing import Closing, ClosingGoal, ClosingOutcome, GoalVerdict, Lesson, NextStep
from .equity import Division, EquityReport, GroupAnswer, Source
from .export import Export, ExportStatus, Format
from .packet import (
    AddendumBy,
    NeverChanges,
    PacketAddendum,
    PacketStatement,
    ReviewNarrative,
    ReviewPacket,
)
from .practice import PracticeRating, RatingPractice, Vignette
from .review import NAMED, NOT_ASKED, READABLE, Relation, Review, ReviewCycle, ReviewStatus, Score, SharedResult
from .rubric import Criterion, Level, Rubric, RubricStatus
from .score_change import ChangeKind, ScoreChange

__all__ = [
    "NAMED",
    "NOT_ASKED",
    "OUTCOME_NEXT",
    "READABLE",
    "SESSION_NEXT",
    "AddendumBy",
    "AgreementReading",
    "CalibrationAttendance",
    "CalibrationItem",
    "CalibrationSession",
    "CalibrationWaiver",
    "ChangeKind",
    "Closing",
    "ClosingGoal",
    "ClosingOutcome",
    "Criterion",
    "Division",
    "EquityReport",
    "Export",
    "ExportStatus",
    "Format",
    "GoalVerdict",
    "GroupAnswer",
    "Lesson",
    "LessonAudience",
    "Level",
    "NeverChanges",
    "NextStep",
    "Outcome",
    "PacketAddendum",
    "PacketStatement",
    "PracticeRating",
    "RaterSeverity",
    "RatingPractice",
    "Relation",
    "Review",
    "ReviewCycle",
    "ReviewNarrative",
    "ReviewPacket",
    "ReviewStatus",
    "Rubric",
    "RubricStatus",
    "Score",
    "ScoreChange",
    "SessionStatus",
    "SharedResult",
    "Source",
    "Vignette",
    "Why",
]
