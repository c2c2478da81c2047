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
from .document import DocumentKind, DocumentPaper, DocumentWithdrawal, IssuedDocument, Standing
from .equity import Division, EquityReport, GroupAnswer, Source
from .export import Export, ExportStatus, Format
from .letter import LETTER_NEXT, SHOWN, Letter, LetterPart, LetterState
from .own_draft import TURNING, CasePart, OwnDraft
from .packet import (
    AddendumBy,
    NeverChanges,
    PacketAddendum,
    PacketStatement,
    ReviewNarrative,
    ReviewPacket,
)
from .practice import CASE_NEXT, CaseStatus, PracticeRating, RatingPractice, Vignette
from .review import NAMED, NOT_ASKED, READABLE, Relation, Review, ReviewCycle, ReviewStatus, Score, SharedResult
from .rubric import Criterion, Level, Rubric, RubricStatus
from .score_change import ChangeKind, ScoreChange

__all__ = [
    "CASE_NEXT",
    "LETTER_NEXT",
    "NAMED",
    "NOT_ASKED",
    "OUTCOME_NEXT",
    "READABLE",
    "SESSION_NEXT",
    "SHOWN",
    "TURNING",
    "AddendumBy",
    "AgreementReading",
    "CalibrationAttendance",
    "CalibrationItem",
    "CalibrationSession",
    "CalibrationWaiver",
    "CasePart",
    "CaseStatus",
    "ChangeKind",
    "Closing",
    "ClosingGoal",
    "ClosingOutcome",
    "Criterion",
    "Division",
    "DocumentKind",
    "DocumentPaper",
    "DocumentWithdrawal",
    "EquityReport",
    "Export",
    "ExportStatus",
    "Format",
    "GoalVerdict",
    "GroupAnswer",
    "IssuedDocument",
    "Lesson",
    "LessonAudience",
    "Letter",
    "LetterPart",
    "LetterState",
    "Level",
    "NeverChanges",
    "NextStep",
    "Outcome",
    "OwnDraft",
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
    "Standing",
    "Vignette",
    "Why",
]
